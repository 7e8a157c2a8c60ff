"""Reasons tell the truth: what was cut off, which generation, who is whose child, what proves little."""

from __future__ import annotations

import pytest

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.contract import Candidate, Listed, Query, QueryDocument
from evenhand.matching.engine import NameMatcher
from evenhand.matching.remarks import is_kunya, remarks, weakness

BORN = "1970-02-03"
PAPER = Document(type="passport", number="X1", issuer=None)


def found(*names: Name, asked: str, born: str | None = BORN, paper: bool = False) -> Candidate:
    matcher = NameMatcher()
    matcher.put("UTO:1", Listed(person=Person(
        names=names, birth_dates=(BirthDate(value=BORN),), documents=(PAPER,) if paper else ())))  # fmt: skip
    papers = (QueryDocument(number="X1"),) if paper else ()
    (one,) = matcher.search(Query(names=(asked,), birth_date=born, documents=papers)).candidates
    return one


@pytest.mark.parametrize(
    "kunya",
    ["Abu Hamdun", "Sheikh Abu Hamdun", "AbuHamdun", "Abu-Hamdun", "ABU HAMDUN", "ابوحمدون", "أبو حمدون", "Абу Хамдун",
     "Umm Salamat", "Ebu Hamdun", "Abu al-Hamdun", "אבו חמדון"],
)  # fmt: skip
def test_a_kunya_in_whatever_writing_is_never_strong(kunya: str) -> None:
    one = found(Name(text=kunya), asked=kunya)
    assert one.band == "possible"
    assert one.reasons[0].text.endswith("but a kunya alone proves nothing")


@pytest.mark.parametrize(
    "name",
    ["Abu Hamdun al-Quentari", "Radomir Tisharin", "Suharto", "Abud", "Abul Hasan", "Om Prakash", "Abida Quentarro",
     "Sheikh Tisharin", "Abu", "", "…"],
)  # fmt: skip
def test_a_name_with_more_than_a_kunya_is_none(name: str) -> None:
    assert not is_kunya(name)


def test_what_proves_little_is_called_what_it_is() -> None:
    assert weakness("Abu Hamdun", Name(text="Abu Hamdun al-Quentari")) == "a kunya"
    assert weakness("Radomir", Name(text="Radomir", kind="alias_low")) == "an alias of low quality"
    assert weakness("Radomir", Name(text="Radomir", kind="nickname")) == "a nickname"
    assert weakness("Radomir Tisharin", Name(text="Radomir Tisharin", kind="alias_good")) == ""


@pytest.mark.parametrize("paper", [False, True])
def test_a_weak_alias_spelt_as_asked_hides_no_full_name_that_is_alike(*, paper: bool) -> None:
    full, weak = Name(text="Radomyr Velkovan Tisharin"), Name(text="Radomir Velkovan Tisharin", kind="alias_low")
    alone, both = (found(*names, asked=weak.text, paper=paper) for names in ((full,), (full, weak)))
    assert both == alone
    assert both.band == "strong"
    assert found(weak, asked=weak.text).band == "possible"
    assert found(full, weak, asked=full.text).reasons[0].listed == full.text


@pytest.mark.parametrize(
    ("asked", "listed", "told"),
    [
        ("PAPATHANASOPOULOU<<KONSTANTINA<A", "Konstantina Alexandra Papathanasopoulou", []),
        ("TISHARINOVSKAYA<<RADOMIRA<VELKOV", "Radomira Velkovana Tisharinovskaya", ["the last word was cut off"]),
        ("TISHARINOVSKAYA<<RADOMIRA<VELKOV", "Radomira Velkov Tisharinovskaya", []),
        ("TISHARIN<<RADOMIR", "Radomir Tisharin", []),
        ("Radomir Tisharin III", "Radomir Tisharin II", ["but of another generation: III asked, II listed"]),
        ("Radomir Tisharin Jr.", "Radomir Tisharin, Sr", ["but of another generation: junior asked, senior listed"]),
        ("Radomir Tisharin Jr.", "Radomir Tisharin Junior", []),
        ("Radomir Tisharin Jr.", "Dr Radomir Tisharin", []),
        ("Tarek bin Salim", "Salim bin Tarek", ["but who is whose child is the other way round"]),
        ("Salim bin Tarek", "Salim bin Tarek", []),
        ("…", "Radomir Tisharin", []),
    ],
)  # fmt: skip
def test_remarks(asked: str, listed: str, told: list[str]) -> None:
    assert remarks(asked, listed) == told
    for remark in told:
        assert remark in found(Name(text=listed), asked=asked).reasons[0].text
