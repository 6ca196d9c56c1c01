"""The memory: work, links, intents, cursors and history; the only room that speaks SQL."""
