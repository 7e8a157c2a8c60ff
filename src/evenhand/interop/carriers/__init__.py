"""What carriers send and expect: EDIFACT syntax, passenger lists, answers, booking records."""
