"""One member's node: everything wired together, driven by clocks, frames and people."""
