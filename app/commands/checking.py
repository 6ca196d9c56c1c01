"""`cartbooks check`: soon."""

import click


@click.command()
def check() -> None:
    """Soon."""
