"""The envelope of what we send to carriers: one message in one interchange.

Knows:    ISO 9735 service segments.
Told:     who sends to whom, under which reference, at what time.
Answers:  the bytes of an interchange.
Trusted:  yes: a carrier's system reads this without a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from evenhand.interop.carriers.edifact import (
    LEVELS,
    Segment,
    ServiceCharacters,
    print_segments,
    segment,
)

_APPLICATION: Final = 2
"""UNG names a party by code and qualifier alone."""


class Address(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sender, recipient, the interchange's reference, and the time of sending (UTC, an argument).

    Sender and recipient are a code, or a code with its qualifier and internal identifications.
    """

    sender: str | tuple[str, ...]
    recipient: str | tuple[str, ...]
    reference: str
    at: datetime
    level: str = "UNOA"


def send(address: Address, kind: tuple[str, ...], body: Sequence[Segment]) -> bytes:
    """Return an interchange of one message; `kind` is UNH's identifier (PAXLST, D, 05B, UN, IATA).

    Raises InputError for a character the level lacks.
    """
    day, clock = f"{address.at:%y%m%d}", f"{address.at:%H%M}"
    ends = [segment("UNT", str(len(body) + 2), "1")]
    starts = [segment("UNB", (address.level, "4"), address.sender, address.recipient, (day, clock), address.reference)]
    if kind[0] != "CONTRL":
        parties = [one if isinstance(one, str) else one[:_APPLICATION] for one in (address.sender, address.recipient)]
        starts.append(segment("UNG", kind[0], *parties, (day, clock), "1", "UN", kind[1:3]))
        ends.append(segment("UNE", "1", "1"))
    ends.append(segment("UNZ", "1", address.reference))
    whole = [*starts, segment("UNH", "1", kind), *body, *ends]
    return print_segments(whole, ServiceCharacters(), encoding=LEVELS[address.level])
