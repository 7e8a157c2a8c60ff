"""Peers and checkpoints: how every member comes to hold every ledger, verified."""
