"""Who was taken off a list and stands all the same: by approvals, which no import undoes.

Knows:    which approved notices came from a list; which of them its last import did not find there, kept in the store.
Told:     which entries a list has.
Answers:  the keys of notices that a person must decide on, to whoever imports, and later to the doctor.
Trusted:  no: it withdraws nothing. What it forgets, the next import of the list finds again.
"""

from __future__ import annotations

from typing import Final

from evenhand.interop.importing import Planner
from evenhand.node.list_held import approved_of
from evenhand.node.member import Member

_PLACE: Final = b"list/gone/"


def left_by(member: Member, list_name: str, planner: Planner) -> tuple[str, ...]:
    """Return the notices that stand by approvals and whose entries a list no longer has, after the whole list."""
    return tuple(key for entry_id, key in approved_of(member, list_name) if not planner.has(entry_id))


def remember(member: Member, list_name: str, keys: tuple[str, ...]) -> None:
    """Keep what the last import of a list did not find there. Raises StoreError."""
    place, row = _PLACE + list_name.encode("utf-8"), "\n".join(keys).encode("ascii") or None
    if member.store.get(place) != row:
        member.store.apply({place: row})


def undecided(member: Member) -> tuple[str, ...]:
    """Return the notices that stand by approvals though the last import of their list did not find them there."""
    found: list[str] = []
    for place, row in member.store.scan(_PLACE, _PLACE + b"\xff"):
        stand = {key for _, key in approved_of(member, place[len(_PLACE) :].decode("utf-8"))}
        found += [key for key in row.decode("ascii").split("\n") if key in stand]
    return tuple(found)
