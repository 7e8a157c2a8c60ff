"""Accusation, law and review: what a member tells the coalition about a person or document."""
