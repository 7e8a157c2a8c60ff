"""Readers of short texts that remember what they read: lists say the same few dates and countries thousands of times.

Knows:    nothing; it wraps functions of one text.
Told:     a pure function.
Answers:  the same function, faster for short texts; long ones are read anew, so that memory stays bounded.
Trusted:  yes: it must change no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

T = TypeVar("T")

TEXTS_MAX: Final = 16_384
CHARACTERS_MAX: Final = 60
"""Together about 5 MB a function: a hostile list can fill it and do no more."""


def remembered(read: Callable[[str], T]) -> Callable[[str], T]:
    """Wrap a pure function of one text."""
    cached = lru_cache(TEXTS_MAX)(read)

    @wraps(read)
    def ask(text: str) -> T:
        return cached(text) if len(text) <= CHARACTERS_MAX else read(text)

    return ask
