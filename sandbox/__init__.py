"""Both platforms pretended over HTTP, with limits and moods; imports nothing of ours, so it cannot flatter."""

from sandbox.application import create_app

__all__ = ["create_app"]
