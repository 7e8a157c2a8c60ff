"""Figures: what a member publishes every month, the coalition's totals, and what each partner delivers."""
