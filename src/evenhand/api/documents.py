"""Travel documents over HTTP: a machine-readable zone read and checked.

Knows:    how the lines of a zone come as JSON.
Told:     lines, and the date that decides centuries.
Answers:  the fields, what is wrong and where, and which single digit would put it right.
Trusted:  no: it only shows what the travellers room says. Nobody is looked up here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from evenhand.api.rows import Asked, Reply, Row
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError
from evenhand.ground.limits import ZONE_CHARACTERS_MAX
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_suggest import Suggestion, suggest
from evenhand.travellers.mrz_values import Mrz, clean_lines
from evenhand.trust.permissions import Permission


class ZoneRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A zone's lines in one text. `today` (YYYY-MM-DD, now if absent) decides centuries."""

    zone: str
    today: str = ""
    tolerant: bool = False


class ZoneAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was read; `suggestions` name the characters that were perhaps misread."""

    read: Mrz
    suggestions: tuple[Suggestion, ...]


async def zone(asked: Asked) -> Reply:
    """Read a zone. Raises InputError where it is none."""
    try:
        request = msgspec.json.decode(asked.body, type=ZoneRequest)
        now_ms = asked.site.member.clock.now_ms()
        day = date.fromisoformat(request.today) if request.today else datetime.fromtimestamp(now_ms / 1000, UTC).date()
    except UNREADABLE as error:
        raise InputError("the request cannot be used", why=str(error)) from error
    except ValueError as error:
        raise InputError("today is not a date", remedy="write YYYY-MM-DD") from error
    if len(request.zone) > ZONE_CHARACTERS_MAX:
        raise InputError("too long for a machine-readable zone", why=f"the limit is {ZONE_CHARACTERS_MAX} characters")
    lines = clean_lines(request.zone, tolerant=request.tolerant)
    answer = ZoneAnswer(read=parse_mrz(lines, today=day), suggestions=suggest(lines, today=day))
    return Reply(body=msgspec.json.encode(answer))


_EXAMPLE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"  # ICAO 9303-4
ROWS = (
    Row("POST", "/v1/travel/mrz", "Read a machine-readable zone: its fields, and what is wrong", "persons", run=zone,
        power=Permission.QUERY, takes=ZoneRequest, gives=ZoneAnswer, examples={"TD3": {"zone": _EXAMPLE}}),
)  # fmt: skip
