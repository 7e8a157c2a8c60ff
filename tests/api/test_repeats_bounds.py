"""How much is remembered of writes: of each caller its share, and nothing forgotten before its time."""

from __future__ import annotations

import pytest

from evenhand.api import repeats as api_repeats
from evenhand.api.problems import HttpError
from evenhand.api.rows import Reply
from evenhand.ground.clock import ManualClock
from evenhand.ground.limits import API_REPEAT_SECONDS
from evenhand.ground.store import MemoryStore
from tests.api.test_repeats import remember


def test_one_callers_writes_push_out_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_repeats, "API_CALLER_REPEATS_MAX", 3)
    monkeypatch.setattr(api_repeats, "API_REPEATS_MAX", 5)
    clock, store = ManualClock(10**12), MemoryStore()
    done = Reply(body=b"done")
    repeats = remember(store, clock)
    assert repeats.begin("gate", "k", b"q") is None
    repeats.end("gate", "k", b"q", done)
    for _ in range(2):
        for number in range(3):
            clock.advance(seconds=1)
            repeats.begin("other", f"k{number}", b"q")
            repeats.end("other", f"k{number}", b"q", done)
        with pytest.raises(HttpError, match="of one caller") as full:
            repeats.begin("other", "k3", b"q")
        assert (full.value.status, full.value.code, "Retry-After" in full.value.headers) == (
            429, "repeats_of_caller_full", True,
        )  # fmt: skip
        assert repeats.begin("gate", "k", b"q") is not None, "it was done, and is known"
        repeats = remember(store, clock)  # a start counts anew
    repeats.begin("third", "k", b"q")
    with pytest.raises(HttpError, match="no more writes") as full:
        repeats.begin("third", "another", b"q")
    assert (full.value.status, full.value.code) == (503, "repeats_full")
    repeats.refused("third", "k")
    assert repeats.begin("third", "another", b"q") is None, "what was refused makes room"
    clock.advance(seconds=API_REPEAT_SECONDS + 1)
    assert repeats.begin("other", "k3", b"q") is None, "and so does what is a day old"
    assert dict(repeats._keys) == {b"": 1, repeats._caller("other"): 1}


def test_answers_are_kept_within_their_size_and_never_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_repeats, "API_CALLER_REPEAT_BYTES_MAX", 1_000)
    monkeypatch.setattr(api_repeats, "API_REPEAT_BYTES_MAX", 1_500)
    clock, store = ManualClock(10**12), MemoryStore()
    repeats = remember(store, clock)
    for caller, key in (("a", "1"), ("a", "2"), ("b", "1"), ("c", "1")):
        assert repeats.begin(caller, key, b"q") is None
        repeats.end(caller, key, b"q", Reply(body=b"x" * 600))
    for one in (repeats, remember(store, clock)):
        assert one.begin("a", "1", b"q") is not None
        assert one.begin("b", "1", b"q") is not None
        for caller, key in (("a", "2"), ("c", "1")):
            with pytest.raises(HttpError, match="its answer is not kept"):
                one.begin(caller, key, b"q")


def test_keys_kept_by_the_program_before_are_known_and_forgotten_in_time() -> None:
    clock, store = ManualClock(10**12), MemoryStore()
    repeats = remember(store, clock)
    repeats.begin("a", "k", b"q")
    repeats.end("a", "k", b"q", Reply(body=b"done"))
    for row, about in list(store.scan(b"repeat/v2/time/", b"repeat/v2/time0")):
        store.apply({row: about[:32]})  # as it was before rows said whose they are
    repeats = remember(store, clock)
    assert repeats.begin("a", "k", b"q") is not None
    clock.advance(seconds=API_REPEAT_SECONDS + 1)
    assert repeats.begin("a", "k", b"q") is None
    assert repeats._keys[b""] == 1
