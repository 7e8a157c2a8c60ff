"""CONTRL written: a malformed interchange or message is answered with its segment and error.

Knows:    ISO 9735-4 CONTRL, syntax version 4 (action 4 rejected, 7 acknowledged).
Told:     the faults met, and what could be read of the envelope.
Answers:  the bytes of the report.
Trusted:  yes: a sender corrects by this.
"""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.interop.carriers.edifact import EdifactError, Segment, segment
from evenhand.interop.carriers.paxlst import Batch
from evenhand.interop.carriers.sending import Address, send

_KIND = ("CONTRL", "4", "1", "UN")
_REJECTED = "4"
_ACKNOWLEDGED = "7"
_MISSING = 13
_OF_INTERCHANGE = frozenset({"UNA", "UNB", "UNZ"})
_OF_GROUP = frozenset({"UNG", "UNE"})
_OF_MESSAGE = frozenset({"UNH", "UNT"})


def reject_interchange(error: EdifactError, address: Address) -> bytes:
    """Return the rejection of a whole interchange, which names the group, message and segment of the fault."""
    whole, body = error.original, []
    group = next((item for item in error.within if item.tag == "UNG"), None)
    message = next((item for item in error.within if item.tag == "UNH"), None)
    fault: list[str] = [_REJECTED]
    if message is None and (group is None or error.tag not in _OF_GROUP):
        fault += _fault_of(error, _OF_INTERCHANGE | _OF_GROUP)
    elif group is not None:
        body.append(_group(group, [_REJECTED] if message is not None else [_REJECTED, *_fault_of(error, _OF_GROUP)]))
    if message is not None:
        body += _message(message, error)
    head = segment("UCI", _plain(whole.reference), _plains(whole.sender), _plains(whole.recipient), *fault)
    return send(address, _KIND, [head, *body])


def report_messages(batch: Batch, address: Address) -> bytes:
    """Return the report on a readable interchange: each refused message by segment and error, group by group."""
    whole = batch.interchange.original
    body = [segment("UCI", whole.reference, whole.sender, whole.recipient, _ACKNOWLEDGED)]
    reported: Segment | None = None
    for message, error in batch.refused:
        if message.group is not None and message.group is not reported:
            body.append(_group(message.group, [_ACKNOWLEDGED]))
        reported = message.group
        body += _message(message.header, error)
    return send(address, _KIND, body)


def _fault_of(error: EdifactError, tags: frozenset[str]) -> list[str]:
    """Return error code and service segment of a level; what is no segment of it is told by its code alone."""
    return [str(error.fault), error.tag] if error.tag in tags else [str(error.fault)]


def _group(header: Segment, fault: Sequence[str]) -> Segment:
    """Return the response to a group, by its UNG: reference, sender, recipient."""
    parties = (header.elements[at][0] if len(header.elements) > at else ("",) for at in (1, 2))
    return segment("UCF", _plain(header.get(4)), *map(_plains, parties), *fault)


def _message(header: Segment, error: EdifactError) -> list[Segment]:
    """Return the response to a message: the fault of its envelope, or where among its segments the fault lies."""
    kind = header.elements[1][0] if len(header.elements) > 1 else ("",)
    told = (_plain(header.get(0)), _plains(kind), _REJECTED)
    if error.tag in _OF_MESSAGE and (error.tag, error.fault) != ("UNH", _MISSING):  # what is missing comes after UNH
        return [segment("UCM", *told, str(error.fault), error.tag)]
    # UCS counts segments from the message's own UNH, which is 1.
    position = max(error.segment - header.number + 1, 1)
    return [segment("UCM", *told), segment("UCS", str(position), str(error.fault))]


def _plain(text: str) -> str:
    """Return a text of the faulty interchange if the report's own level can carry it, else nothing."""
    return text if text.isascii() and text.isprintable() else ""


def _plains(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(_plain, texts))
