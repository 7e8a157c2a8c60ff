"""Evidence that two descriptions are of one person; never a verdict."""
