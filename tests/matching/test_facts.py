"""What is known beside names: nobody whom it would leave a candidate is dropped for it, and most others are."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from numba import njit

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person, Sex
from evenhand.matching import asking
from evenhand.matching.bands import band_of, weigh
from evenhand.matching.contract import Listed, Query, QueryDocument, Reason
from evenhand.matching.engine import NameMatcher
from evenhand.matching.evidence import DATE_EQUAL, person_reasons
from evenhand.matching.facts import NEVER, WHOLE_CUT, cut_beside, cuts, facts_asked, facts_of, least_for
from evenhand.matching.invented import invent
from evenhand.matching.scorer import name_score

SEXES: tuple[Sex, ...] = ("F", "M", "X", "U")
NATIONS = ((), ("UTO",), ("XOM",), ("UTO", "XXA"), ("XXB", "XXC", "XPO"))
"""No two of these codes have a bit in common."""
BORN: tuple[str | None, ...] = (None, "1961-03-04", "1961", "1975-11-30")


@njit
def cut(table: Any, whole: int, asked: int, listed: int, dated: int) -> int:
    return cut_beside(table, whole, asked, listed, dated)


def _person(dice: Random, names: tuple[str, ...]) -> Person:
    born = dice.choice(BORN)
    number = f"N{dice.randrange(200)}"
    return Person(
        names=tuple(Name(text=one, kind=dice.choice(("primary", "alias_good", "alias_low"))) for one in names),
        birth_dates=() if born is None else (BirthDate(value=born),), sex=dice.choice(SEXES),
        nationalities=dice.choice(NATIONS),
        documents=(Document(type="passport", number=number, issuer="UTO"),) if dice.random() < 0.3 else (),
    )  # fmt: skip


def _question(dice: Random, names: list[str]) -> Query:
    words = dice.choice(names).split()
    dice.shuffle(words)
    text = " ".join(words)
    if dice.random() < 0.6:  # a letter is another
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice("aeiosmtr") + text[at + 1 :]
    papers = (QueryDocument(number=f"N{dice.randrange(200)}", type="passport", issuer="UTO"),)
    asked = (text, dice.choice(names)) if dice.random() < 0.2 else (text,)
    return Query(
        names=asked, birth_date=dice.choice(BORN), sex=dice.choice(SEXES), nationalities=dice.choice(NATIONS),
        documents=papers if dice.random() < 0.3 else (),
    )  # fmt: skip


def test_answers_are_those_of_a_cut_that_asks_nothing_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Random(3)
    others = (("Al Hassan Bin Ali", "Ben Rahimi"), ("محمد حسن العلي",), ("王榮璋", "Wang Rongzhang"))
    invented = [*invent(150, seed=2), *others]
    people = [_person(dice, names) for names in invented for _ in range(2)]
    matcher = NameMatcher()
    matcher.put_many((f"P:{at}", Listed(person=one)) for at, one in enumerate(people))
    names = [name.text for one in people for name in one.names]
    questions = [_question(dice, names) for _ in range(1_500)]
    answers = [matcher.search(query) for query in questions]
    rows = [_rows(matcher, query) for query in questions]
    monkeypatch.setattr(asking, "facts_asked", lambda *_, **__: WHOLE_CUT)
    assert [matcher.search(query) for query in questions] == answers
    assert sum(len(one.candidates) for one in answers) > 1_000
    assert sum(rows) < 0.9 * sum(_rows(matcher, query) for query in questions), "a tenth need not be weighed"


def _rows(matcher: NameMatcher, query: Query) -> int:
    """Return how many names reach the cut of a question."""
    cuts = [asking.ask_of(query)] * len(query.names)
    return len(matcher._while_asked(query.names, cuts, lambda asked: matcher._find(asked, 1))[1])


def test_a_cut_is_the_least_that_makes_a_candidate_beside_what_is_known() -> None:
    for dated in (False, True):
        for mine in SEXES:
            for theirs in SEXES:
                for asked in NATIONS:
                    for listed in NATIONS:
                        born = "1961" if dated else None
                        query = Query(names=("A B",), sex=mine, nationalities=asked, birth_date=born)
                        person = Person(names=(Name(text="A B"),), sex=theirs, nationalities=listed)
                        says = person_reasons(query, person)
                        if dated:
                            says.append(Reason(field="birth_date", weight=DATE_EQUAL, text=""))
                        needed = cut(
                            cuts(), -1, facts_asked(mine, asked, papers=False, dated=dated),
                            facts_of(theirs, listed, papers=False), int(dated),
                        )  # fmt: skip
                        _is_least(needed, says, least_for(looked_at=dated))


def _is_least(needed: int, says: list[Reason], floor: int) -> None:
    if needed == NEVER:
        assert band_of(weigh(1000, weak_name=False, reasons=says)) is None
    else:
        assert band_of(weigh(name_score(needed), weak_name=False, reasons=says)) is not None
        less = band_of(weigh(name_score(needed - 1), weak_name=False, reasons=says))
        assert less is None or needed == floor


def test_documents_on_both_sides_and_names_read_in_several_ways_leave_the_cut_as_it_was() -> None:
    papers = facts_of("M", ("UTO",), papers=True)
    asked = facts_asked("F", ("XOM",), papers=True, dated=False)
    assert cut(cuts(), 7, asked, papers, 0) == 7
    assert cut(cuts(), 7, WHOLE_CUT, papers, 0) == 7
    assert cut(cuts(), 7, asked, facts_of("M", ("UTO",), papers=False), 0) == cuts()[1, 0, 2, 2] > cuts()[1, 0, 0, 0]
    every = [f"X{one}A" for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert facts_of("M", every, papers=True) == (1 << 15) - 2, "fits sixteen bits"
    assert cuts().dtype == np.int64
