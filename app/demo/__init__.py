"""Shows the main job on one machine: a pretended store and pretended books, and everything real between them."""
