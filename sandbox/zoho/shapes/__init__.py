"""Which keys an answer carries, in the order of real traffic, and what they say when they do not apply."""
