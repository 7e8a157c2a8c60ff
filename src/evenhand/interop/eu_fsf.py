"""The European Union's consolidated financial sanctions list, FSF XML 1.1.

Knows:    the schema of `http://eu.europa.ec/fpi/fsd/export`: values in attributes.
Told:     the file's bytes.
Answers:  every person as an entry, every enterprise as a refusal, every unread value as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final, NamedTuple

from lxml import etree

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, DocumentStatus, NameKind
from evenhand.interop.attributes import AttributeReader
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import prefixed
from evenhand.interop.list_dates import expiry_in, issue_in, partial_date, year_range
from evenhand.interop.listed_documents import document_status, document_type, unknown_kind
from evenhand.interop.listed_numbers import take_number
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.safe_xml import line_of, local_name, open_list
from evenhand.notices.model import Source

LIST_NAME: Final = "eu-fsf"
_STAMPS: Final = ("logicalId", "regulationLanguage", "countryDescription")
_STATUSES: Final[tuple[tuple[str, DocumentStatus], ...]] = (
    ("knownFalse", "forged"), ("reportedLost", "lost"), ("revokedByIssuer", "revoked"), ("knownExpired", "expired"),
)  # fmt: skip
_OWN_CODES: Final = {"00": "", "UK": "GB", "EL": "GR"}
_DAY: Final = len("2026-01-31")
_NUMBER: Final = re.compile("[0-9]{1,2}")


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    attributes, found = open_list(data, what="an EU FSF list", root="export", depth=2)
    edition = attributes.get("generationDate", "")[:_DAY]
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for _, element in found:
        reader = AttributeReader(element)
        entry_id = reader.get("euReferenceNumber") or prefixed("logicalId", reader.get("logicalId"))
        kind = ", ".join(reader.get("code", one) for one in reader.children("subjectType")) or local_name(element)
        if kind != "person":
            reason = f"{NOT_A_PERSON}: {kind}"
            refusals.append(Refusal(line=reader.line, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason))
            continue
        draft = EntryDraft(entry_id=entry_id, line=reader.line)
        entry = _person(reader, draft, edition)
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition=edition, entries=tuple(entries), refusals=tuple(refusals))


def _person(reader: AttributeReader, draft: EntryDraft, edition: str) -> ImportedEntry | None:
    reader.skip(reader.element, "logicalId")
    for one in reader.children("subjectType"):
        reader.skip(one, "classificationCode")
    listed, details, united = (
        reader.get(name) for name in ("designationDate", "designationDetails", "unitedNationId")
    )
    for label, text in (("Designation", details), ("United Nations reference", united)):
        if text:
            draft.labelled(reader.line, label, text)
    for one in reader.children("nameAlias"):
        _name(reader, draft, one)
    for one in reader.children("birthdate"):
        _birth(reader, draft, one)
    for one in reader.children("citizenship"):
        reader.skip(one, *_STAMPS, "region")
        _stamped(reader, draft, one)
        if code := _country(reader, one):
            draft.nationality(line_of(one), "citizenship", code)
    for one in reader.children("address"):
        _address(reader, draft, one)
    for one in reader.children("identification"):
        _document(reader, draft, one)
    for one in reader.children("remark"):
        draft.remark(line_of(one), "remark", reader.text(one))
    programmes, published = _acts(reader)
    listed_on = draft.day(reader.line, "designationDate", listed)
    for left in reader.leftovers():
        draft.refuse(*left)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id, edition=edition or None),
        offence=f"Listed by the European Union: {', '.join(programmes) or 'programme not named'}",
        reference=draft.entry_id,
        listed_on=listed_on,
        updated_on=tuple(published),
    )


def _acts(reader: AttributeReader) -> tuple[list[str], list[str]]:
    """Return the programmes and publication dates of an entry's legal acts."""
    programmes: list[str] = []
    published: list[str] = []
    for act in reader.children("regulation"):
        programmes.append(reader.get("programme", act))
        published.append(reader.get("publicationDate", act))
        reader.skip_whole(act)
    return list(dict.fromkeys(filter(None, programmes))), sorted(set(filter(None, published)))


def _name(reader: AttributeReader, draft: EntryDraft, one: etree._Element) -> None:
    line = line_of(one)
    first, middle, last, whole = (
        reader.get(name, one) for name in ("firstName", "middleName", "lastName", "wholeName")
    )
    text = whole or " ".join(part for part in (first, middle, last) if part)
    said_strong = reader.get("strong", one)
    strong = not said_strong or draft.flag(line, "nameAlias@strong", said_strong)
    if strong is None:  # a word that is none of ours: an alias counts as weak, the first name does not
        strong = not draft.has_name
    given = " ".join(part for part in (first, middle) if part)
    if text:
        draft.name(line, "nameAlias", text, "alias_low" if not strong else _kind(draft), parts=(given, last))
    if gender := reader.get("gender", one):
        draft.sex(line, "nameAlias@gender", gender)
    for name, label in (("title", "Title"), ("function", "Function")):
        if said := reader.get(name, one):
            draft.labelled(line, label, said)
    reader.skip(one, *_STAMPS, "nameLanguage")
    _stamped(reader, draft, one)


def _kind(draft: EntryDraft) -> NameKind:
    """The list does not say which name is the first; it prints it first."""
    return "alias_good" if draft.has_name else "primary"


def _stamped(reader: AttributeReader, draft: EntryDraft, one: etree._Element) -> None:
    """Take what stands inside every value: the legal act behind it, and remarks on it."""
    for act in reader.children("regulationSummary", one):
        reader.skip_whole(act)
    for remark in reader.children("remark", one):
        draft.remark(line_of(remark), f"{local_name(one)}/remark", f"{local_name(one)}: {reader.text(remark)}")


def _country(reader: AttributeReader, one: etree._Element) -> str:
    """Take a country; the list writes 00 where it knows none, and codes of the Union's own for two."""
    code = reader.get("countryIso2Code", one)
    return _OWN_CODES.get(code, code)


def _birth(reader: AttributeReader, draft: EntryDraft, one: etree._Element) -> None:
    line = line_of(one)
    circa = reader.get("circa", one)
    about = bool(circa) and draft.flag(line, "birthdate@circa", circa) is not False  # so does an unknown word here
    said = _Stated(*(reader.get(name, one) for name in _DATE_PARTS))
    city, zip_code, region, place = (reader.get(name, one) for name in ("city", "zipCode", "region", "place"))
    draft.birth_place(
        line, "birthdate", city=city, region=region, country=_country(reader, one),
        text=", ".join(part for part in (place, zip_code) if part),
    )  # fmt: skip
    calendar = reader.get("calendarType", one)
    reader.skip(one, *_STAMPS)
    _stamped(reader, draft, one)
    if calendar.upper() not in {"", "GREGORIAN"} and any(said):
        stated = said.date or said.year or said.first or said.last or said.month or said.day
        draft.refuse(line, "birthdate@calendarType", f"a date of another calendar: {stated} ({calendar[:40]})")
    else:
        _born(draft, line, said, about=about)


_DATE_PARTS: Final = ("birthdate", "year", "monthOfYear", "dayOfMonth", "yearRangeFrom", "yearRangeTo")


class _Stated(NamedTuple):
    """What one `birthdate` says, in the order of `_DATE_PARTS`; empty where it does not."""

    date: str
    year: str
    month: str
    day: str
    first: str
    last: str

    @property
    def numbers(self) -> list[str]:
        """The month and the day of the year, as far as each is a number and stands on the one before."""
        stated = takewhile(_NUMBER.fullmatch, (self.month, self.day) if self.year else ())
        return [f"{int(part):02d}" for part in stated]

    @property
    def parts(self) -> str:
        """The date as its parts say it: a year, a month of a year, or a day."""
        return "-".join([self.year, *self.numbers])

    @property
    def loose(self) -> list[tuple[str, str]]:
        """What `parts` leaves out, with the names of the attributes: a month that is none, a day without a month."""
        rest = [("birthdate@monthOfYear", self.month), ("birthdate@dayOfMonth", self.day)][len(self.numbers) :]
        return [(field, text) for field, text in rest if text]


def _born(draft: EntryDraft, line: int, said: _Stated, *, about: bool) -> None:
    """Take a whole date before a range, a range before the parts of a date; what does not fit is refused, not left."""
    if said.date:
        _take_date(draft, line, said.date, about=about)
        value = partial_date(said.date)
        if value is None and said.parts:
            _take_date(draft, line, said.parts, about=about)
        elif value is not None and not value.startswith(said.parts):
            draft.refuse(line, "birthdate@year", f"other than the stated date {value}: {said.parts}")
    elif said.first or said.last:
        first, last = said.first or said.last, said.last or said.first
        draft.birth(line, "birthdate", year_range(first, last, approximate=about), f"{said.first}-{said.last}")
    elif said.parts:
        _take_date(draft, line, said.parts, about=about)
    if (said.first or said.last) and (beside := said.date or said.parts):
        draft.refuse(line, "birthdate@yearRangeFrom", f"a range beside a date: {said.first}-{said.last}, {beside}")
    for field, text in said.loose:
        draft.refuse(line, field, f"no part of a date with the year {said.year or 'not stated'}: {text[:40]!r}")


def _take_date(draft: EntryDraft, line: int, text: str, *, about: bool) -> None:
    value = partial_date(text)
    born = None if value is None else BirthDate(value=value, certainty="approximate" if about else "exact")
    draft.birth(line, "birthdate", born, text)


def _address(reader: AttributeReader, draft: EntryDraft, one: etree._Element) -> None:
    street, box, zip_code, place, city, region = (
        reader.get(name, one) for name in ("street", "poBox", "zipCode", "place", "city", "region")
    )
    text = ", ".join(part for part in (street, box, zip_code, place) if part)
    country = _country(reader, one)
    draft.address(line_of(one), "address", text=text, city=city, region=region, country=country)
    reader.skip(one, *_STAMPS, "asAtListingTime")
    _stamped(reader, draft, one)


def _document(reader: AttributeReader, draft: EntryDraft, one: etree._Element) -> None:
    line, field = line_of(one), "identification"
    kind, number, latin = (
        reader.get(name, one) for name in ("identificationTypeDescription", "number", "latinNumber")
    )
    code = reader.get("identificationTypeCode", one)
    stated = [word for name, word in _STATUSES if draft.flag(line, f"{field}@{name}", reader.get(name, one))]
    first, second, begins, expires = (
        draft.day(line, f"{field}@{name}", reader.get(name, one))
        for name in ("issuedDate", "issueDate", "validFrom", "validTo")
    )
    printed, hinted, around = take_number(latin or number)
    written, _, beside = take_number(number if latin and _bare(number) != _bare(latin) else "")
    numbers = [one for one in (printed, written) if one]
    issued = first or second or begins or issue_in(around)
    notes = [unknown_kind(kind or code), around, beside]
    notes += [reader.get(name, one) for name in ("issuedBy", "nameOnDocument", "region")]
    notes += ["diplomatic" if draft.flag(line, f"{field}@diplomatic", reader.get("diplomatic", one)) else ""]
    notes += [f"valid from {begins}" if begins not in {None, issued} else "", *stated[1:]]
    issuer = draft.issuer(line, f"{field}@countryIso2Code", _country(reader, one)) or hinted
    note = "; ".join(filter(None, notes))
    reader.skip(one, *_STAMPS)
    _stamped(reader, draft, one)
    if not numbers:
        dates = (f"issued {issued}" if issued else "", f"expires {expires}" if expires else "")
        draft.numberless(line, f"{field}@number", "; ".join(filter(None, (kind or code, issuer, *dates, note))))
        return
    for one_number in numbers:
        draft.document(line, field, lambda n=one_number: Document(  # type: ignore[misc]
            type=document_type(kind or code), number=n, issuer=issuer, issued=issued,
            expires=expires or expiry_in(around), status=stated[0] if stated else document_status(around),
            note=note or None,
        ))  # fmt: skip


def _bare(number: str) -> str:
    """Return a number by its letters and digits alone: the list spaces it in one way and in another."""
    return "".join(filter(str.isalnum, number.casefold()))
