"""Hashing beside the loop: what argon2 works at for a fifth of a second, a thread does, one after the other.

Knows:    one thread, and how many wait for it.
Told:     work that hashes passwords, by whoever signs people in.
Answers:  what the work answers, or a refusal while as many wait as may.
Trusted:  for availability: a stranger at the door must not hold up a lane. argon2 works without the interpreter's lock.

One at a time: each takes 64 MiB and every core it is given.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from evenhand.ground.errors import BusyError
from evenhand.ground.limits import SIGN_INS_WAITING_MAX

T = TypeVar("T")
_WAIT_SECONDS: Final = 5


class Hashing:
    """The thread in which passwords are hashed."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._here = 0

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for one sign-in, with all of its hashing. Raises BusyError."""
        if self._here >= SIGN_INS_WAITING_MAX:
            raise BusyError(
                "too many people are signing in at this moment", wait_seconds=_WAIT_SECONDS,
                why=f"passwords are looked at one by one, and {SIGN_INS_WAITING_MAX} wait already",
                remedy=f"try again in {_WAIT_SECONDS} s",
            )  # fmt: skip
        self._here += 1
        try:
            yield
        finally:
            self._here -= 1

    async def do(self, work: Callable[[], T]) -> T:
        """Have work done in the thread, for whoever has a place."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "passwords")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
