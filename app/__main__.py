"""`python -m app` is `cartbooks`."""

from app.cli import main

main()
