"""The 25 rules of the procedure, one module for each family."""
