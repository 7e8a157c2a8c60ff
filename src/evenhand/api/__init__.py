"""HTTP: what programs of this member and of its partners' analysts ask over the network."""
