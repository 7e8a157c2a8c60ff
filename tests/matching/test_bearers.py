"""Who bears the parts of a name that was run together: told at once of thousands, and kept in little room."""

from __future__ import annotations

import random

import numpy as np
import pytest

from evenhand.identity.person import Name, Person
from evenhand.matching import together
from evenhand.matching.block import Block, build_block
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher
from evenhand.matching.parting import Way, borne_parts, ways
from evenhand.matching.together import Together
from evenhand.matching.working import TAKING_PART

PARTICLES = ("dos", "van", "der", "bin", "de", "al")
WORDS = ("tarsok", "heonbar", "velsin", "quentar", "abdul", "oderic", "ana", "sorin", "anasorin")
MANY_BEARERS = 2000


def listed(name: str) -> Listed:
    return Listed(person=Person(names=(Name(text=name),)))


def block_of(names: list[str]) -> Block:
    return build_block((f"ITA:{at}", listed(name)) for at, name in enumerate(names))


def crowd() -> list[str]:
    """Many who bear one word, and three who bear particles, one of them with it."""
    names = [f"Tarsok Velsin{chr(97 + at % 26)} Brosko{chr(97 + at // 26 % 26)}" for at in range(MANY_BEARERS)]
    return [*names, "Jan van der Oderic", "Heonbar dos Quentar", "Marish van Tarsok Sorin"]


def spelt(block: Block, form: int) -> str:
    return block.listing.words.letters[form].tobytes().rstrip(b"\0").decode()


def plainly_made_of(block: Block, word: str) -> tuple[Way, ...]:
    """Tell the same of a word as `Together.made_of`, reading by reading and word by word."""
    words, start = block.listing.words, block.listing.start
    taking_part: dict[str, set[int]] = {}
    for number, (first, last) in enumerate(zip(words.spelling_start[:-1], words.spelling_start[1:], strict=True)):
        for form in words.form[first:last]:
            if not words.bare[form]:
                found = taking_part.setdefault(spelt(block, form), set())
                found |= {number} if words.word_kind[number] in TAKING_PART else set()

    def bears(reading: int, way: Way) -> bool:
        ids = set(block.listing.ids[start[reading] : start[reading + 1]].tolist())
        among = [taking_part.get(part) or set() for part in borne_parts(way)]
        may = any(among) and all(ids & some for some in among if some)
        living = block.held.people[block.listing.owner[reading], 0]
        return bool(living) and may and block.together.holds(reading, way)

    every = ways(word, lambda texts: [text in taking_part for text in texts])
    return tuple(way for way in every if any(bears(one, way) for one in range(block.listing.owner.size)))


@pytest.mark.parametrize("seed", range(6))
def test_the_same_is_told_as_reading_by_reading_whoever_is_forgotten(seed: int) -> None:
    rng = random.Random(seed)
    people = [" ".join(rng.choices(WORDS + PARTICLES, k=rng.randint(2, 5))).title() for _ in range(60)]
    block = block_of(people)
    asked = ["".join(rng.choices(WORDS + PARTICLES, k=rng.randint(2, 4))) for _ in range(60)]
    told = list[tuple[Way, ...]]()
    for _ in range(3):
        for word in asked:
            told.append(block.together.made_of(word))
            assert told[-1] == plainly_made_of(block, word), word
        for owner in rng.sample(range(len(people)), 25):
            block.forget(owner)
    assert any(told[:60])
    assert told[:60] != told[-60:]


def test_a_common_name_with_a_particle_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    block, looked = block_of(crowd()), list[Way]()
    look = Together._somebody

    def counted(one: Together, must: Way) -> int:
        looked.append(must)
        return look(one, must)

    def one_by_one(*_: object) -> bool:
        pytest.fail("bearers are looked at one by one")

    monkeypatch.setattr(Together, "_somebody", counted)
    monkeypatch.setattr(Together, "holds", one_by_one)
    for _ in range(3):
        assert block.together.made_of("dostarsok") == ()
        assert block.together.made_of("tarsokvan") == (("tarsok", "van"),)
    assert looked == [("dos", "tarsok"), ("tarsok", "van")]
    assert block.together.kept() == 2 + 1 + 2, "two words, one way, two rows of words, whoever bears them"


def test_of_many_bearers_the_last_is_found() -> None:
    one = NameMatcher()
    one.put_many((f"ITA:{at}", listed(name)) for at, name in enumerate(crowd()))
    found = one.search(Query(names=("TARSOKSORINVAN MARISH",))).candidates
    assert f"ITA:{MANY_BEARERS + 2}" in {who.key for who in found}


def test_another_bearer_stands_in_for_one_who_was_forgotten() -> None:
    block = block_of(["Tarsok van Heonbar", "Velsin Oderic", "Heonbar van Tarsok"])
    told = [block.together.made_of("vantarsok")]
    for owner in (0, 2):
        block.forget(owner)
        told.append(block.together.made_of("vantarsok"))
    assert told == [(("van", "tarsok"),), (("van", "tarsok"),), ()]


def test_a_word_as_often_as_it_is_asked() -> None:
    block = block_of(["Tarsok Heonbar", "Velsin Velsin"])
    assert block.together.made_of("velsinvelsin") == (("velsin", "velsin"),)
    assert block.together.made_of("tarsoktarsok") == ()


def test_a_part_longer_than_any_spelling_kept_is_nobodys() -> None:
    block = block_of(["Tarsok Heonbar"])
    assert not block.together.borne(("tarsok", "heonbar" * 5))
    assert not block.together.borne(("al", "abdul")), "articles and servants alone are nobody"


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_KEPT_MAX", 40)
    block, rng = block_of(crowd()), random.Random(1)
    most = 0
    for _ in range(300):
        word = "".join(rng.choices((*PARTICLES, "tarsok", "sorin"), k=4))
        told = block.together.made_of(word)
        assert rng.random() > 0.01 or told == plainly_made_of(block, word)
        most = max(most, block.together.kept())
    assert 20 < most <= 40 + 64 + 1


def test_a_word_that_is_written_so_in_the_second_place_only_is_not_borne() -> None:
    block = block_of(crowd())
    words = block.listing.words
    first = set(words.form[words.spelling_start[:-1]].tolist())
    later = [form for form in np.flatnonzero(words.bare == 0).tolist() if form not in first]
    for text in {spelt(block, form) for form in later}:
        assert not block.together.borne(("tarsok", text))
