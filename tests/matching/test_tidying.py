"""Blocks are merged beside questions; nobody is lost, and who was dropped meanwhile stays away."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from evenhand.identity.person import Name, Person
from evenhand.matching import engine
from evenhand.matching.block import Block, build_block
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher
from evenhand.names.parts import commonest

NAMES = ("Radomir Tisharin", "Zubayr Quentarro", "Oderico Malvezzin", "Anveli Kostrandu", "Pirjo Hallestam")


def listed(name: str) -> Listed:
    return Listed(person=Person(names=(Name(text=name),)))


def in_many_blocks() -> NameMatcher:
    matcher = NameMatcher()
    for number, name in enumerate(NAMES):
        matcher.put_many([(f"ITA:{number}", listed(name))])
    return matcher


def answers(matcher: NameMatcher) -> list[list[str]]:
    return [[found.key for found in matcher.search(Query(names=(name,))).candidates] for name in NAMES]


def test_merged_blocks_answer_alike() -> None:
    matcher = in_many_blocks()
    before = answers(matcher)
    assert before == [[f"ITA:{number}"] for number in range(len(NAMES))]
    assert matcher.tidy()
    assert answers(matcher) == before
    assert not matcher.tidy()


def test_two_small_blocks_are_merged_and_a_large_one_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_SMALL", 2)
    matcher = NameMatcher()
    matcher.put_many((f"PHL:{number}", listed(name)) for number, name in enumerate(NAMES))
    matcher.put_many([("ITA:0", listed(NAMES[0]))])
    assert not matcher.tidy()
    matcher.put_many([("ITA:1", listed(NAMES[1]))])
    assert matcher.tidy()
    assert sorted(len(block) for block in matcher._blocks) == [2, len(NAMES)]


def test_who_is_dropped_while_blocks_are_merged_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = in_many_blocks()

    def drop_meanwhile(items: Iterable[tuple[str, Listed | bytes]]) -> Block:
        built = build_block(items)
        matcher.drop("ITA:1")
        return built

    with monkeypatch.context() as patch:
        patch.setattr(engine, "build_block", drop_meanwhile)
        assert matcher.tidy()
    assert answers(matcher)[1] == []
    assert matcher.tidy(), "a block with too many forgotten owners is built again"
    assert answers(matcher)[0] == ["ITA:0"]
    assert not matcher.tidy()


def test_a_dump_keeps_blocks_apart_and_leaves_out_what_was_dropped() -> None:
    matcher = in_many_blocks()
    matcher.drop("ITA:2")
    again = NameMatcher()
    again.load(matcher.dump())
    assert answers(again) == [["ITA:0"], ["ITA:1"], [], ["ITA:3"], ["ITA:4"]]
    assert b"Oderico" not in again.dump()


def test_common_words_are_looked_up_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MANY", 2)
    monkeypatch.setattr(engine, "_FORESEEN", 64)
    matcher = NameMatcher()
    matcher.put_many([(f"ITA:{number}", listed(name)) for number, name in enumerate(NAMES)])
    (block,) = matcher._blocks
    before = answers(matcher)
    assert [matcher.tidy() for _ in range(3)] == [True, True, False]
    numbers = [number for word in commonest(64) for reading in matcher._asked.readings(word) for number in reading]
    assert block._near is not None
    assert (block._near.size[numbers] >= 0).all()
    assert answers(matcher) == before
    block.forget_questions()
    assert matcher.tidy(), "what was forgotten is looked up again"
