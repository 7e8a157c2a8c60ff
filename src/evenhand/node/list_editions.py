"""Which edition of each list was last taken in: an older file must not undo a newer one.

Knows:    the lists' own dates, kept beside the ledgers in the store.
Told:     the edition of a list that is about to be imported, and of one that is.
Answers:  why an edition must not be taken in unasked, or nothing.
Trusted:  as the file is: whoever forges a list can date it too. This finds an honest mistake or a stale mirror.

A list is dated where the list itself says so as a whole. A list of lines (`ftm`) says when each entry
changed: its newest change may leave the list with its entry, so an earlier one proves nothing.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.node.member import Member
from evenhand.notices.model import Notice, decode_record

_PLACE: Final = b"list/edition/"
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9:]{5,8})?)?)?")  # compared to the second, as text


def _instant(edition: str) -> str:
    found = _DATE.match(edition.strip())
    return found[0] if found else ""


def last_taken(member: Member, list_name: str) -> str:
    """Return the edition of a list that was last taken in, or nothing where none said one.

    A store that has lost it, or is older than this memory, knows it by the notices that stand.
    """
    row = member.store.get(_PLACE + list_name.encode("utf-8"))
    return _newest_held(member, list_name) if row is None else row.decode("utf-8")


def _newest_held(member: Member, list_name: str) -> str:
    newest = ""
    for held in member.watchlist.fold.ledger(member.code).notices.values():
        if held.latest is not None and held.latest.source is not None and held.latest.source[0] == list_name:
            notice = decode_record(held.latest.text)
            assert isinstance(notice, Notice)
            if notice.source is not None:
                newest = max(newest, notice.source.edition or "", key=_instant)
    return newest


def objection(member: Member, list_name: str, edition: str) -> str:
    """Say why this edition must not be taken in unasked; empty where nothing speaks against it."""
    taken = last_taken(member, list_name)
    if not _instant(taken) or _instant(edition) >= _instant(taken):
        return ""
    said = f"is of {edition}" if _instant(edition) else "does not say its date"
    return (
        f"this file {said}, and {list_name} of {taken} is already taken in: it would withdraw who was listed since, "
        "and list again who was taken off"
    )


def remember(member: Member, list_name: str, edition: str) -> None:
    """Keep the edition that is now taken in, before anything of it is published. Raises StoreError."""
    if _instant(edition) or _instant(last_taken(member, list_name)):
        member.store.apply({_PLACE + list_name.encode("utf-8"): edition.encode("utf-8")})
