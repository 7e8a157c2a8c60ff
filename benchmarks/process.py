"""One member in a process of its own, driven over a pipe: what is measured runs as it runs in service.

Knows:    the driver, the store on disk, and one clock that all processes of a machine share.
Told:     orders by the benchmark's process.
Answers:  when each entry was published, durable and found, in monotonic nanoseconds.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import time
from collections.abc import Callable, Reversible
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import structlog

from benchmarks.coalition import (
    OWNER,
    Plan,
    TimedStore,
    build_member,
    notice_id,
    outgoing,
    passport,
)
from evenhand.exchange.frames import Frame
from evenhand.matching.contract import Query, QueryDocument
from evenhand.node.driver import NodeDriver
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.node.snapshot import open_with_snapshot, save_snapshot
from evenhand.notices.model import Retraction

_WAIT_SECONDS_MAX = 300.0


class WatchingDriver(NodeDriver):
    """A driver that asks the question of each newly arrived notice, and notes when the answer named it."""

    def __init__(self, member: Member, *, port: int) -> None:
        super().__init__(member, host="127.0.0.1", port=port)
        self.watch = True
        self.found: dict[int, int] = {}
        self.gone: dict[int, tuple[int, int]] = {}
        self.withdrawing: set[int] = set()

    async def deliver(self, frame: Frame, sender: str) -> bool:
        """Take in a frame; then look for what it brought."""
        before = self.member.ledgers.log(OWNER).size
        joined = await super().deliver(frame, sender)
        size = self.member.ledgers.log(OWNER).size
        if self.watch and size > before:
            number = size - 1
            if is_found(self.member, number_at(self.member, number)):
                self.found.update(dict.fromkeys(range(before, size), time.monotonic_ns()))
        for number in sorted(self.withdrawing):
            if not is_found(self.member, number):
                self.gone[number] = time.monotonic_ns(), self.member.ledgers.log(OWNER).size
                self.withdrawing.discard(number)
        return joined


def number_at(member: Member, index: int) -> int:
    """Return the number of the notice whose version stands at an index of the owner's ledger, or -1."""
    notices = member.watchlist.fold.ledger(OWNER).notices
    for held in (notices[one] for one in reversed(cast("Reversible[str]", notices))):
        if held.versions and held.versions[-1].index == index:
            return int(held.notice_id, 16)
    return -1


def is_found(member: Member, number: int) -> bool:
    """Ask for a notice by its passport and say whether the answer names it."""
    query = Query(documents=(QueryDocument(number=passport(number), issuer="UTO"),)) if number >= 0 else None
    if query is None:
        return False
    return any(one.notice_id == notice_id(number) for one in member.find(query).answer.candidates)


class Worker:
    """A member and its driver, and the orders it obeys."""

    def __init__(self, plan: Plan, code: str, started_ns: int) -> None:
        self.durable: dict[int, int] = {}
        self.member = build_member(plan, code, store=TimedStore(plan.store_path(code), self.durable))
        self.snapshot = Path(plan.folder) / code / "snapshot"
        opened = time.monotonic_ns()
        self.fitted = open_with_snapshot(self.member, self.snapshot)
        self.opened_s = (time.monotonic_ns() - opened) / 1e9
        self.started_ns = started_ns
        self.driver = WatchingDriver(self.member, port=plan.ports[code])

    async def obey(self, order: str, *arguments: Any) -> Any:  # noqa: ANN401 - orders differ
        """Carry out one order and return its answer."""
        result = getattr(self, "do_" + order)(*arguments)
        return await result if asyncio.iscoroutine(result) else result

    # -- orders ------------------------------------------------------------------------------------

    async def do_connected(self) -> bool:
        """Wait until the other member is followed and was heard."""
        async with asyncio.timeout(30):
            while not self._is_connected():  # noqa: ASYNC110 - nobody is told when a link comes up
                await asyncio.sleep(0.02)
        return True

    def _is_connected(self) -> bool:
        heard = all(one.connected and one.last_heard_ms for one in self.driver.peer_status())
        return heard and self.member.publisher.refusal(self.member.roster) is None

    async def do_publish_paced(self, start: int, count: int, rate: float) -> dict[int, int]:
        """Publish one notice every 1/rate seconds; return when each was handed over, by index."""
        handed: dict[int, int] = {}
        begun = time.monotonic()
        for i, one in enumerate(outgoing(start, count)):
            await asyncio.sleep(max(0.0, begun + i / rate - time.monotonic()))
            now = time.monotonic_ns()
            handed[self.member.publish([one])[0]] = now
            self.driver.wake()
        return handed

    def do_publish_bulk(self, start: int, count: int) -> float:
        """Publish many at once; return the seconds it took."""
        begun = time.monotonic()
        for at in range(start, start + count, 5_000):
            self.member.publish(list(outgoing(at, min(5_000, start + count - at))))
        self.driver.wake()
        return time.monotonic() - begun

    def do_withdraw(self, number: int) -> int:
        """Withdraw a notice; return when it was ordered."""
        now = time.monotonic_ns()
        self.member.publish([Outgoing(Retraction(notice_id=notice_id(number), reason="Measured"))])
        self.driver.wake()
        return now

    async def do_bulk_then_withdraw(
        self, start: int, backlog: int, numbers: list[int], pause_s: float
    ) -> dict[int, int]:
        """Put a backlog on the road and withdraw notices one after another behind it; return when each."""
        self.do_publish_bulk(start, backlog)
        ordered = {}
        for number in numbers:
            await asyncio.sleep(pause_s)
            ordered[number] = self.do_withdraw(number)
        return ordered

    def do_expect_gone(self, number: int) -> bool:
        """Begin to ask for a notice at every arrival; say whether it is found now."""
        self.driver.withdrawing.add(number)
        return is_found(self.member, number)

    async def do_gone(self, number: int) -> tuple[int, int]:
        """Wait until a notice no longer matches; return when that was, and the size held then."""
        async with asyncio.timeout(_WAIT_SECONDS_MAX):
            while number not in self.driver.gone:  # noqa: ASYNC110 - the driver notes the instant itself
                await asyncio.sleep(0.005)
        return self.driver.gone[number]

    async def do_reached(self, size: int) -> int:
        """Wait until the owner's ledger is held up to a size; return when that was seen."""
        async with asyncio.timeout(_WAIT_SECONDS_MAX):
            while self.member.ledgers.log(OWNER).size < size:  # noqa: ASYNC110 - to 2 ms, of seconds
                await asyncio.sleep(0.002)
        return time.monotonic_ns()

    def do_look_away(self) -> None:
        """Ask no more for every arrival."""
        self.driver.watch = False

    def do_size(self) -> int:
        """Return the size of the owner's ledger here."""
        return self.member.ledgers.log(OWNER).size

    def do_arrivals(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return when each entry was durable, and when it was found; forget them."""
        answer = dict(self.durable), dict(self.driver.found)
        self.durable.clear()
        self.driver.found.clear()
        return answer

    def do_first_answer(self, number: int) -> tuple[bool, bool, float, float]:
        """Ask once.

        Return whether the answer was right, whether the snapshot fitted, and the seconds since the process
        began and of opening.
        """
        right = is_found(self.member, number)
        return right, self.fitted, (time.monotonic_ns() - self.started_ns) / 1e9, self.opened_s

    def do_save(self) -> float:
        """Write the snapshot; return the seconds it took."""
        begun = time.monotonic()
        save_snapshot(self.member, self.snapshot)
        return time.monotonic() - begun

    def do_settle(self) -> None:
        """Collect garbage before memory is read."""
        gc.collect()


async def _serve(pipe: Connection, worker: Worker) -> None:
    loop = asyncio.get_running_loop()
    await worker.driver.start()
    arrived: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()
    loop.add_reader(pipe.fileno(), lambda: arrived.put_nowait(pipe.recv()))
    pipe.send(("ready", None))
    while (order := await arrived.get())[0] != "stop":
        try:
            pipe.send(("done", await worker.obey(*order)))
        except Exception as error:  # noqa: BLE001 - told to the benchmark, which stops
            pipe.send(("failed", repr(error)))
    loop.remove_reader(pipe.fileno())
    await worker.driver.stop()
    pipe.send(("done", None))


def _main(pipe: Connection, plan: Plan, code: str, started_ns: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_serve(pipe, Worker(plan, code, started_ns)))


class Remote:
    """A member's process, seen from the benchmark."""

    def __init__(self, plan: Plan, code: str, *, main: Callable[..., None] = _main) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        begun = time.monotonic_ns()
        self._process = spawn.Process(target=main, args=(theirs, plan, code, begun), daemon=True)
        self._process.start()
        theirs.close()

    async def ready(self) -> Remote:
        """Wait until it listens."""
        await self._answer()
        return self

    async def ask(self, order: str, *arguments: Any) -> Any:  # noqa: ANN401 - answers differ
        """Give an order and wait for its answer. Raises RuntimeError where it failed."""
        self._pipe.send((order, *arguments))
        return await self._answer()

    async def _answer(self) -> Any:  # noqa: ANN401 - answers differ
        kind, answer = await asyncio.to_thread(self._pipe.recv)
        if kind == "failed":
            raise RuntimeError(answer)
        return answer

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process.pid is not None
        return self._process.pid

    async def stop(self) -> None:
        """End it."""
        await self.ask("stop")
        await asyncio.to_thread(self._process.join, 10)
        self._pipe.close()

