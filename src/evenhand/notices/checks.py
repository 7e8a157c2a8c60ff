"""Machine checks of one record before it is published (PROCEDURE section 2).

Knows:    minimum identity, strong identifiers, the law's statements, and the review date's limit.
Told:     the two parts of a notice.
Answers:  every finding with its rule and its remedy; none means the machine has no objection.
Trusted:  yes: publication refuses on any finding.

What needs more than one record (compatibility with other notices, the refugee check, whether the person is
a child at an unknown instant) is not decided here.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import RefusedError
from evenhand.identity.person import Person
from evenhand.notices.model import ACTION_LADDER, Detail, DocumentNotice, Notice

DAY_MS: Final = 86_400_000
REVIEW_DAYS_MAX: Final = 366
"""PROCEDURE section 2: a review date within one year; a leap year counts whole."""
COERCIVE_FROM: Final = ACTION_LADDER["SEARCH"]
"""SEARCH and everything above it on the ladder touches the person against their will."""
STATEMENT_CHARACTERS_MIN: Final = 3


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One objection: the rule's name, what was found, and what to do about it."""

    rule: str
    found: str
    remedy: str


def is_coercive(action: str) -> bool:
    """Whether an action needs a strong identifier behind it."""
    return ACTION_LADDER[action] >= COERCIVE_FROM


def has_strong_identifier(person: Person) -> bool:
    """Whether a document with its issuer, or a biometric reference, identifies the person."""
    return bool(person.biometrics) or any(document.issuer is not None for document in person.documents)


def has_full_name(person: Person) -> bool:
    """Whether some good name has a family and a given part.

    Sources that do not tell them apart count by words; scripts written without spaces by characters.
    """
    return any(
        (name.family is not None and name.given is not None)
        or len(name.text.split()) > 1
        or (
            name.script in {"Hani", "Jpan", "Hang", "Kore", "Thai", "Laoo", "Khmr", "Mymr"}
            and len(name.text) > 1
        )
        for name in person.names
        if name.kind != "alias_low"
    )


def has_birth_date(person: Person) -> bool:
    """Whether a full date is stated, or one declared approximate, or a range, or a year alone as such."""
    return bool(person.birth_dates)


def check_notice(notice: Notice, detail: Detail) -> tuple[Finding, ...]:
    """Return every finding on one notice, in the order of PROCEDURE section 2.

    An action of NONE only refers the reader to the originator, so it asks for less identity.
    """
    findings: list[Finding] = []
    if not isinstance(notice, DocumentNotice):
        findings += _identity(notice.person, notice.action)
    findings += _law(detail)
    begin, review = parse_ms(notice.valid_from), parse_ms(notice.review_by)
    if review - begin > REVIEW_DAYS_MAX * DAY_MS:
        findings.append(
            Finding(
                rule="review-date",
                found=f"reviewed only after {(review - begin) // DAY_MS} days",
                remedy=f"set the review date within {REVIEW_DAYS_MAX} days of the beginning",
            )
        )
    if is_coercive(notice.action) and is_coercive(notice.fallback) and notice.fallback == notice.action:
        findings.append(
            Finding(
                rule="fallback",
                found=f"the fallback of {notice.action} is {notice.fallback} itself",
                remedy="name a lower action for members that cannot execute the first",
            )
        )
    return tuple(findings)


def refuse_on_findings(notice: Notice, detail: Detail) -> None:
    """Raise RefusedError that names every finding; return where there is none."""
    findings = check_notice(notice, detail)
    if findings:
        raise RefusedError(
            "the notice does not meet the procedure",
            why="; ".join(f"{finding.rule}: {finding.found}" for finding in findings),
            remedy="; ".join(finding.remedy for finding in findings),
        )


def _identity(person: Person, action: str) -> list[Finding]:
    if action == "NONE":
        return []
    findings: list[Finding] = []
    if not has_full_name(person):
        findings.append(
            Finding(
                rule="identity-name",
                found="no name with a family and a given part",
                remedy="add a full name, or ask for no action",
            )
        )
    if not has_birth_date(person):
        findings.append(
            Finding(
                rule="identity-birth",
                found="no date of birth, not even an approximate one",
                remedy="add a date of birth, declared approximate if it is, or ask for no action",
            )
        )
    if is_coercive(action) and not has_strong_identifier(person):
        findings.append(
            Finding(
                rule="strong-identifier",
                found=f"{action} without a document and issuer or a biometric reference",
                remedy="add a strong identifier, or lower the action to INTERVIEW or DISCREET_REPORT",
            )
        )
    return findings


def _law(detail: Detail) -> list[Finding]:
    statements = {
        "offence": detail.offence,
        "legal-basis": detail.legal_basis,
        "issuing-authority": detail.issuing_authority,
        "decision-reference": detail.decision_reference,
        "proportionality": detail.proportionality,
    }
    return [
        Finding(rule=rule, found=f"{text!r} says nothing", remedy=f"state the {rule.replace('-', ' ')}")
        for rule, text in statements.items()
        if len(text.strip(" .-?")) < STATEMENT_CHARACTERS_MIN
    ]
