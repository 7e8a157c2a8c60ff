"""Evenhand: the same data in every hand; the same lawful procedure for every person."""

__version__ = "0.1.0"
