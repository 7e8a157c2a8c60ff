"""The lawful procedure of one encounter: purposes, steps, clocks and cleared pairs."""
