"""Opening: from verified envelopes and sealed parts to records, keys and what is missing.

Knows:    how parts are bound to their place, committed to and sealed.
Told:     envelopes, their sealed parts, and the keyring.
Answers:  the record told, whether the detail was released, and which parts should be here and are not.
Trusted:  yes: a part that does not fit its commitment is never read further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError, VerificationError
from evenhand.ledger.envelope import Envelope, PartHeader, bound_to, check_part, hash_text
from evenhand.notices.model import decode_record
from evenhand.trust.sealing import commitment, open_part
from evenhand.watchlist.fold import Told
from evenhand.watchlist.keyring import AudienceKey, Keyring

OPEN: Final = ""
"""The audience of a part that everyone may read: boxed keys."""


@dataclass
class Opened:
    """What one entry turned out to hold."""

    told: Told | None = None
    keys: bytes | None = field(default=None, repr=False)
    missing: bool = False
    """A part whose key we hold is not here."""
    withheld: bool = False
    """The match part is sealed to others."""
    damaged: list[str] = field(default_factory=list)
    """Parts that are stored and are no longer what their envelope names: to be fetched again."""
    fault: str = ""
    """Why a part we could open is not a valid record."""


def audience_of(envelope: Envelope, header: PartHeader) -> AudienceKey:
    """Return the name of the epoch key a part is sealed under."""
    return envelope.originator, header.audience, header.epoch


def open_text(envelope: Envelope, header: PartHeader, sealed: bytes, key: bytes) -> bytes:
    """Open a sealed part and check it against its commitment. Raises VerificationError."""
    salt, text = open_part(
        sealed, key=key, bound_to=bound_to(envelope.originator, envelope.index, header.name)
    )
    if hash_text(commitment(salt, header.name, text)) != header.commitment:
        raise VerificationError(f"part {header.name} of entry {envelope.index} is not what was committed to")
    return text


def open_entry(envelope: Envelope, parts: Mapping[tuple[int, str], bytes], keyring: Keyring) -> Opened:
    """Open what of an entry is released to us; never raises for what the originator put inside."""
    opened, match, detail = Opened(), None, False
    for header in envelope.parts:
        sealed = parts.get((envelope.index, header.name))
        if header.audience == OPEN:
            if sealed is not None and not check_part(header, sealed):
                opened.damaged.append(header.name)
                sealed = None
            opened.keys = sealed
            opened.missing |= sealed is None
            continue
        key = keyring.key(audience_of(envelope, header))
        if key is None:
            opened.withheld |= header.name == "match"
        elif sealed is None:
            opened.missing = True
        else:
            try:
                text = open_text(envelope, header, sealed, key)
                if header.name == "detail":
                    detail = True  # what it says is read, and judged, when someone asks for it
                else:
                    match = (text, decode_record(text))
            except (InputError, VerificationError) as error:
                if check_part(header, sealed):
                    opened.fault = str(error)
                else:
                    opened.damaged.append(header.name)
                    opened.missing = True
    if match is not None:
        opened.told = Told(
            originator=envelope.originator, index=envelope.index, time_ms=said_ms(envelope),
            text=match[0], record=match[1], detail=detail,
        )  # fmt: skip
    return opened


def said_ms(envelope: Envelope) -> int:
    """Return when an entry was written, by its originator's clock."""
    try:
        return parse_ms(envelope.time)
    except InputError:
        return 0  # an unreadable time cannot place a record later than any question
