"""Which keys an answer carries, in the order seen in real traffic, with what they say when they do not apply."""
