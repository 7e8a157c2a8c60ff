"""The machine's objections before publication."""

from __future__ import annotations

import pytest

from evenhand.ground.errors import RefusedError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, FileReference, Name, Person
from evenhand.notices.checks import (
    check_notice,
    has_full_name,
    has_strong_identifier,
    is_coercive,
    refuse_on_findings,
)
from evenhand.notices.model import Action, Detail, DocumentNotice, PersonNotice

NOW = "2026-01-01T00:00:00.000Z"
PASSPORT = Document(type="passport", number="A1", issuer="ITA")
BORN = (BirthDate(value="1980", certainty="approximate"),)
FULL = Person(names=(Name(text="Ada Bell"),), birth_dates=BORN, documents=(PASSPORT,))
STATED = Detail(
    offence="theft of explosives", legal_basis="Penal code, article 1", decision_reference="1/2026",
    issuing_authority="Court of Ferrara", proportionality="mildest action that serves",
)  # fmt: skip


def notice(
    person: Person, action: Action, *, review_by: str = NOW, fallback: Action = "NONE"
) -> PersonNotice:
    return PersonNotice(
        notice_id="0" * 32, version=1, category="terrorism", action=action, fallback=fallback, valid_from=NOW,
        review_by=review_by, expires="2028-01-01T00:00:00.000Z", person=person,
    )  # fmt: skip


def rules(person: Person, action: Action, **more: str) -> list[str]:
    return [finding.rule for finding in check_notice(notice(person, action, **more), STATED)]  # type: ignore[arg-type]


def test_a_full_notice_has_no_finding() -> None:
    assert rules(FULL, "ARREST") == []
    refuse_on_findings(notice(FULL, "ARREST"), STATED)


def test_identity_is_asked_for_by_action() -> None:
    bare = Person(names=(Name(text="Ada"),))
    assert rules(bare, "ARREST") == ["identity-name", "identity-birth", "strong-identifier"]
    assert rules(bare, "INTERVIEW") == ["identity-name", "identity-birth"]
    assert rules(bare, "NONE") == []


@pytest.mark.parametrize(
    ("name", "full"),
    [
        (Name(text="Ada Bell"), True),
        (Name(text="Ada"), False),
        (Name(text="Ada", given="Ada", family="Bell"), True),
        (Name(text="诸葛建国", script="Hani"), True),
        (Name(text="诸", script="Hani"), False),
        (Name(text="Ada Bell", kind="alias_low"), False),
    ],
)
def test_a_full_name_has_two_parts(name: Name, full: bool) -> None:
    assert has_full_name(Person(names=(name,))) == full


def test_strong_identifiers() -> None:
    face = FileReference(kind="face", sha256="0" * 64, media_type="image/png")
    assert has_strong_identifier(Person(names=FULL.names, biometrics=(face,)))
    assert has_strong_identifier(FULL)
    assert not has_strong_identifier(
        Person(names=FULL.names, documents=(Document(type="passport", number="A1"),))
    )


def test_coercion_begins_with_a_search() -> None:
    coercive = [
        action for action in ("NONE", "DISCREET_REPORT", "INTERVIEW", "SEARCH", "HOLD") if is_coercive(action)
    ]
    assert coercive == ["SEARCH", "HOLD"]


def test_review_and_fallback() -> None:
    assert rules(FULL, "ARREST", review_by="2027-01-02T00:00:00.000Z") == []
    assert rules(FULL, "ARREST", review_by="2027-01-03T00:00:00.000Z") == ["review-date"]
    assert rules(FULL, "ARREST", fallback="ARREST") == ["fallback"]
    assert rules(FULL, "INTERVIEW", fallback="INTERVIEW") == []


def test_statements_that_say_nothing_are_found_and_refuse_publication() -> None:
    empty = Detail(
        offence="-", legal_basis="..", decision_reference="?", issuing_authority="- -", proportionality="no"
    )
    document = DocumentNotice(
        notice_id="0" * 32, version=1, category="stolen", action="SEARCH", valid_from=NOW,
        review_by=NOW, expires=NOW,
        document=PASSPORT,
    )  # fmt: skip
    found = [finding.rule for finding in check_notice(document, empty)]
    assert found == ["offence", "legal-basis", "issuing-authority", "decision-reference", "proportionality"]
    with pytest.raises(RefusedError, match=r"legal-basis: '\.\.' says nothing"):
        refuse_on_findings(document, empty)
