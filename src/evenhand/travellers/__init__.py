"""Documents and journeys of people who present themselves: machine-readable zones and travellers."""
