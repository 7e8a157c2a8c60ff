"""Decisions of one member at work: encounters, letters, findings, audit, and what drives them by the clock."""
