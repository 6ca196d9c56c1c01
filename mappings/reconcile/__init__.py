"""Compares what the store sold with what the books hold: pure, from rows of both platforms' lists."""
