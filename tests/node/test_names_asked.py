"""Names asked beside those said: without titles and in Arabic, also where a name stands as a zone or booking has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.limits import QUERY_NAMES_MAX
from evenhand.node.asking import FindRequest
from evenhand.node.comparable import names_asked, names_said, question_of

WORDS = ("ILMAR", "Ilmar", "FERVENTU", "ILMARMR", "IlmarMrs", "DEMR", "MR", "Dr.", "MSTRMR", "MR.MR", "CHD", "Öğüt", "")
ARABIC = ("MXHMD", "ALQAXDZY", "EBD", "ALLXTTYF", "MNXSSWRMR", "KRYM", "X", "عبد")
BETWEEN = ("<", "<<", "<<<<<", " ", "  ", ",", ", ", "/", ".", "-")
MAKE = st.lists(st.sampled_from((*WORDS, *ARABIC, *BETWEEN)), min_size=1, max_size=9).map("".join)
NAMES = st.lists(MAKE | st.text("AMRSX<,/. ", min_size=1, max_size=9), min_size=1, max_size=6)
STATES = st.sampled_from(((), ("EGY",), ("IQ",), ("D",)))


@pytest.mark.parametrize("nationality", ["EGY", "DEU"])
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("MNXSSWR<<EBD<ALLXTTYF", "عبد اللطيف منصور"), ("MNXSSWR<<EBD<ALLXTTYF<<<<<<<<", "عبد اللطيف منصور"),
        ("MNXSSWR<<EBD<ALLXTTYFMR<<<", "عبد اللطيف منصور"), ("ALQAXDZY<<MXHMD<<<<", "محمد القاضي"),
        ("ALQAXDZY, MXHMD", "محمد القاضي"), ("ALQAXDZY/MXHMD", "محمد القاضي"), ("ALQAXDZY/MXHMD MR", "محمد القاضي"),
        ("ALQAXDZY/MXHMD/MR", "محمد القاضي"), ("MXHMD ALQAXDZYMR", "محمد القاضي"), ("MXHMD<ALQAXDZY<<", "محمد القاضي"),
        ("ALQAXDZY<<MXHMD<EBDALX", "محمد عبدال القاضي"),
    ],
)  # fmt: skip
def test_arabic_is_read_back_wherever_a_zones_name_stands(said: str, meant: str, nationality: str) -> None:
    question = question_of(FindRequest(names=(said,), nationalities=(nationality,)))
    assert meant in question.names
    assert names_said(question) == (said,)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("FERVENTU<<ILMARMR<<<<<<<<", "ILMAR FERVENTU"), ("FERVENTU<<ILMAR<MR<<<<<<", "ILMAR FERVENTU"),
        ("FERVENTU, ILMARMR", "ILMAR FERVENTU"), ("Ferventu / Ilmar Mr.", "Ilmar Ferventu"),
        ("ILMARMR, FERVENTU", "ILMAR FERVENTU"), ("FERVENTU<<BOMR", "BO FERVENTU"), ("FERVENTU<<MR<<<", "FERVENTU"),
        ("FERVENTU<<ILMAR", "ILMAR FERVENTU"), ("MR<<ILMAR", "ILMAR"), ("ILMAR<<<<", "ILMAR"),
    ],
)  # fmt: skip
def test_titles_are_read_over_wherever_a_zones_name_stands(said: str, meant: str) -> None:
    question = question_of(FindRequest(names=(said,)))
    assert question.names[0] == said
    assert meant in question.names
    assert names_said(question) == (said,)


def test_marks_alone_are_asked_as_they_are() -> None:
    for name in ("<<<<", "/", ", ,"):
        assert names_asked(FindRequest(names=(name,))) == (name,)


def test_every_name_said_is_asked_and_of_the_rest_what_has_room() -> None:
    said = tuple(f"FERVENTU{'A' * at}<<ILMARMR" for at in range(QUERY_NAMES_MAX - 3))
    question = question_of(FindRequest(names=said))
    assert question.names[: len(said)] == said
    assert question.names[len(said) :] == tuple(f"ILMAR FERVENTU{'A' * at}" for at in range(3))


@given(NAMES, STATES)
def test_a_question_asks_no_more_than_what_it_was_made_of(names: list[str], states: tuple[str, ...]) -> None:
    asking = FindRequest(names=tuple(dict.fromkeys(names)), nationalities=states)
    question = question_of(asking)
    assert len(question.names) <= QUERY_NAMES_MAX
    assert names_asked(question) == question.names
    assert names_said(question) == names_said(asking)
    if len(asking.names) == 1:
        assert names_said(question) == asking.names
