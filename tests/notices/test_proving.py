"""Rule P-01 from the record alone: who signed, and every way in which that was not enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError
from evenhand.notices.approvals import Act, Approval, Approvals, OfficerKey
from evenhand.notices.model import Detail, Notice, NoticeRef, Outcome, Source, decode_record, encode_record
from evenhand.notices.proving import (
    check_approvals,
    detail_commitment,
    needed_roles,
    outcome_fault,
    outcome_subject,
    provenance,
    subject_of,
    with_approvals,
)

from .officers import AT, KEYS, SINCE, UNTIL, approval, officer
from .test_model import ID, detail, person_notice

DETAIL = detail(salt="a" * 32)
COMMITTED = detail_commitment(DETAIL)
DESKS = frozenset({"XPO"})


def signed(notice: Notice, *signers: tuple[str, Any], **change: Any) -> Notice:
    subject = subject_of(notice, COMMITTED)
    given = [approval(name, role, subject, **change) for name, role in signers]
    return with_approvals(notice, COMMITTED, given)


def objections(notice: Notice, of: Detail | None = DETAIL, **change: Any) -> list[str]:
    fields: dict[str, Any] = {
        "originator": "ITA", "keys": KEYS, "published_ms": parse_ms(AT), "desks": DESKS, "detail": of
    } | change  # fmt: skip
    return [finding.found for finding in check_approvals(notice, **fields)]


BARE = person_notice(source=None)
THREE: Sequence[tuple[str, Any]] = (("ann", "AUTHOR"), ("bob", "NATIONAL"), ("cyn", "LEGAL"))


def test_three_people_are_enough_for_an_interview() -> None:
    notice = signed(BARE, *THREE)
    assert objections(notice) == []
    assert objections(notice, None) == [], "a reader of the match part alone can check it"
    again = decode_record(encode_record(notice))
    assert again == notice


def test_an_arrest_needs_the_compliance_desk_of_the_coalition() -> None:
    arrest = person_notice(source=None, action="ARREST")
    assert needed_roles("ARREST") == ("NATIONAL", "LEGAL", "COMPLIANCE")
    assert objections(signed(arrest, *THREE)) == ["no COMPLIANCE approval"]
    subject = subject_of(arrest, COMMITTED)
    given = [approval(name, role, subject) for name, role in THREE]
    desk = approval("dee", "COMPLIANCE", subject, member="XPO")
    assert objections(with_approvals(arrest, COMMITTED, [*given, desk])) == []
    own = approval("dee", "COMPLIANCE", subject)
    assert objections(with_approvals(arrest, COMMITTED, [*given, own])) == ["COMPLIANCE was signed at ITA"]


def change_text(notice: Notice) -> Notice:
    return msgspec.structs.replace(notice, category="theft")


@pytest.mark.parametrize(
    ("notice", "found"),
    [
        (BARE, "without any approval"),
        (signed(BARE, *THREE[:2]), "1 approvers besides the author"),
        (signed(BARE, *THREE[:2]), "no LEGAL approval"),
        (signed(BARE, *THREE[1:]), "0 authors"),
        (signed(BARE, ("ann", "AUTHOR"), ("bob", "NATIONAL"), ("bob", "LEGAL")), "one person signed twice"),
        (signed(BARE, ("ann", "AUTHOR"), ("ann", "NATIONAL"), ("cyn", "LEGAL")), "1 approvers besides the author"),
        (signed(BARE, *THREE, at="2026-01-01T00:00:00.001Z"), "after publication"),
        (signed(BARE, *THREE, member="PHL"), "was signed at PHL"),
        (signed(BARE, *THREE, member="UTO"), "UTO does not vouch"),
        (change_text(signed(BARE, *THREE)), "is not under this text"),
        (signed(BARE, *THREE, by=officer("ann", roles=("LEGAL",))), "may not sign as AUTHOR"),
        (signed(BARE, *THREE, by=msgspec.structs.replace(officer("ann"), signature="")), "does not vouch"),
        (signed(BARE, *THREE, by=officer("ann", until="2025-06-01T00:00:00.000Z")), "was not valid"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_shortcoming_is_named(notice: Notice, found: str) -> None:
    assert any(found in one for one in objections(notice))


def test_another_detail_than_the_approved_one_is_seen() -> None:
    notice = signed(BARE, *THREE)
    for other in (detail(salt="b" * 32), detail()):
        assert objections(notice, other) == ["the detail part is not the one that was approved"]
    with pytest.raises(InputError, match="salt"):
        detail_commitment(detail())


def test_a_member_cannot_lend_its_officer_to_another_key() -> None:
    notice = signed(BARE, *THREE)
    assert objections(notice, keys=KEYS | {"ITA": KEYS["PHL"]})


def test_where_a_notice_comes_from_is_one_word() -> None:
    listed = person_notice(source=Source(list="un-sc", entry_id="X"))
    said = [provenance(one) for one in (signed(BARE, *THREE), listed, BARE)]
    assert said == ["approved", "from a list", "not approved"]


def test_a_list_asks_for_no_arrest_and_a_table_of_ones_own_is_no_authoritys() -> None:
    arrest = person_notice(source=Source(list="un-sc", entry_id="X"), action="ARREST")
    own = person_notice(source=Source(list="template", entry_id="X"))
    assert [provenance(one) for one in (arrest, own)] == ["not approved", "not approved"]


def outcome(**change: Any) -> Outcome:
    fields: dict[str, Any] = {
        "request": ID, "notice": NoticeRef(originator="ITA", notice_id=ID), "version": 1, "decision": "DELETE",
        "reason": "another person", "decided": approval("red", "REDRESS", member="PHL"),
    } | change  # fmt: skip
    made = Outcome(**fields)
    if "decided" in change:
        return made
    return msgspec.structs.replace(made, decided=approval("red", "REDRESS", outcome_subject(made), member="PHL"))


def test_an_outcome_binds_when_another_members_redress_officer_signed_it() -> None:
    assert outcome_fault(outcome(), decider="PHL", keys=KEYS) == ""
    assert "apart" in outcome_fault(outcome(), decider="ITA", keys=KEYS)
    assert "apart" in outcome_fault(outcome(), decider="XPO", keys=KEYS)
    assert "redress officer" in outcome_fault(
        outcome(decided=approval("red", "LEGAL", member="PHL")), decider="PHL", keys=KEYS
    )
    moved = msgspec.structs.replace(outcome(), version=2)
    assert "not under this text" in outcome_fault(moved, decider="PHL", keys=KEYS)


GOOD = officer("ann")


@pytest.mark.parametrize(
    "make",
    [
        lambda: msgspec.convert(msgspec.to_builtins(GOOD) | {"officer": "Ann"}, OfficerKey),
        lambda: msgspec.convert(msgspec.to_builtins(GOOD) | {"key": "?"}, OfficerKey),
        lambda: msgspec.convert(msgspec.to_builtins(GOOD) | {"key": "AAAA"}, OfficerKey),
        lambda: msgspec.convert(msgspec.to_builtins(GOOD) | {"since": UNTIL, "until": SINCE}, OfficerKey),
        lambda: Act(role="LEGAL", at=AT, subject="all of it"),
        lambda: Approval(role="LEGAL", at=AT, by=GOOD, signature="AAAA"),
        lambda: Approvals(detail="x", given=(approval(),)),
        lambda: Approvals(detail="0" * 64, given=()),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises((InputError, msgspec.ValidationError)):
        make()
