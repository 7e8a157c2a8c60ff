"""One write for all who wait, made in two steps: nobody is answered before it, nothing overtakes it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from evenhand.casework.office import Item, Office
from evenhand.casework.records import EventRecord, FindingRecord, JournalRecord
from evenhand.casework.retention import DecisionStore
from evenhand.ground import sqlite
from evenhand.ground.errors import StoreError
from evenhand.ground.store import Batch
from evenhand.node.asking import FindRequest, find
from evenhand.node.deciding import grouping
from evenhand.node.deciding.casework import Casework
from evenhand.node.site import Site
from evenhand.screening.events import PersonAsked

from .conftest import Posts

WHY = {"purpose": "BORDER_CHECK", "legal_basis": "Code 8", "reference": "crossing 12"}


class SlowStore(DecisionStore):
    """The store of decisions on a disk that takes as long as it is told, and can be full."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may_go, self.has_come = threading.Event(), threading.Event()
        self.may_go.set()
        self.full = False
        self.seconds = 0.0
        self.in_loop: list[bool] = []
        self.begun = self.applied = 0

    def begin(self, batch: Batch) -> None:
        self.begun += 1
        super().begin(batch)

    def apply(self, batch: Batch) -> None:
        self.applied += 1
        super().apply(batch)

    def commit(self) -> None:
        self.in_loop.append(threading.current_thread() is threading.main_thread())
        self.has_come.set()
        time.sleep(self.seconds)
        assert self.may_go.wait(10)
        if self.full:
            self._undo()
            self._gate.release()
            raise StoreError("the disk is full")
        super().commit()


@pytest.fixture
def store(posts: Posts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowStore]:
    monkeypatch.setattr(grouping, "_BESIDE_SECONDS", -1.0)
    site = posts.site("ITA")
    made = SlowStore(tmp_path / "slow.sqlite")
    site.casework.close()
    site.casework = Casework(site.member, made)
    yield made
    made.may_go.set()


def ask(posts: Posts, name: str) -> asyncio.Task[object]:
    return asyncio.ensure_future(find(posts.site("ITA"), FindRequest(names=(name,), **WHY)))  # type: ignore[arg-type]


def events(site: Site) -> list[PersonAsked]:
    found = [one.decision for one in site.casework.book.entries()]
    return [one.event for one in found if isinstance(one, EventRecord) and isinstance(one.event, PersonAsked)]


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not what():  # noqa: ASYNC110 - a thread, which knows no loop, changes it
            await asyncio.sleep(0.001)


async def held(posts: Posts, store: SlowStore, *names: str) -> list[asyncio.Task[object]]:
    """Ask, and return when the write of it waits for the disk."""
    await ask(posts, "warm up")
    store.may_go.clear()
    store.has_come.clear()
    asked = [ask(posts, name) for name in names]
    await until(store.has_come.is_set)
    return asked


async def test_who_asks_while_the_disk_is_awaited_is_in_the_next_write(posts: Posts, store: SlowStore) -> None:
    first = await held(posts, store, "A", "B")
    begun = store.begun
    later = [ask(posts, f"later {number}") for number in range(20)]
    await asyncio.sleep(0.02)
    assert not any(one.done() for one in (*first, *later)), "nobody is answered before the disk has it"
    assert store.begun == begun
    store.may_go.set()
    await asyncio.gather(*first, *later)
    assert store.begun - begun == 1, "all of them in one"
    asked = events(posts.site("ITA"))
    assert len(asked) == len({one.event_id for one in asked}) == 23


async def test_a_write_waits_a_moment_for_as_many_as_the_last_one_answered(
    posts: Posts, store: SlowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "_COMPANY_SECONDS", 60.0)  # a busy machine takes more than a moment between turns
    await asyncio.gather(*(ask(posts, f"first {number}") for number in range(4)))
    begun = store.begun
    asked = []
    for number in range(4):  # each in a turn of its own, as requests come from the network
        asked.append(ask(posts, f"again {number}"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await asyncio.gather(*asked)
    assert store.begun - begun == 1, "the four that were answered together ask together"


async def test_who_is_left_alone_waits_no_longer_than_a_moment_and_then_for_nobody(
    posts: Posts, store: SlowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.gather(*(ask(posts, f"many {number}") for number in range(4)))
    async with asyncio.timeout(5):
        await ask(posts, "alone")  # the others do not come back
    monkeypatch.setattr(grouping, "_COMPANY_SECONDS", 3_600.0)
    async with asyncio.timeout(5):
        await ask(posts, "alone again")


@pytest.mark.parametrize("beside_s", [-1.0, 10.0])
async def test_a_long_log_is_moved_after_the_answers_have_left(
    posts: Posts, store: SlowStore, monkeypatch: pytest.MonkeyPatch, beside_s: float
) -> None:
    await ask(posts, "warm up")  # which records an entitlement by itself
    monkeypatch.setattr(grouping, "_BESIDE_SECONDS", beside_s)
    monkeypatch.setattr(sqlite, "_LOG_PAGES", 1)
    done: list[str] = []
    tell = grouping._tell

    def told(waiters: Iterable[asyncio.Future[None]], error: StoreError | None) -> None:
        done.append("told")
        tell(waiters, error)

    monkeypatch.setattr(grouping, "_tell", told)
    monkeypatch.setattr(store, "_move", lambda: done.append(threading.current_thread().name))
    for number in range(3):
        await ask(posts, f"name {number}")
        await until(lambda: done[-1] != "told")
    assert done == ["told", "decisions_0"] * 3


async def test_a_slow_disk_is_waited_for_in_a_thread_and_a_quick_one_in_the_loop(
    posts: Posts, store: SlowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "_BESIDE_SECONDS", 0.05)  # the test's own disk is quick
    monkeypatch.setattr(grouping, "_WEIGHT", 1.0)
    monkeypatch.setattr(grouping, "_LOOK_AGAIN", 4)
    for store.seconds, in_loop in ((0.0, True), (0.1, True), (0.1, False), (0.0, True), (0.0, True)):
        await ask(posts, "A")
        assert store.in_loop[-1] is in_loop
    assert len(events(posts.site("ITA"))) == 5


async def test_another_write_waits_its_turn_and_stands_behind(posts: Posts, store: SlowStore) -> None:
    first, casework = await held(posts, store, "A"), posts.site("ITA").casework
    threading.Timer(0.05, store.may_go.set).start()
    casework.journal("people.look", {"who": "x", "operation": "y"})  # in the loop, as every other decision
    assert store.may_go.is_set()
    kinds = [type(one.decision) for one in casework.book.entries()]
    assert kinds[-2:] == [EventRecord, JournalRecord]
    await asyncio.gather(*first)
    assert casework.book.log.recompute() == casework.book.log.root


@pytest.mark.parametrize("name", ["sign", "index_of", "tick", "root"])
async def test_nothing_is_read_or_signed_that_is_not_on_the_disk(posts: Posts, store: SlowStore, name: str) -> None:
    first, casework = await held(posts, store, "A"), posts.site("ITA").casework
    threading.Timer(0.05, store.may_go.set).start()
    does: dict[str, Callable[[], object]] = {
        "sign": casework.book.sign, "index_of": lambda: casework.book.index_of("ITA:1"), "tick": casework.tick,
        "root": lambda: casework.book.log.root,
    }  # fmt: skip
    does[name]()
    assert store.may_go.is_set()
    await asyncio.gather(*first)
    assert len(events(posts.site("ITA"))) == 2


async def test_a_full_disk_answers_nobody_and_leaves_no_trace(posts: Posts, store: SlowStore) -> None:
    first = await held(posts, store, "A", "B")
    later = [ask(posts, "C"), ask(posts, "D")]
    await asyncio.sleep(0.02)
    store.full = True
    store.may_go.set()
    done = await asyncio.gather(*first, *later, return_exceptions=True)
    assert all(isinstance(one, StoreError) for one in done)
    store.full = False
    await asyncio.gather(ask(posts, "E"), ask(posts, "F"))
    casework = posts.site("ITA").casework
    asked = events(posts.site("ITA"))
    assert len(asked) == len({one.event_id for one in asked}) == 3
    assert casework.book.log.recompute() == casework.book.log.root
    assert casework.office.months.report(*_month(asked[0].at_ms)).queries == 3  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["journal", "sign", "later"])
async def test_a_full_disk_is_told_to_whoever_lands_the_write_and_to_all_who_wait(
    posts: Posts, store: SlowStore, name: str
) -> None:
    first, casework = await held(posts, store, "A"), posts.site("ITA").casework
    later = ask(posts, "B")
    await asyncio.sleep(0.02)
    store.full = True
    threading.Timer(0.05, store.may_go.set).start()
    if name == "journal":
        with pytest.raises(StoreError):
            casework.journal("people.look", {"who": "x"})
    elif name == "sign":
        with pytest.raises(StoreError):
            casework.book.sign()
    store.full = True
    done = await asyncio.gather(*first, later, return_exceptions=True)
    assert all(isinstance(one, StoreError) for one in done)
    store.full = False
    await ask(posts, "C")
    assert len(events(posts.site("ITA"))) == 2


def _month(at_ms: int) -> tuple[int, int]:
    from evenhand.oversight.rules.profile import month_of

    return month_of(at_ms)


def test_a_loop_that_ends_while_the_disk_is_awaited_loses_nothing(posts: Posts, store: SlowStore) -> None:
    async def leave() -> None:
        for one in await held(posts, store, "A"):
            one.cancel()

    asyncio.run(leave())
    threading.Timer(0.05, store.may_go.set).start()
    asyncio.run(_one(posts, "B"))
    assert len(events(posts.site("ITA"))) == 3
    posts.site("ITA").casework.close()


async def _one(posts: Posts, name: str) -> None:
    await ask(posts, name)


@pytest.mark.usefixtures("store")
async def test_an_answer_leaves_before_what_was_asked_is_judged_and_whoever_looks_sees_it_judged(
    posts: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "_BESIDE_SECONDS", 1.0)
    site = posts.site("ITA")
    await ask(posts, "warm up")
    folded: list[int] = []
    fold = Office._fold_all

    def counted(office: Office, records: Sequence[Item], first: int, now_ms: int) -> None:
        folded.append(len(records))
        fold(office, records, first, now_ms)

    monkeypatch.setattr(Office, "_fold_all", counted)
    for number in range(1, 4):
        await find(site, FindRequest(names=("Asked Thrice",), **WHY))  # type: ignore[arg-type]
        assert len(folded) == number - 1, "the answer is there, and nothing was taken in for it"
        if number == 2:
            await asyncio.sleep(0)  # nobody looks: the loop takes it in by itself
        else:
            assert site.casework.office is site.casework._office
        assert folded == [1] * number
    assert [one.rule for one in site.casework.office.overseer.findings.values()] == ["Q-02"]
    asked = events(site)
    assert len({one.event_id for one in asked}) == len(asked) == 4


async def test_what_the_rules_found_and_could_not_write_is_written_with_the_next(
    posts: Posts, store: SlowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = posts.site("ITA")
    monkeypatch.setattr(grouping, "_BESIDE_SECONDS", 1.0)

    def torn(_: Batch) -> None:
        raise StoreError("the disk is full")

    for _ in range(2):
        await find(site, FindRequest(names=("Asked Thrice",), **WHY))  # type: ignore[arg-type]
    with monkeypatch.context() as patch:
        patch.setattr(store, "apply", torn)
        await find(site, FindRequest(names=("Asked Thrice",), **WHY))  # type: ignore[arg-type]
        assert [one.rule for one in site.casework.office.overseer.fresh()] == ["Q-02"]
    await find(site, FindRequest(names=("Somebody Else",), **WHY))  # type: ignore[arg-type]
    assert site.casework.office.overseer.fresh() == []
    recorded = [one.decision for one in site.casework.book.entries()]
    assert sum(isinstance(one, FindingRecord) for one in recorded) == 1
