"""CONTRL written: a malformed interchange or message is answered with its segment and error.

Knows:    ISO 9735-4 CONTRL, syntax version 4 (action 4 rejected, 7 acknowledged).
Told:     the faults met, and what could be read of the envelope.
Answers:  the bytes of the report.
Trusted:  yes: a sender corrects by this.
"""

from __future__ import annotations

from evenhand.interop.carriers.edifact import EdifactError, Segment, segment
from evenhand.interop.carriers.envelope import Message
from evenhand.interop.carriers.paxlst import Batch
from evenhand.interop.carriers.sending import Address, send

_KIND = ("CONTRL", "D", "3", "UN")
_REJECTED = "4"
_ACKNOWLEDGED = "7"


def reject_interchange(error: EdifactError, original: tuple[str, str, str], address: Address) -> bytes:
    """Return the rejection of a whole interchange; `original` is its reference, sender and recipient if known.

    What is not told is taken from the error, which knows what the interchange said before its fault.
    """
    told = [_plain(given or said) for given, said in zip(original, error.original, strict=True)]
    head = segment("UCI", *told, _REJECTED, str(error.fault), _plain(error.tag), str(error.segment))
    return send(address, _KIND, [head, segment("UCS", str(error.segment), str(error.fault))])


def _plain(text: str) -> str:
    """Return a text of the faulty interchange if the report's own level can carry it, else nothing."""
    return text if text.isascii() and text.isprintable() else ""


def report_messages(batch: Batch, address: Address) -> bytes:
    """Return the report on a readable interchange: each refused message by segment and error."""
    whole = batch.interchange
    body = [segment("UCI", whole.reference, whole.sender, whole.recipient, _ACKNOWLEDGED)]
    for message, error in batch.refused:
        body += _refusal(message, error)
    return send(address, _KIND, body)


def _refusal(message: Message, error: EdifactError) -> list[Segment]:
    kind = (message.type, message.version, message.release)
    # UCS counts segments from the message's own UNH, which is 1.
    position = max(error.segment - message.header.number + 1, 1)
    return [
        segment("UCM", message.reference, kind, _REJECTED, str(error.fault)),
        segment("UCS", str(position), str(error.fault)),
    ]
