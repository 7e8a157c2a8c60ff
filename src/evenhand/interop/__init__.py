"""Other people's formats: lists in, notices out; every refusal with its line and reason."""
