"""The UK sanctions list (XML) of the Foreign, Commonwealth and Development Office.

Knows:    the elements of `Designations` as published since 2026: name parts 1 to 6, the last the family name.
Told:     the file's bytes.
Answers:  every Individual as an entry, every other designation as a refusal, every unread field as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, NameKind
from evenhand.interop.countries import country_named
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import FieldReader
from evenhand.interop.list_dates import day_first, expiry_in, issue_in
from evenhand.interop.listed_documents import UNSAID, document_status, document_type
from evenhand.interop.listed_numbers import take_number
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.safe_xml import line_of, local_name, open_list
from evenhand.notices.model import Source

LIST_NAME: Final = "uk-sanctions"
_KINDS: Final[dict[str, NameKind]] = {
    "primary name": "primary", "primary name variation": "alias_good", "alias": "alias_good",
}  # fmt: skip
_UNSAID: Final = UNSAID | {"-"}
_BOOKKEEPING: Final = ("OFSIGroupID", "DesignationSource")
_NATIONALITY: Final = re.compile(r"(?P<country>[A-Z][\w .,'()-]*?) (?:passport|national)", re.IGNORECASE)
_REMARKS: Final = (
    ("UNReferenceNumber", "United Nations reference"), ("OtherInformation", "Other information"),
    ("UKStatementofReasons", "Statement of reasons"),
)  # fmt: skip
_LABELLED: Final = (
    ("Titles", "Title", "Title"), ("PhoneNumbers", "PhoneNumber", "Telephone"),
    ("EmailAddresses", "EmailAddress", "E-mail"), ("Websites", "Website", "Website"),
)  # fmt: skip


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    _, found = open_list(data, what="a UK sanctions list", root="Designations", depth=2)
    edition = ""
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for _, element in found:
        reader = FieldReader(element)
        if local_name(element) == "DateGenerated":
            edition = day_first(element.text or "") or ""
            continue
        entry_id, kind = reader.text("UniqueID"), reader.text("IndividualEntityShip") or local_name(element)
        if kind != "Individual":
            reason = f"{NOT_A_PERSON}: {kind}"
            refusals.append(Refusal(line=reader.line, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason))
            continue
        draft = EntryDraft(entry_id=entry_id, line=reader.line)
        entry = _individual(reader, draft, edition)
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition=edition, entries=tuple(entries), refusals=tuple(refusals))


def _individual(reader: FieldReader, draft: EntryDraft, edition: str) -> ImportedEntry | None:
    for name in _BOOKKEEPING:
        reader.text(name)
    # The indicators say the same as the text, one by one: travel ban true, asset freeze false.
    indicators = [one for group in reader.children("SanctionsImposedIndicators") for one in group]
    imposed = ", ".join([local_name(one) for one in indicators if reader.take(one).casefold() == "true"])
    if measures := reader.text("SanctionsImposed") or imposed:
        draft.remark(reader.line, "SanctionsImposed", f"Measures imposed: {measures}")
    _names(reader, draft)
    for one in _items(reader, "Addresses", "Address"):
        _address(reader, draft, one)
    for one in _items(reader, "IndividualDetails", "Individual"):
        _details(reader, draft, one)
    for field, label in _REMARKS:
        if text := reader.text(field):
            draft.remark(reader.line, field, f"{label}: {text}")
    regime, listed, updated = (reader.text(name) for name in ("RegimeName", "DateDesignated", "LastUpdated"))
    listed_on, changed = (
        draft.day(reader.line, field, text, read=day_first)
        for field, text in (("DateDesignated", listed), ("LastUpdated", updated))
    )
    for left in reader.leftovers():
        draft.refuse(*left)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id, edition=edition or None),
        offence=f"Designated by the United Kingdom: {regime or 'regime not named'}",
        reference=draft.entry_id,
        listed_on=listed_on,
        updated_on=(changed,) if changed else (),
    )


def _items(
    reader: FieldReader, group: str, item: str, inside: etree._Element | None = None
) -> Iterator[etree._Element]:
    for parent in reader.children(group, inside):
        yield from reader.children(item, parent)


def _names(reader: FieldReader, draft: EntryDraft) -> None:
    for one in _items(reader, "Names", "Name"):
        _name(reader, draft, one)
    for one in _items(reader, "NonLatinNames", "NonLatinName"):
        for field in ("NonLatinScriptType", "NonLatinScriptLanguage"):
            reader.text(field, one)
        if text := reader.text("NameNonLatinScript", one):
            draft.name_field(line_of(one), "NameNonLatinScript", text, "primary")
    for line, label, text in _words(reader, _LABELLED):
        draft.labelled(line, label, text)


def _words(
    reader: FieldReader, wanted: tuple[tuple[str, str, str], ...], inside: etree._Element | None = None
) -> Iterator[tuple[int, str, str]]:
    """Yield (line, label, text) of each item that says something."""
    for group, item, label in wanted:
        for one in _items(reader, group, item, inside):
            if text := reader.take(one):
                yield line_of(one), label, text


def _name(reader: FieldReader, draft: EntryDraft, one: etree._Element) -> None:
    line = line_of(one)
    parts = [reader.text(f"Name{number}", one) for number in range(1, 7)]
    kind_text, strength = reader.text("NameType", one), reader.text("AliasStrength", one)
    kind = _KINDS.get(kind_text.casefold())
    if kind is None:
        draft.refuse(line, "NameType", f"unknown type of name {kind_text!r}; the name counts as low quality")
    if strength.casefold().startswith("low"):
        kind = "alias_low"
    elif strength.casefold() not in _UNSAID and not strength.casefold().startswith("good"):
        draft.refuse(line, "AliasStrength", f"unknown strength {strength!r}; an alias counts as low quality")
        kind = kind if kind == "primary" else "alias_low"
    given, family = " ".join(part for part in parts[:5] if part), parts[5]
    if given or family:
        draft.name(line, "Name", f"{given} {family}".strip(), kind or "alias_low", parts=(given, family))


def _address(reader: FieldReader, draft: EntryDraft, one: etree._Element) -> None:
    lines = [reader.text(f"AddressLine{number}", one) for number in range(1, 7)]
    zip_code, country = reader.text("AddressPostalCode", one), reader.text("AddressCountry", one)
    text = ", ".join(part for part in (*lines[:5], zip_code) if part)
    draft.address(line_of(one), "Address", text=text, city=lines[5], region="", country=country)


def _details(reader: FieldReader, draft: EntryDraft, person: etree._Element) -> None:
    for one in _items(reader, "DOBs", "DOB", person):
        text = reader.take(one)
        value = day_first(text)
        draft.birth(line_of(one), "DOB", None if value is None else BirthDate(value=value), text)
    for line, label, text in _words(reader, (("Nationalities", "Nationality", "Nationality"),), person):
        draft.nationality(line, label, text)
    for line, label, text in _words(reader, (("Genders", "Gender", "Gender"),), person):
        draft.sex(line, label, text)
    for line, label, text in _words(reader, (("Positions", "Position", "Position"),), person):
        draft.labelled(line, label, text)
    for one in _items(reader, "BirthDetails", "Location", person):
        town, country = reader.text("TownOfBirth", one), reader.text("CountryOfBirth", one)
        draft.birth_place(line_of(one), "BirthDetails", city=town, region="", country=country)
    for group, item, default in (("PassportDetails", "Passport", "passport"),
                                 ("NationalIdentifierDetails", "NationalIdentifier", "national_id")):  # fmt: skip
        for one in _items(reader, group, item, person):
            _document(reader, draft, one, default)


def _document(reader: FieldReader, draft: EntryDraft, one: etree._Element, default: str) -> None:
    line, field = line_of(one), local_name(one)
    stated, words = reader.text(f"{field}Number", one), reader.text(f"{field}AdditionalInformation", one)
    number, hinted, around = take_number(stated)
    found = document_type(words) if words else "other"
    kind = default if default == "passport" or found in {"other", "passport"} else found
    told = _NATIONALITY.match(words)
    issuer = (country_named(told["country"]) if told else None) or hinted
    note = "; ".join(part for part in (around, words) if part)
    if not number:
        if stated or words:
            draft.numberless(line, f"{field}Number", "; ".join(filter(None, [kind, around or stated, words])))
        return
    draft.document(
        line, field,
        lambda: Document(
            type=kind, number=number, issuer=issuer, issued=issue_in(note), expires=expiry_in(note),
            status=document_status(note), note=note or None,
        ),
    )  # fmt: skip
