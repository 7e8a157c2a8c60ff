"""The command line: Typer and Rich on the operations of a node."""
