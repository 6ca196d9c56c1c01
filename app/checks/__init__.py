"""Tries the settings against everything they speak of: each finding is a line, ok, warn or fail, with a remedy."""

from app.checks.lines import Line
from app.checks.run import look_over

__all__ = ["Line", "look_over"]
