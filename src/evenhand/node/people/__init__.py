"""People of one member: accounts, sign-in, sessions, keys, and the one gate before every operation."""
