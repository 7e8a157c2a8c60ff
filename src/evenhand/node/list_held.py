"""What stands of a list in our own ledger, and the ids by which an entry is known again.

Knows:    which of our notices came from which list, and how each came to stand or to go.
Told:     a list's name; entries of it.
Answers:  held notices by entry id, and those that people approved; the id an entry's next notice gets; why a list must
          not touch one.
Trusted:  yes: a wrong answer corrects or brings back a notice that people decided on.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Final

from evenhand.ground.clock import parse_ms
from evenhand.interop.importing import HeldNotice, known_by
from evenhand.interop.model import ImportedEntry
from evenhand.interop.policy import content_digest
from evenhand.node.details import detail_of, order_in
from evenhand.node.member import Member
from evenhand.notices.model import Detail, Notice, PersonNotice, Retraction, decode_record
from evenhand.watchlist.fold import Held, Version

GONE: Final = "No longer on the list it came from."
"""The reason with which an import withdraws: by it, what a list took back is told from what a person took back."""
_BY_PERSON: Final = (
    "its notice was withdrawn or erased here by a person; publish it by hand if it shall stand again"
)
_BY_APPROVAL: Final = "its notice stands here by the approvals of several people, and no import changes it"


def held_of(member: Member, list_name: str) -> dict[str, HeldNotice]:
    """Return what stands of a list in our own ledger by an import, by entry id; what was approved is not the list's.

    A notice past its review date has an empty digest: an entry that the list still has is then confirmed by
    a new version, because the list's next edition is the review.
    """
    now, found = member.clock.now_ms(), {}
    for held, latest, notice, detail in _standing(member, list_name):
        if notice.approvals is None:
            due = detail is None or now >= parse_ms(notice.review_by)
            digest = "" if due or detail is None else content_digest(notice, detail)
            found[latest.source[1]] = _held(held, latest, notice, digest)  # type: ignore[index]
    return found


def approved_of(member: Member, list_name: str) -> list[tuple[str, str]]:
    """Return entry id and key of each notice of a list that stands by approvals: no import changes or withdraws it."""
    return sorted(
        (latest.source[1], held.key)  # type: ignore[index]
        for held, latest, notice, _ in _standing(member, list_name) if notice.approvals is not None
    )  # fmt: skip


def is_as_planned(member: Member, planned: HeldNotice) -> bool:
    """Say whether a notice still stands in the version that a plan was made of."""
    held = member.watchlist.fold.ledger(member.code).notices[planned.notice_id]
    return held.retracted is None and held.versions[-1].number == planned.version


def held_for_drafts(member: Member, list_name: str, digests: Mapping[int, str]) -> dict[str, HeldNotice]:
    """Return all that stands of a list in our own ledger, by entry id, for cases to be drafted.

    `digests` are those of what was published from a case, by its entry in our ledger: a case whose number another
    entry had used first says nothing of what stands. That a review is due changes nothing here: it is an act of its
    own, with new reasons (rule L-01).
    """
    found = {}
    for held, latest, notice, detail in _standing(member, list_name):
        known = "" if detail is None else content_digest(notice, detail)
        digest = digests.get(latest.index, known)
        found[latest.source[1]] = _held(held, latest, notice, digest)  # type: ignore[index]
    return found


def _standing(member: Member, list_name: str) -> Iterator[tuple[Held, Version, Notice, Detail | None]]:
    for held in member.watchlist.fold.ledger(member.code).notices.values():
        latest = held.latest
        if latest is None or held.retracted is not None or latest.source is None or latest.source[0] != list_name:
            continue
        notice = decode_record(latest.text)
        assert isinstance(notice, Notice)
        yield held, latest, notice, detail_of(member, member.code, latest.index)


def _held(held: Held, latest: Version, notice: Notice, digest: str) -> HeldNotice:
    told = notice.person if isinstance(notice, PersonNotice) else notice.document
    return HeldNotice(notice_id=held.notice_id, version=latest.number, digest=digest, known_by=known_by(told))


def imported_id(member: Member, entry: ImportedEntry, generation: int = 0) -> str:
    """Return the id of the notice an entry becomes: opaque to others, the same here at every import.

    So an entry is recognised even when erasure has left nothing of its notice but the id.
    """
    said = f"evenhand/import/v1/{entry.source.list}/{entry.entry_id}/{generation}"
    return hmac.digest(member.keys.storage_key, said.encode(), "sha256")[:16].hex()


def fresh_id(member: Member, entry: ImportedEntry) -> str:
    """Return an id for an entry that no notice of ours has had."""
    return _fresh(member, entry)[0]


def set_apart(member: Member, entry: ImportedEntry) -> str:
    """Say why a list must not publish an entry by itself, of which no import's notice stands; empty where it may.

    A person withdrew or erased its last notice here, or several approved the one that stands.
    """
    return _fresh(member, entry)[1]


def _fresh(member: Member, entry: ImportedEntry) -> tuple[str, str]:
    notices = member.watchlist.fold.ledger(member.code).notices
    generation, why = 0, ""
    while (last := notices.get(imported_id(member, entry, generation))) is not None:
        if last.erased or last.retracted is not None:
            why = "" if not last.erased and _withdrawn_by_import(member, last) else _BY_PERSON
        else:
            why = _BY_APPROVAL
        generation += 1
    return imported_id(member, entry, generation), why


def _withdrawn_by_import(member: Member, held: Held) -> bool:
    record = None if held.retracted is None else order_in(member, member.code, held.retracted[0])
    return isinstance(record, Retraction) and record.reason == GONE
