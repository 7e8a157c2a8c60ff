"""The patient matcher: everything said to it counts, nothing is answered before it is ready, the loop stays free."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import msgspec
import pytest

from evenhand.ground.errors import CorruptionError, NotReadyError
from evenhand.identity.person import Name, Person
from evenhand.matching.build import build_matcher
from evenhand.matching.contract import Listed, Query
from evenhand.matching.plain import PlainMatcher
from evenhand.node import warming
from evenhand.node.warming import (
    PatientMatcher,
    begin_warming,
    end_warming,
    is_warming,
    matcher_for,
    patience,
    require_ready,
)

NAMES = ("Radomir Tisharin", "Zubayr Quentarro", "Oderico Malvezzin")


def listed(name: str) -> Listed:
    return Listed(person=Person(names=(Name(text=name),)))


def filled() -> PatientMatcher:
    matcher = PatientMatcher()
    matcher.put_many((f"ITA:{number}", listed(name)) for number, name in enumerate(NAMES))
    return matcher


def keys(matcher: PatientMatcher, name: str) -> list[str]:
    return [found.key for found in matcher.search(Query(names=(name,))).candidates]


@pytest.fixture
def running() -> Iterator[PatientMatcher]:
    matcher = filled()
    begin_warming(matcher)
    yield matcher
    end_warming(matcher)


def test_every_change_counts_in_the_next_answer() -> None:
    matcher = filled()
    matcher.drop("ITA:1")
    assert [keys(matcher, name) for name in NAMES] == [["ITA:0"], [], ["ITA:2"]]
    matcher.put("ITA:1", listed("Zubayr Quentarro"))
    matcher.put("ITA:2", listed("Anveli Kostrandu"))
    matcher.drop("ITA:0")
    assert [keys(matcher, name) for name in NAMES] == [[], ["ITA:1"], []]
    assert keys(matcher, "Anveli Kostrandu") == ["ITA:2"]


def test_it_answers_as_its_engine_does() -> None:
    engine = build_matcher("names")
    engine.put_many((f"ITA:{number}", listed(name)) for number, name in enumerate(NAMES))
    matcher = filled()
    assert matcher.version == engine.version != PlainMatcher().version
    for name in (*NAMES, "Радомир Тишарин", "TISHARIN<<RADOMI"):
        assert matcher.search(Query(names=(name,))) == engine.search(Query(names=(name,)))


def test_a_dump_holds_what_was_said_whether_or_not_the_engine_woke() -> None:
    asleep = filled()
    asleep.drop("ITA:1")
    second = PatientMatcher()
    second.load(asleep.dump())
    assert keys(second, NAMES[0]) == ["ITA:0"]
    second.put("ITA:3", listed("Anveli Kostrandu"))
    third = PatientMatcher()
    third.load(second.dump())
    third.drop("ITA:0")
    fourth = PatientMatcher()
    fourth.load(third.dump())  # the engine's own dump, and a change behind it
    assert [keys(fourth, name) for name in (*NAMES, "Anveli Kostrandu")] == [[], [], ["ITA:2"], ["ITA:3"]]


def test_what_is_no_dump_is_said_to_be_malformed() -> None:
    matcher = filled()
    with pytest.raises(CorruptionError, match="malformed"):
        matcher.load(b"\x93not a dump")
    assert keys(matcher, NAMES[0]) == ["ITA:0"]


async def test_a_running_one_refuses_until_it_is_ready_and_the_loop_is_free() -> None:
    running = filled()
    running.put_many((f"PHL:{number}", listed(f"Anveli{number:x} Kostrandu{number:x}")) for number in range(2_000))
    begin_warming(running)
    longest, last = 0.0, time.thread_time()
    with pytest.raises(NotReadyError, match="cannot be matched here yet") as refused:
        running.search(Query(names=("Radomir Tisharin",)))
    assert (refused.value.exit_code, refused.value.code) == (5, "not_ready")
    with pytest.raises(NotReadyError):
        require_ready(running)
    assert is_warming(running)
    waiting = asyncio.create_task(patience(running, 120))
    while not waiting.done():
        await asyncio.sleep(0.01)
        longest, last = max(longest, time.thread_time() - last), time.thread_time()
    assert longest < 0.1, "the loop's own thread has worked at it"
    require_ready(running)
    assert not is_warming(running)
    assert keys(running, NAMES[0]) == ["ITA:0"]
    end_warming(running)


async def test_a_flood_is_taken_in_beside_the_loop_and_is_there_at_once(running: PatientMatcher) -> None:
    await patience(running, 120)
    for number in range(300):
        running.put(f"PHL:{number}", listed(f"Anveli Kostrandu {number}"))
    running.put("PHL:last", listed("Pirjo Hallestam"))
    assert keys(running, "Pirjo Hallestam") == ["PHL:last"]
    running.drop("PHL:last")
    assert keys(running, "Pirjo Hallestam") == []
    with running._applying:  # as if the engine were slow
        for number in range(1_100):
            running.put(f"PHL:{number}", listed(f"Anveli Kostrandu {number}"))
        with pytest.raises(NotReadyError, match="for a moment"):
            keys(running, "Pirjo Hallestam")
    await patience(running, 120)
    assert "ITA:0" in keys(running, NAMES[0])


async def test_a_dump_that_the_engine_refuses_is_a_clear_refusal_not_an_empty_list() -> None:
    matcher = PatientMatcher()
    matcher.load(msgspec.msgpack.encode((b"\x00" * 100, [])))
    begin_warming(matcher)
    await patience(matcher, 120)
    with pytest.raises(NotReadyError, match="delete the file `snapshot`"):
        matcher.search(Query(names=("Radomir Tisharin",)))
    end_warming(matcher)


def test_a_node_that_stops_while_kernels_compile_stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "is_compiled", lambda: False)  # as on a new machine
    matcher = filled()
    begin_warming(matcher)
    time.sleep(0.1)  # the compiling process has begun
    begun = time.monotonic()
    end_warming(matcher)
    assert not any(thread.is_alive() for thread in matcher._threads)
    assert time.monotonic() - begun < 3
    with pytest.raises(NotReadyError):
        require_ready(matcher)
    again = PatientMatcher()
    again.load(matcher.dump())
    assert keys(again, NAMES[0]) == ["ITA:0"], "what waited is in the snapshot"


async def test_the_plain_engine_needs_no_patience() -> None:
    matcher = matcher_for("plain")
    assert isinstance(matcher, PlainMatcher)
    begin_warming(matcher)
    await patience(matcher)
    require_ready(matcher)
    end_warming(matcher)
    assert isinstance(matcher_for("names"), PatientMatcher)
