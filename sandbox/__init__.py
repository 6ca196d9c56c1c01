"""Both platforms pretended over HTTP, with limits and moods; imports nothing of ours: cannot flatter us."""

from sandbox.application import create_app

__all__ = ["create_app"]
