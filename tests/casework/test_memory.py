"""A memory is what reading the book leaves: the same findings, duties and clocks, now and ever after."""

from __future__ import annotations

import pickle
from typing import Any

import msgspec
import pytest

from evenhand.casework import memory as remembering
from evenhand.casework.memory import dump, load
from evenhand.casework.office import Office, is_of
from evenhand.casework.records import KEPT_MS
from evenhand.screening.clocks import DEFAULT_POLICY, Policy
from evenhand.screening.events import CandidateOpened, CandidatesShown, QueryMade, Verified

from .post import BOTH, NOTICE, START, Post


def left(office: Office) -> dict[str, Any]:
    """Return everything an office goes by, to be compared."""
    engine = office.overseer.engine
    return {
        "states": office.docket.states, "open": office.docket.open, "charter": office.docket.charter,
        "due": office.next_due_ms, "findings": office.overseer.findings, "evidence": office.evidence,
        "trail": office.trail, "letters": sorted(office.mailroom.kept), "pairs": len(office.pairs),
        "excepted": engine.excepted, "found": sorted(engine.open), "world": sorted(engine.world.encounters),
        "clocks": {rule.code: sorted(rule._timers) for rule in engine.rules},
    }  # fmt: skip


def recalled(post: Post, data: bytes, *, size: int | None = None) -> Office:
    memory = load(data)
    assert memory is not None
    assert is_of(memory, post.book, "ITA", DEFAULT_POLICY)
    assert size is None or memory.size == size
    return Office(post.book, "ITA", now_ms=post.clock.now_ms(), memory=memory)


def lives(post: Post) -> list[Any]:
    """Steps of a busy post, each of which leaves something to remember."""
    return [
        post.begin,
        lambda: post.do(CandidateOpened, minutes=1),
        lambda: post.do(Verified, minutes=1, notice=NOTICE, outcome="POSITIVE", compared=BOTH, officer="v1",
                        second="v2"),
        post.ask,
        lambda: post.wait(31),
        lambda: post.query("x2"),
        lambda: post.wait(14 * 60),
        lambda: post.do(QueryMade, encounter="x3", authority="a", post="p", device="d", purpose="BORDER_CHECK",
                        legal_basis="l", terms="t", view="v", person="q9"),
        lambda: post.do(CandidatesShown, encounter="x3"),
        lambda: post.wait(60),
    ]  # fmt: skip


def test_from_wherever_it_was_taken_the_rest_of_the_book_leads_to_the_same() -> None:
    post = Post()
    taken: list[tuple[int, bytes]] = []
    for step in lives(post):
        step()
        taken.append((post.book.size, dump(post.office.memory(post.clock.now_ms()))))
    read = Office(post.book, "ITA", now_ms=post.clock.now_ms())
    assert left(read) == left(post.office)
    assert read.overseer.findings
    for size, data in taken:
        assert left(recalled(post, data, size=size)) == left(read)
    again = recalled(post, taken[-1][1])
    for office in (read, again):
        office.tick(post.clock.now_ms() + 40 * 86_400_000)
    assert left(again) == left(read), "and time finds the same"


def test_a_memory_of_another_book_member_policy_or_code_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    post.begin()
    memory = post.office.memory(post.clock.now_ms())
    assert is_of(memory, post.book, "ITA", DEFAULT_POLICY)
    assert not is_of(memory, post.book, "PHL", DEFAULT_POLICY)
    assert not is_of(memory, post.book, "ITA", Policy(verify_ms=1))
    shorter = Post()
    assert not is_of(memory, shorter.book, "ITA", DEFAULT_POLICY)
    other = Post(now_ms=START + 1)
    other.begin()
    other.query("x7")
    assert other.book.size > memory.size
    assert not is_of(memory, other.book, "ITA", DEFAULT_POLICY), "another history"
    data = dump(memory)
    assert load(b"nonsense") is None
    assert load(pickle.dumps("something else")) is None
    monkeypatch.setattr(remembering, "edition", lambda: "of tomorrow")
    assert load(data) is None


def test_what_waits_is_written_before_a_memory_is_taken() -> None:
    post = Post()
    post.begin()
    size = post.book.size
    waiting = post.office.book.entry(0).decision
    assert waiting is not None
    post.office.waiting.append((waiting, "case"))
    assert post.office.memory(post.clock.now_ms()).size == size + 1


def test_no_memory_outlives_its_payload() -> None:
    post = Post()
    post.begin()
    post.do(CandidateOpened, minutes=1)
    post.do(Verified, minutes=1, notice=NOTICE, outcome="NEGATIVE", officer="v1")
    post.wait(3 * 24 * 60)
    assert post.office.overseer.findings
    kept_ms = KEPT_MS["case"]
    assert kept_ms is not None
    post.clock.advance(ms=kept_ms - 86_400_000)
    post.query("x2")
    post.clock.advance(ms=3 * 86_400_000)
    done = post.office.delete_due(post.clock.now_ms())
    assert done.deleted["case"] > 0
    kept = left(post.office)
    assert set(kept["states"]) == {"x2"} == set(kept["trail"])
    assert all(one.encounter != "x1" for one in kept["findings"].values())
    assert (kept["letters"], kept["pairs"]) == ([], 0)
    data = dump(post.office.memory(post.clock.now_ms()))
    assert left(recalled(post, data))["states"] == kept["states"]
    assert msgspec.to_builtins(kept["states"]["x2"])["stage"] == "CANDIDATE"
