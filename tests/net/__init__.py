"""Real nodes over real mutual TLS on loopback."""
