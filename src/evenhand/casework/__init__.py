"""A member's own decisions: the private ledger, encounters under way, findings, retention and audit."""
