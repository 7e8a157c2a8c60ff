"""Documents are compared as officers read them: by number, in whatever letters and digits, by kind and by issuer."""

from __future__ import annotations

import pytest

from evenhand.identity.person import Document, Name, Person
from evenhand.matching.contract import Answer, Candidate, Listed, Query, QueryDocument
from evenhand.matching.engine import NameMatcher
from evenhand.matching.evidence import normal_number
from evenhand.matching.plain import PlainMatcher

NAME, NUMBER = "Radomir Velkovan Tisharin", "AB1234567"


def asked(
    listed: tuple[str, str | None], in_hand: tuple[str, str | None], *, name: str | None = None, number: str = NUMBER
) -> Candidate | None:
    """Ask for a document of a kind and issuer in hand where one of a kind and issuer is listed."""
    document = Document(type=listed[0], number=NUMBER, issuer=listed[1])
    matcher = NameMatcher()
    matcher.put("UTO:1", Listed(person=Person(names=(Name(text=NAME),), documents=(document,))))
    mine = QueryDocument(type=in_hand[0], number=number, issuer=in_hand[1])
    found = matcher.search(Query(names=() if name is None else (name,), documents=(mine,))).candidates
    return found[0] if found else None


def said(candidate: Candidate | None) -> str:
    """Return what is said of the document."""
    assert candidate is not None
    return next(reason.text for reason in candidate.reasons if reason.field == "document")


@pytest.mark.parametrize(
    "typed",
    ["ab 123-4567", "ＡＢ１２３４５６７", "AB١٢٣٤٥٦٧", "AB۱۲۳۴۵۶۷", "AB१२३४५६७",
     "АВ1234567", "ΑΒ 1234567", "A\u200fB1234567\u202c",
     "AB 123\u00a0456\u20137"],
)  # fmt: skip
def test_a_number_is_one_in_whatever_digits_and_look_alikes_it_is_typed(typed: str) -> None:
    assert normal_number(typed) == NUMBER
    found = asked(("passport", "UTO"), ("passport", "UTO"), number=typed)
    assert found is not None
    assert found.band == "strong"


@pytest.mark.parametrize("typed", ["AV1234567", "АБ1234567", "AB1234568", "AB12345678", "²B1234567"])
def test_another_number_is_another(typed: str) -> None:
    assert normal_number(typed) != NUMBER
    assert asked(("passport", "UTO"), ("passport", "UTO"), number=typed) is None


@pytest.mark.parametrize(
    ("listed", "in_hand"),
    [("national_id", "identity_card"), ("identity_card", "national_id"), ("residence_permit", "identity_card"),
     ("travel_document", "passport"), ("other", "passport"), ("identity_card", "other"), ("other", "other")],
)  # fmt: skip
def test_kinds_that_may_be_one_are_worth_a_look_and_more_with_the_name(listed: str, in_hand: str) -> None:
    alone = asked((listed, "UTO"), (in_hand, "UTO"))
    assert alone is not None
    assert alone.band == "possible"
    assert "kind may be the same" in said(alone)
    assert asked((listed, "UTO"), (in_hand, "ITA")) is None
    assert asked((listed, None), (in_hand, "UTO")) is None
    beside = asked((listed, None), (in_hand, "UTO"), name=NAME)
    bare = asked((listed, "UTO"), (in_hand, "ITA"), name=NAME)
    assert beside is not None
    assert bare is not None
    both = asked((listed, "UTO"), (in_hand, "UTO"), name=NAME)
    assert both is not None
    assert both.strength > max(beside.strength, alone.strength)
    assert (beside.band, beside.strength > bare.strength) == ("possible", True)


def test_a_kind_that_cannot_be_the_same_says_little_and_nothing_by_itself() -> None:
    assert asked(("passport", "UTO"), ("identity_card", "UTO")) is None
    beside, bare = (
        asked(("passport", "UTO"), ("driving_licence", issuer), name=NAME) for issuer in ("UTO", "ITA")
    )
    assert beside is not None
    assert bare is not None
    assert (beside.band, beside.strength > bare.strength) == ("possible", True)
    words = "number and issuer of a document agree, but the kind differs: driving licence in hand, passport listed"
    assert said(beside) == words
    assert [reason.field for reason in bare.reasons] == ["name"]


@pytest.mark.parametrize("matcher", [NameMatcher(), PlainMatcher()])
def test_a_number_with_nothing_to_compare_is_said(matcher: NameMatcher | PlainMatcher) -> None:
    answer: Answer = matcher.search(Query(documents=(QueryDocument(number="--- №"),)))
    assert answer == Answer(
        candidates=(), not_compared=("document number '--- №': no letters or digits that can be compared",)
    )


@pytest.mark.parametrize("make", [NameMatcher, PlainMatcher])
@pytest.mark.parametrize("number", [NUMBER, NUMBER.replace("1", "I")])
def test_a_number_asked_as_several_kinds_counts_once(make: type[NameMatcher | PlainMatcher], number: str) -> None:
    document = Document(type="residence_permit", number=NUMBER)
    matcher = make()
    matcher.put("UTO:1", Listed(person=Person(names=(Name(text=NAME),), documents=(document,))))
    kinds = ("national_id", "residence_permit", "identity_card", "military_identity", "other", "visa")
    (one,), (many,) = (
        matcher.search(
            Query(names=(NAME,), documents=tuple(QueryDocument(number=number, type=kind) for kind in some))
        ).candidates
        for some in (("residence_permit",), kinds)
    )
    assert (one.strength, said(one)) == (many.strength, said(many))
    assert sum(reason.field == "document" for reason in many.reasons) == 1
