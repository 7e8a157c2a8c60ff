"""Rule P-01 from a record alone: who approved this notice, and whether that was enough.

Knows:    which approvals a notice needs, and what an approval is under.
Told:     a notice, its detail if it was released, members' ledger keys, and where the compliance desk sits.
Answers:  the subject officers sign; every objection in words; none means any member may rely on it.
Trusted:  yes: what passes here was signed by three or four people, as far as members' keys say.

A member could still invent officers. It would do so under its own ledger key, and its oversight holds the
list of its officers. Source: PROCEDURE section 2 and rule P-01.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import digest
from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError
from evenhand.notices.approvals import Approval, Approvals
from evenhand.notices.checks import Finding, is_coercive
from evenhand.notices.model import Detail, Notice, Outcome

COMPLIANCE_ACTIONS: Final = frozenset({"ARREST", "HOLD", "NO_BOARD"})
"""The coalition's compliance desk approves these as well (PROCEDURE section 2)."""
APPROVERS_MIN: Final = 2
_REMEDY: Final = "rely on it for nothing beyond DISCREET_REPORT, and tell the originator"
OTHERS_LISTS: Final = frozenset(
    {
        "un-sc", "ofac-advanced", "ofac-sdn", "ofac-legacy", "eu-fsf", "uk-sanctions", "interpol-public", "us-csl",
        "ca-sema", "au-dfat", "ftm",
    }
)  # fmt: skip
"""Lists whose entries another authority decided. A table of one's own is none, nor is a format that a package adds:
whose decisions it holds, a partner cannot know."""
Provenance = Literal["approved", "from a list", "not approved"]


def detail_commitment(detail: Detail) -> str:
    """Return the hex commitment to a detail part: its salt is inside. Raises InputError without one."""
    if detail.salt is None:
        raise InputError("this detail has no salt", why="an unsalted digest of a short text can be guessed")
    return digest(detail).hex()


def subject_of(notice: Notice, detail: str) -> str:
    """Return the hex digest that every approver of a notice signs: all of it and of its detail."""
    bare = msgspec.structs.replace(notice, approvals=None)
    return digest({"notice": msgspec.to_builtins(bare), "detail": detail}).hex()


def with_approvals(notice: Notice, detail: str, given: Sequence[Approval]) -> Notice:
    """Return the notice with its approvals inside."""
    return msgspec.structs.replace(notice, approvals=Approvals(detail=detail, given=tuple(given)))


def needed_roles(action: str) -> tuple[str, ...]:
    """Return the roles that must approve a notice of this action, besides its author."""
    return ("NATIONAL", "LEGAL", "COMPLIANCE") if action in COMPLIANCE_ACTIONS else ("NATIONAL", "LEGAL")


def is_lists_word(list_name: str, action: str) -> bool:
    """Whether a list speaks for itself with an action: another authority's list, and nothing against anyone's will.

    A list names a person; it asks for no arrest. Whoever adds that to it has decided it, and needs the approvals.
    """
    return list_name in OTHERS_LISTS and not is_coercive(action)


def provenance(notice: Notice) -> Provenance:
    """Say in a word on what a notice rests: approvals, the word of another authority's list, or neither."""
    if notice.approvals is not None:
        return "approved"
    rests = notice.source is not None and is_lists_word(notice.source.list, notice.action)
    return "from a list" if rests else "not approved"


def check_approvals(
    notice: Notice, *, originator: str, keys: Mapping[str, Sequence[bytes]], published_ms: int, desks: frozenset[str],
    detail: Detail | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """Return every objection of rule P-01 to a published notice.

    `desks` are the members where the compliance desk may sit; `detail` is checked where it was released.
    """
    if notice.approvals is None:
        return (_found("published without any approval in the record"),)
    approvals = notice.approvals
    subject = subject_of(notice, approvals.detail)
    faults = [fault for one in approvals.given if (fault := one.fault(subject, keys))]
    good = [one for one in approvals.given if not one.fault(subject, keys)]
    objections = faults + _people(good, originator, published_ms, desks)
    roles = {one.role for one in good}
    objections += [f"no {role} approval" for role in needed_roles(notice.action) if role not in roles]
    if detail is not None and (detail.salt is None or detail_commitment(detail) != approvals.detail):
        objections.append("the detail part is not the one that was approved")
    return tuple(_found(one) for one in objections)


def _people(good: list[Approval], originator: str, published_ms: int, desks: frozenset[str]) -> list[str]:
    """Return what is wrong with who signed: numbers, sameness, member and time."""
    objections = []
    authors = {one.by.officer for one in good if one.role == "AUTHOR"}
    others = [one for one in good if one.role != "AUTHOR"]
    if len(authors) != 1:
        objections.append(f"{len(authors)} authors")
    people = {one.by.officer for one in others} - authors
    if len(people) < APPROVERS_MIN:
        objections.append(f"{len(people)} approvers besides the author")
    if len({one.by.officer for one in good}) != len(good) or len({one.by.key for one in good}) != len(good):
        objections.append("one person signed twice")
    for one in good:
        home = desks if one.role == "COMPLIANCE" else {originator}
        if one.by.member not in home:
            objections.append(f"{one.role} was signed at {one.by.member}")
        if parse_ms(one.at) > published_ms:
            objections.append(f"{one.role} was signed after publication")
    return objections


def _found(words: str) -> Finding:
    return Finding(rule="P-01", found=words, remedy=_REMEDY)


def outcome_subject(outcome: Outcome) -> str:
    """Return the hex digest that the redress officer signs: all of the outcome but the signature."""
    bare = msgspec.to_builtins(outcome)
    del bare["decided"]
    return digest(bare).hex()


def outcome_fault(outcome: Outcome, *, decider: str, keys: Mapping[str, Sequence[bytes]]) -> str:
    """Say why an outcome in `decider`'s ledger does not bind, or nothing where it does (rule O-01)."""
    if decider == outcome.notice.originator or outcome.decided.by.member != decider:
        return "the decider does not stand apart"
    if outcome.decided.role != "REDRESS":
        return "it was not signed by a redress officer"
    return outcome.decided.fault(outcome_subject(outcome), keys)
