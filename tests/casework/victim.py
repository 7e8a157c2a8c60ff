"""A post in a process of its own that never ends by itself: it begins encounters and lets their clocks run out."""

from __future__ import annotations

import sys
from pathlib import Path

from evenhand.casework.retention import DecisionStore

from .post import START, Post


def live(folder: Path) -> None:
    """Begin an encounter, let two minutes pass, tick; for ever, from wherever the last life ended."""
    store = DecisionStore(folder / "decisions.sqlite")
    post = Post(store, START)
    if post.book.size:
        post.clock.advance(ms=post.book.entry(post.book.size - 1).leaf.at_ms - START)
    post.number = post.book.size * 10  # ids that no earlier life has used
    post.begin(f"x{post.number}")
    while True:
        post.query(f"x{post.number}")
        post.wait(2)
        sys.stdout.write(f"{post.book.size}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    live(Path(sys.argv[1]))
