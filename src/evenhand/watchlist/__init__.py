"""What is true when, and who may read it: a fold over verified ledgers."""
