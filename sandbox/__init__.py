"""Both platforms pretended over real HTTP, with their limits and bad moods; knows nothing of our code."""
