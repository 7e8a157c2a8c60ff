"""Grouping: everyone whose question came in at one moment waits for one write of the decision ledger.

Knows:    who waits for the write under way, and who for the next.
Told:     to wait, by whoever put something off into the office's list.
Answers:  when it is on disk; the store's error to everyone where it cannot be.
Trusted:  yes: an answer that leaves before its record would be forgotten by a crash.

Where the disk takes long a thread waits for it, while the loop takes the next questions in; theirs is the next write.
There is one write at a time, and all of it but the waiting is the loop's: the ledger has one writer. A write costs much
the same for one and for twenty, and posts that were answered together ask again within a moment of each other: so it
waits for as many as the last one answered, and a millisecond at most. Whoever asks alone waits for nobody. What was
recorded is judged when those who waited for it have gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from evenhand.casework.book import Underway
from evenhand.casework.office import Office
from evenhand.ground.clock import Clock
from evenhand.ground.errors import StoreError

_BESIDE_SECONDS: Final = 0.002
"""A disk that takes less is waited for in the loop: a thread, and two small groups for one, cost as much."""
_WEIGHT: Final = 0.2
"""Of the last write in the average by which that is known."""
_LOOK_AGAIN: Final = 16
"""Of so many writes one is made in the loop all the same: in a thread the time to come back counts as the disk's."""
_COMPANY_SECONDS: Final = 0.001
"""How long a write waits for as many as the last one answered; it costs 0.3 ms of processor, whoever shares it."""
_Waiters = list["asyncio.Future[None]"]


class GroupWrite:
    """One write for all that was put off."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._next: _Waiters = []
        self._answered = 0  # how many waited for the last write
        self._timer: asyncio.TimerHandle | None = None  # by which it begins although more were expected
        self._is_called = False  # whether it begins at the end of this turn
        self._lost = 0  # what `Office.lost` was when the first of them came
        self._going: _Waiters = []
        self._underway: Underway | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._seconds = 0.0  # that a write takes in the loop
        self._writes = 0

    def close(self) -> None:
        """End the thread; what is under way was landed by the office."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    async def durable(self) -> None:
        """Return when all that was put off is on disk. Raises StoreError."""
        if not self._office.waiting and self._underway is None:
            return
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # nobody of an earlier loop waits any more
            self._loop, self._next, self._going, self._underway = loop, [], [], None
            self._timer, self._is_called = None, False
        waiter = loop.create_future()
        if not self._office.waiting and self._underway is not None:
            self._going.append(waiter)
        else:
            if not self._next:
                self._lost = self._office.lost
            self._next.append(waiter)
            if self._underway is None:
                self._gather(loop)
        await waiter

    def _gather(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have the next write begun, once as many wait for it as are expected, or a moment later."""
        if self._is_called:
            return
        if len(self._next) >= self._answered:
            self._is_called = True
            loop.call_soon(self._begin, loop)  # after everyone whose request came in with this one
        elif self._timer is None:
            self._timer = loop.call_later(_COMPANY_SECONDS, self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._is_called = None, False
        waiters, self._next = self._next, []
        self._answered = len(waiters)
        going, error = None, None
        if self._office.lost == self._lost:
            try:
                going = self._office.begin(self._clock.now_ms())
            except StoreError as failed:
                error = failed
        else:
            error = StoreError("what was to be recorded was dropped", why="the write before it failed")
        if error is not None:
            self._office.waiting.clear()  # nobody is answered, so that nothing happened
        if going is None:
            _tell(waiters, error)
            return
        self._underway, self._going = going, waiters
        self._writes += 1
        if self._seconds < _BESIDE_SECONDS or self._writes % _LOOK_AGAIN == 0:
            going.commit()
            took = min(going.seconds, 4 * _BESIDE_SECONDS)  # one that a checkpoint held up says little
            self._seconds += _WEIGHT * (took - self._seconds)
            self._landed(going, loop)
            return
        try:
            self._beside().submit(self._commit, going, loop)
        except RuntimeError:  # the interpreter is ending
            self._commit(going, loop)

    def _beside(self) -> ThreadPoolExecutor:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "decisions")
        return self._thread

    def _commit(self, going: Underway, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for the disk, in the thread."""
        going.commit()
        with suppress(RuntimeError):  # the loop has ended: whoever writes next takes it in
            loop.call_soon_threadsafe(self._landed, going, loop)

    def _landed(self, going: Underway, loop: asyncio.AbstractEventLoop) -> None:
        if going is not self._underway:
            return
        waiters, self._going, self._underway = self._going, [], None
        self._answered = len(waiters)
        error = going.error
        try:
            self._office.landed()
        except StoreError as failed:
            error = failed
        _tell(waiters, error)
        loop.call_soon(self._office.fold)  # when they have gone, and before anybody whose request comes in after that
        if going.store.is_to_settle():
            with suppress(RuntimeError):  # the interpreter is ending
                self._beside().submit(going.store.settle)  # before the next commit, and after the answers to this one
        if self._next:
            self._begin(loop)


def _tell(waiters: Iterable[asyncio.Future[None]], error: StoreError | None) -> None:
    for waiter in waiters:
        if waiter.done():
            continue  # whoever waited has gone
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(error)
