"""The difference between a list and what is held of it: publish, correct, withdraw, leave alone.

Knows:    entries by their list id, held notices by theirs.
Told:     a parsed list, the held notices, a policy.
Answers:  a plan; nothing is published here.
Trusted:  yes: a wrong difference withdraws a notice that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, Refusal
from evenhand.interop.policy import ImportPolicy, content_digest, to_notice
from evenhand.notices.checks import check_notice

_NO_ID: Final = "0" * 32


class HeldNotice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice that stands from an earlier import: `digest` is `content_digest` of its two parts."""

    notice_id: str
    version: int
    digest: str


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry that says something new about a held notice."""

    entry: ImportedEntry
    held: HeldNotice


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A held notice whose entry the list no longer has."""

    entry_id: str
    held: HeldNotice


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly the difference. `alarm` is empty, or says why nothing may be done without a person's word."""

    publish: tuple[ImportedEntry, ...]
    correct: tuple[Correction, ...]
    withdraw: tuple[Withdrawal, ...]
    unchanged: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    alarm: str


def entry_digest(entry: ImportedEntry, policy: ImportPolicy) -> str:
    """Return the content digest the entry's notice would have. Raises InputError as `to_notice`."""
    return content_digest(*to_notice(entry, policy, notice_id=_NO_ID, version=1, now_ms=0))


def plan_import(
    entries: Iterable[ImportedEntry],
    held: Mapping[str, HeldNotice],
    *,
    policy: ImportPolicy,
    refusals: Iterable[Refusal] = (),
) -> ImportPlan:
    """Compare a list with what is held of it, keyed by entry id.

    `refusals` are the parser's. An entry that was refused as a whole is not an entry that is gone: what is
    held of it stays as it is. An entry that the procedure's checks object to is refused the same way. The
    alarm is set when the withdrawals are more than `policy.withdraw_percent_max` per cent of what is held;
    there is no smallest number below which it stays silent, because a short list is as easily cut off as a
    long one.
    """
    found = list(refusals)
    seen = {refusal.entry_id for refusal in found if refusal.whole}
    publish: list[ImportedEntry] = []
    correct: list[Correction] = []
    unchanged: list[str] = []
    for entry in entries:
        if entry.entry_id in seen:
            found.append(_whole(entry, "the list has this entry twice, or refused another part of it"))
            continue
        seen.add(entry.entry_id)
        objection = _objection(entry, policy)
        if objection:
            found.append(_whole(entry, objection))
        elif entry.entry_id not in held:
            publish.append(entry)
        elif held[entry.entry_id].digest == entry_digest(entry, policy):
            unchanged.append(entry.entry_id)
        else:
            correct.append(Correction(entry=entry, held=held[entry.entry_id]))
    gone = tuple(Withdrawal(entry_id=key, held=held[key]) for key in held if key not in seen)
    return ImportPlan(
        publish=tuple(publish),
        correct=tuple(correct),
        withdraw=gone,
        unchanged=tuple(unchanged),
        refusals=tuple(found),
        alarm=_alarm(len(gone), len(held), policy.withdraw_percent_max),
    )


def _objection(entry: ImportedEntry, policy: ImportPolicy) -> str:
    try:
        findings = check_notice(*to_notice(entry, policy, notice_id=_NO_ID, version=1, now_ms=0))
    except InputError as error:
        return str(error)
    return "; ".join(f"{finding.rule}: {finding.found}" for finding in findings)


def _whole(entry: ImportedEntry, reason: str) -> Refusal:
    return Refusal(line=entry.line, entry_id=entry.entry_id, field=WHOLE_ENTRY, reason=reason)


def _alarm(gone: int, held: int, percent_max: int) -> str:
    if gone * 100 <= held * percent_max:
        return ""
    return f"the import would withdraw {gone} of {held} notices, more than {percent_max} per cent"
