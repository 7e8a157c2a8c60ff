"""Travel documents over HTTP: a machine-readable zone read and checked; and whoever it describes looked up.

Knows:    how the lines of a zone, or the fields of a visible one, come as JSON.
Told:     lines or fields, and the date that decides centuries.
Answers:  the fields, what is wrong and where, and which single digit would put it right; candidates.
Trusted:  yes: a name is asked for in every spelling its zone may stand for, and who must be protected is told first.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from evenhand.api.rows import Asked, Reply, Row
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError
from evenhand.ground.limits import ZONE_CHARACTERS_MAX
from evenhand.node.answering import AnswerBody, Freshness
from evenhand.node.operations import perform
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_suggest import Suggestion, suggest
from evenhand.travellers.mrz_values import Mrz, clean_lines
from evenhand.travellers.traveller import Traveller, query_fields, traveller_of_mrz, truncated_names
from evenhand.travellers.visible_zone import traveller_of_row
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
    except UNREADABLE as error:
        raise InputError("the request cannot be used", why=str(error)) from error
    return Reply(body=msgspec.json.encode(_read(asked, request)))


def _today(asked: Asked, said: str) -> date:
    try:
        now_ms = asked.site.member.clock.now_ms()
        return date.fromisoformat(said) if said else datetime.fromtimestamp(now_ms / 1000, UTC).date()
    except ValueError as error:
        raise InputError("today is not a date", remedy="write YYYY-MM-DD") from error


def _read(asked: Asked, request: ZoneRequest) -> ZoneAnswer:
    day = _today(asked, request.today)
    if len(request.zone) > ZONE_CHARACTERS_MAX:
        raise InputError("too long for a machine-readable zone", why=f"the limit is {ZONE_CHARACTERS_MAX} characters")
    lines = clean_lines(request.zone, tolerant=request.tolerant)
    return ZoneAnswer(read=parse_mrz(lines, today=day), suggestions=suggest(lines, today=day))


class DocumentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document in hand: its machine-readable `zone`, or the fields of its visible zone as `row`.

    `row` may have family_name, given_names, birth_date, sex, nationality, document_type, document_number, issuer and
    expires; dates are YYYY-MM-DD.
    """

    zone: str = ""
    row: dict[str, str] = {}
    today: str = ""
    tolerant: bool = False
    at: str | None = None


class DocumentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was read and who it may be.

    `protection_check`: the document or a nationality marks a refugee or stateless person, so this check comes first.
    `truncated` are names that may go on where the document's field ended.
    """

    zone: ZoneAnswer | None
    traveller: Traveller
    protection_check: bool
    truncated: tuple[str, ...]
    answer: AnswerBody
    freshness: Freshness


async def look(asked: Asked) -> Reply:
    """Look up whom a document describes. Raises InputError, or as the operation `find`."""
    try:
        request = msgspec.json.decode(asked.body, type=DocumentRequest)
    except UNREADABLE as error:
        raise InputError("the request cannot be used", why=str(error)) from error
    if bool(request.zone) == bool(request.row):
        raise InputError("a document is a zone or a row", remedy="give one of them")
    zoned = None
    if request.zone:
        zoned = _read(asked, ZoneRequest(zone=request.zone, today=request.today, tolerant=request.tolerant))
        traveller = traveller_of_mrz(zoned.read, truncated=zoned.read.names_truncated)
    else:
        traveller = traveller_of_row(request.row, today=_today(asked, request.today))
    asking = {**query_fields(traveller), "at": request.at, "two_digit_year": traveller.two_digit_year}
    found = await perform(asked.site, "find", msgspec.json.encode(asking))
    said = DocumentAnswer(
        zone=zoned, traveller=traveller, truncated=truncated_names(traveller),
        protection_check=traveller.needs_protection_check, answer=found.document.answer,
        freshness=found.document.freshness,
    )  # fmt: skip
    return Reply(body=msgspec.json.encode(said))


_EXAMPLE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"  # ICAO 9303-4
ROWS = (
    Row("POST", "/v1/travel/mrz", "Read a machine-readable zone: its fields, and what is wrong", "persons", run=zone,
        power=Permission.QUERY, takes=ZoneRequest, gives=ZoneAnswer, examples={"TD3": {"zone": _EXAMPLE}}),
    Row("POST", "/v1/travel/find", "Ask whether the holder of a document is listed, or the document", "persons",
        run=look, power=Permission.QUERY, purpose=True, takes=DocumentRequest, gives=DocumentAnswer, stands_for="find",
        examples={"TD3": {"zone": _EXAMPLE}, "row": {"row": {"family_name": "Ferventu", "given_names": "Ilmar"}}}),
)  # fmt: skip
