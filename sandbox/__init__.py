"""Both platforms pretended over real HTTP, with limits and bad moods; imports nothing of ours, so it cannot flatter us."""

from sandbox.application import create_app

__all__ = ["create_app"]
