"""Talks to the platforms: paths, paging, errors, logins and the shared call budget."""
