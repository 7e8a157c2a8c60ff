"""The detail part of a notice, opened from the ledger when someone asks for it.

Knows:    where sealed parts lie and which keys we hold.
Told:     a ledger and an entry.
Answers:  the detail, or nothing where it was not released to us.
Trusted:  yes: what does not fit its commitment is never returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenhand.exchange.feed import envelope_of
from evenhand.ledger.envelope import Envelope, PartHeader
from evenhand.notices.model import Detail, ErasureOrder, Retraction, decode_detail, decode_record
from evenhand.watchlist.opening import audience_of, open_text

if TYPE_CHECKING:
    from evenhand.node.member import Member


def detail_of(member: Member, code: str, index: int) -> Detail | None:
    """Return the detail of the notice in entry `index`. Raises VerificationError or InputError on damage."""
    text = _text_of(member, code, index, "detail")
    return None if text is None else decode_detail(text)


def order_in(member: Member, code: str, index: int) -> Retraction | ErasureOrder | None:
    """Return the withdrawal or erasure in an entry, or None where it is something else or not released to us."""
    text = _text_of(member, code, index, "match")
    record = None if text is None else decode_record(text)
    return record if isinstance(record, Retraction | ErasureOrder) else None


def _text_of(member: Member, code: str, index: int, name: str) -> bytes | None:
    log = member.ledgers.log(code)
    if index < log.size:
        envelope, sealed = envelope_of(log.entries(index, index + 1)[0]), log.part(index, name)
    else:  # an urgent entry ahead of its turn
        waiting = member.ledgers.express[code][index]
        envelope, sealed = envelope_of(waiting.leaf), dict(waiting.parts).get(name)
    header = header_of(envelope, name)
    key = None if header is None else member.watchlist.keyring.key(audience_of(envelope, header))
    if header is None or key is None or sealed is None:
        return None
    return open_text(envelope, header, sealed, key)


def header_of(envelope: Envelope, name: str) -> PartHeader | None:
    """Return an envelope's header of one part."""
    return next((header for header in envelope.parts if header.name == name), None)


def audience_of_entry(member: Member, index: int) -> str:
    """Return the audience that the match part of one of our own entries was sealed to."""
    header = header_of(envelope_of(member.ledgers.log(member.code).entries(index, index + 1)[0]), "match")
    assert header is not None
    return header.audience
