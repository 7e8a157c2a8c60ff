"""Scripts of the house, run by the Makefile and the tests; never shipped.

Knows:    the repository's layout.
Told:     by make and by tests/house.
Answers:  exit codes and lists of breaches.
Trusted:  not a trust boundary.
"""
