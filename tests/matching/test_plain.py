"""The matcher in use: equal names are found however common, in any script, and forgotten when withdrawn."""

from __future__ import annotations

import pytest

from evenhand.ground.errors import CorruptionError, InputError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.bands import STRONG_MIN, weigh
from evenhand.matching.build import build_matcher
from evenhand.matching.contract import Listed, Query, QueryDocument, Reason
from evenhand.matching.plain import PlainMatcher

PASSPORT = Document(type="passport", number="U 12-34", issuer="UTO")


def person(*names: Name, born: str | None = None, documents: tuple[Document, ...] = ()) -> Listed:
    dates = () if born is None else (BirthDate(value=born),)
    return Listed(person=Person(names=names, birth_dates=dates, documents=documents))


def listed() -> PlainMatcher:
    matcher = PlainMatcher()
    matcher.put_many(
        [
            ("ITA:1", person(Name(text="David Smith"), born="1970-05-01", documents=(PASSPORT,))),
            ("ITA:2", person(Name(text="Ярослав Чернов", script="Cyrl"), Name(text="Abu Walid", kind="kunya"))),
            ("PHL:3", Listed(document=Document(type="passport", number="B777", issuer="UTO", status="stolen"))),
        ]
    )
    return matcher


def keys(matcher: PlainMatcher, query: Query) -> list[str]:
    return [candidate.key for candidate in matcher.search(query).candidates]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("David Smith", "ITA:1"),
        ("SMITH DAVID", "ITA:1"),
        ("Davvid Smith", "ITA:1"),
        ("Ярослав Чернов", "ITA:2"),
        ("Yaroslav Chernov", "ITA:2"),
        ("CHERNOV<<YAROSLAV", "ITA:2"),
    ],
)
def test_a_listed_name_is_found(name: str, key: str) -> None:
    assert key in keys(listed(), Query(names=(name,)))


@pytest.mark.parametrize("name", ["Maria Oliveira", "David Oliveira", "Smith"])
def test_another_name_is_not(name: str) -> None:
    assert keys(listed(), Query(names=(name,))) == []


def test_a_name_alone_is_never_strong_and_a_birth_date_can_make_it_so() -> None:
    matcher = listed()
    (alone,) = matcher.search(Query(names=("David Smith",))).candidates
    (both,) = matcher.search(Query(names=("David Smith",), birth_date="1970-05-01")).candidates
    other = matcher.search(Query(names=("David Smith",), birth_date="1931-12-30")).candidates
    assert (alone.band, both.band) == ("possible", "strong")
    assert both.strength > alone.strength
    assert all(candidate.strength < alone.strength for candidate in other)
    assert alone.reasons[0].text == "the names are the same"


def test_a_kunya_is_a_weak_alias_and_says_so() -> None:
    found = listed().search(Query(names=("Abu Walid",))).candidates
    assert all(one.band == "possible" for one in found)
    assert all("weak alias" in one.reasons[0].text for one in found)


def test_a_weak_alias_spelt_as_asked_does_not_hide_a_full_name() -> None:
    """Its cap held for the whole person, although a full name and the birth date say more."""
    matcher = PlainMatcher()
    names = (Name(text="Davvid Smith"), Name(text="David Smith", kind="alias_low"))
    matcher.put("ITA:1", person(*names, born="1970-05-01"))
    (found,) = matcher.search(Query(names=("David Smith",), birth_date="1970-05-01")).candidates
    assert (found.band, found.reasons[0].listed) == ("strong", "Davvid Smith")
    (weak,) = matcher.search(Query(names=("David Smith",), birth_date="1931-12-30")).candidates or (None,)
    assert weak is None or weak.band == "possible"


def test_a_full_name_less_alike_leaves_what_the_weak_alias_says() -> None:
    matcher = PlainMatcher()
    matcher.put("ITA:1", person(Name(text="Dawud Schmitt"), Name(text="David Smith", kind="alias_low")))
    (found,) = matcher.search(Query(names=("David Smith",))).candidates
    assert (found.band, found.reasons[0].listed) == ("possible", "David Smith")


def test_documents_agree_by_type_number_and_issuer() -> None:
    matcher = listed()
    (found,) = matcher.search(Query(documents=(QueryDocument(number="u1234", issuer="UTO"),))).candidates
    assert (found.key, found.band) == ("ITA:1", "strong")
    assert keys(matcher, Query(documents=(QueryDocument(number="B777", issuer="UTO"),))) == ["PHL:3"]
    elsewhere = matcher.search(Query(documents=(QueryDocument(number="B777", issuer="ITA"),))).candidates
    assert all(one.band != "strong" for one in elsewhere)


def test_what_cannot_be_compared_is_said() -> None:
    answer = listed().search(Query(names=("؟؟؟ !!",)))
    assert answer.candidates == ()
    assert len(answer.not_compared) == 1
    assert keys(listed(), Query(names=("!!", "David Smith"))) == ["ITA:1"]


def test_a_document_may_come_with_a_person_who_bears_another_name() -> None:
    query = Query(names=("Maria Oliveira",), documents=(QueryDocument(number="U1234", issuer="UTO"),))
    (found,) = listed().search(query).candidates
    assert [reason.field for reason in found.reasons] == ["document"]


def test_a_withdrawn_or_corrected_notice_is_forgotten_to_the_last_token() -> None:
    matcher = listed()
    matcher.put("ITA:1", person(Name(text="Davida Smythe")))
    assert keys(matcher, Query(documents=(QueryDocument(number="U1234", issuer="UTO"),))) == []
    for key in ("ITA:1", "ITA:2", "PHL:3", "FRA:9"):
        matcher.drop(key)
    assert (matcher._listed, matcher._by_token, matcher._by_number) == ({}, {}, {})


def test_an_index_is_taken_back_as_it_was_or_not_at_all() -> None:
    matcher, again = listed(), build_matcher()
    dump = matcher.dump()
    again.load(dump)
    query = Query(names=("David Smith",), birth_date="1970-05-01")
    assert again.search(query) == matcher.search(query)
    assert again.version == matcher.version
    for damaged in (dump[:-1], b"x" * 70, dump[:70] + b"\x00" + dump[71:]):
        with pytest.raises(CorruptionError):
            again.load(damaged)


def test_a_loaded_index_goes_on_as_the_one_it_was_taken_from() -> None:
    matcher, again = listed(), PlainMatcher()
    again.load(matcher.dump())
    assert again.dump() == matcher.dump(), "nothing changed, nothing is packed anew"
    for one in (matcher, again):
        one.put("ITA:4", person(Name(text="Karl Smith"), documents=(PASSPORT,)))
        one.put("ITA:2", person(Name(text="Abu Walid", kind="kunya")))
        one.drop("ITA:1")
        one.drop("ITA:9")
    third = PlainMatcher()
    third.load(again.dump())
    for query in (
        Query(names=("David Smith",)), Query(names=("Karl Smith",)), Query(names=("Yaroslav Chernov",)),
        Query(names=("Abu Walid",)), Query(documents=(QueryDocument(number="U1234", issuer="UTO"),)),
        Query(documents=(QueryDocument(number="B777", issuer="UTO"),)), Query(documents=(QueryDocument(number="X"),)),
    ):  # fmt: skip
        assert matcher.search(query) == again.search(query) == third.search(query)
    assert "ITA:4" in keys(third, Query(names=("Karl Smith",)))


def test_tokens_are_dropped_only_with_their_last_bearer() -> None:
    matcher = listed()
    matcher.put("ITA:4", person(Name(text="Karl Smith")))
    matcher.drop("ITA:4")
    assert "ITA:1" in keys(matcher, Query(names=("David Smith",)))


def test_a_near_miss_of_a_document_lifts_but_does_not_convict() -> None:
    near = Reason(field="document", weight=650, text="close")
    assert weigh(0, weak_name=False, reasons=[near]) < STRONG_MIN
    assert weigh(0, weak_name=False, reasons=[]) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"names": ("a",) * 51}, {"names": ("a" * 501,)}, {"names": ("a",), "birth_date": "1970-13"},
        {"names": ("a",), "nationalities": ("italy",)},
        {"documents": tuple(QueryDocument(number="1", issuer="UTO") for _ in range(51))},
    ],
)  # fmt: skip
def test_a_question_without_meaning_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Query(**fields)  # type: ignore[arg-type]


def test_a_fresh_matcher_is_empty_and_of_the_same_version() -> None:
    fresh = listed().fresh()
    assert fresh.version == listed().version
    assert not fresh.search(Query(names=("David Smith",))).candidates
