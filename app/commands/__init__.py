"""What a person can ask for on the command line, a file per subject."""
