"""What a MISP feed's folder said before, so that what it says next is the later word.

Knows:    where an event has its stamps, and that a receiver takes nothing whose stamp is not later than what it has.
Told:     an event as the ledgers make it, and what the folder has under its name.
Answers:  the event under the stamp to write it with; the highest stamp of the events that left the folder.
Trusted:  yes: what is written under an old stamp stays deleted at whoever pulled in between.

A stamp made from the ledgers alone is that of the last word about a notice. It can go back: what was taken back comes
again because the outlet's terms are wider now, or in the same second. The folder is the memory of what was served.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from evenhand.ground.canonical import UNREADABLE, canonical_bytes

FLOOR_FILE: Final = "cleared.json"
"""Beside the events: the highest stamp among those that left the folder, and nothing of which they were."""
_STAMPS: Final = frozenset({"timestamp", "publish_timestamp"})
_DIGITS_MAX: Final = 12

Event = dict[str, Any]


class _Floor(msgspec.Struct, frozen=True):
    timestamp: str


class _File(msgspec.Struct, frozen=True):
    event: Event = msgspec.field(name="Event")


def floor_bytes(stamp: int) -> bytes:
    """Return the file of the highest stamp that left."""
    return canonical_bytes(_Floor(timestamp=str(stamp)))


def floor_of(data: bytes | None) -> int:
    """Return the highest stamp of what left, in seconds; 0 where nothing ever did, or the file cannot be read."""
    try:
        return 0 if data is None else _seconds(msgspec.json.decode(data, type=_Floor).timestamp)
    except UNREADABLE:
        return 0


def stamp_of(data: bytes) -> int:
    """Return the stamp of an event's file, in seconds; 0 where it cannot be read."""
    made = _event(data)
    return 0 if made is None else _seconds(made.get("timestamp"))


def following(made: Event, before: bytes | None, floor: int) -> Event:
    """Return an event with a stamp above what the folder said under its name, or above all that left it.

    `before` is the file of that name, if there is one, `floor` from `floor_of`. What says the same as before keeps its
    stamp where the ledgers give none that is later.
    """
    said, stamp = None if before is None else _event(before), int(made["timestamp"])
    if said is None:
        return _under(made, max(stamp, floor + 1))
    last = _seconds(said.get("timestamp"))
    same = _under(said, 0) == _under(made, 0)
    return _under(made, max(stamp, last if same else last + 1))


def _event(data: bytes) -> Event | None:
    try:
        return msgspec.json.decode(data, type=_File).event
    except UNREADABLE:
        return None


def _seconds(said: Any) -> int:  # noqa: ANN401 - any JSON value
    text = str(said)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else 0


def _under(made: Event, stamp: int) -> Event:
    """Return an event with every stamp in it, its own and those of objects and attributes, set to one instant."""
    return {name: str(stamp) if name in _STAMPS else _stamped(one, stamp) for name, one in made.items()}


def _stamped(said: Any, stamp: int) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(said, list):
        return [_stamped(one, stamp) for one in said]
    return _under(said, stamp) if isinstance(said, dict) else said
