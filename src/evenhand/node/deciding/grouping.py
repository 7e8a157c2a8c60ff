"""Grouping: everyone whose question came in at one moment waits for one write of the decision ledger.

Knows:    who waits.
Told:     to wait, by whoever put something off into the office's list.
Answers:  when it is on disk; the store's error to everyone where it cannot be.
Trusted:  yes: an answer that leaves before its record would be forgotten by a crash.
"""

from __future__ import annotations

import asyncio

from evenhand.casework.office import Office
from evenhand.ground.clock import Clock
from evenhand.ground.errors import StoreError


class GroupWrite:
    """One write for all that was put off."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._waiters: list[asyncio.Future[None]] = []

    async def durable(self) -> None:
        """Return when all that was put off is on disk. Raises StoreError."""
        if not self._office.waiting:
            return
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        if not self._waiters:
            loop.call_soon(self._write_for_all)  # after everyone whose request came in with this one
        self._waiters.append(waiter)
        await waiter

    def _write_for_all(self) -> None:
        waiters, self._waiters = self._waiters, []
        error: StoreError | None = None
        try:
            self._office.write((), self._clock.now_ms())
        except StoreError as failed:
            error = failed
            self._office.waiting.clear()  # nobody is answered, so that nothing happened
        for waiter in waiters:
            if waiter.done():
                continue  # whoever waited has gone
            if error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(error)
