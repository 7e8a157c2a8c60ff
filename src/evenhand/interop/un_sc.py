"""The United Nations Security Council consolidated list (XML).

Knows:    the schema sc-sanctions.xsd as published.
Told:     the file's bytes.
Answers:  every INDIVIDUAL as an entry, every ENTITY as a refusal, every unread field as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, NameKind
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import FieldReader, clean, prefixed
from evenhand.interop.list_dates import birth_date, expiry_in, issue_in, partial_date, year_range
from evenhand.interop.listed_documents import (
    UNSAID,
    document_status,
    document_type,
    unknown_kind,
)
from evenhand.interop.listed_numbers import number_in, take_number
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.safe_xml import line_of, local_name, open_list
from evenhand.notices.model import Source

LIST_NAME: Final = "un-sc"
_BOOKKEEPING: Final = ("SORT_KEY", "SORT_KEY_LAST_MOD")
_QUALITY: Final[dict[str, NameKind]] = {
    "good": "alias_good",
    "low": "alias_low",
    "a.k.a.": "alias_good",
    "f.k.a.": "alias_good",
}
_MARKS: Final = re.compile(
    r"(?i)(?:physical description|distinguishing (?:physical )?marks?)\s*:?\s*(.+?)(?:\.\s+(?=[A-Z])|\.?$)"
)
_DAY: Final = len("2026-01-31")
_SEX_IN_TEXT: Final = re.compile(r"(?i)\b(?:gender|sex)\s*(?::|\[)\s*(male|female)\b")


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    attributes, found = open_list(data, what="a UN consolidated list", root="CONSOLIDATED_LIST", depth=3)
    edition = attributes.get("dateGenerated", "")
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for _, element in found:
        reader = FieldReader(element)
        entry_id = reader.text("REFERENCE_NUMBER") or prefixed("DATAID", reader.text("DATAID"))
        if local_name(element) != "INDIVIDUAL":
            refusals.append(
                Refusal(
                    line=reader.line,
                    entry_id=entry_id,
                    field=WHOLE_ENTRY,
                    reason=f"{NOT_A_PERSON}: {local_name(element)}",
                )
            )
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
    reader.text("DATAID")
    _names(reader, draft)
    for element in reader.children("INDIVIDUAL_DATE_OF_BIRTH"):
        _birth(reader, draft, element)
    for element in reader.children("INDIVIDUAL_PLACE_OF_BIRTH"):
        _place(reader, draft, element, birth=True)
    for element in reader.children("INDIVIDUAL_ADDRESS"):
        _place(reader, draft, element, birth=False)
    for line, text in reader.texts("NATIONALITY", "VALUE"):
        draft.nationality(line, "NATIONALITY", text)
    for line, text in reader.texts("GENDER"):
        draft.sex(line, "GENDER", text)
    for element in reader.children("INDIVIDUAL_DOCUMENT"):
        _document(reader, draft, element)
    _words(reader, draft)
    listed, updated = (
        reader.text("LISTED_ON"),
        tuple(t[:_DAY] for _, t in reader.texts("LAST_DAY_UPDATED", "VALUE")),
    )
    regime, version = reader.text("UN_LIST_TYPE"), reader.text("VERSIONNUM")
    listed_on = draft.day(reader.line, "LISTED_ON", listed)
    for left in reader.leftovers():
        draft.refuse(*left)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id, edition=edition or None),
        offence=f"Listed by the United Nations Security Council: {regime or 'list not named'}",
        reference=draft.entry_id,
        listed_on=listed_on,
        updated_on=updated,
        list_version=version or None,
    )


def _names(reader: FieldReader, draft: EntryDraft) -> None:
    # The four columns are the order in which a name is said, not given and family name: Korean entries begin with
    # the family's, Arabic ones run through father and grandfather. So no part is called either.
    parts = [reader.text(name) for name in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")]
    said = [part for part in parts if part and part.casefold() not in UNSAID]
    if said:
        draft.name(reader.line, "FIRST_NAME", " ".join(said), "primary")
    for line, text in reader.texts("NAME_ORIGINAL_SCRIPT"):
        draft.name_field(line, "NAME_ORIGINAL_SCRIPT", text, "primary")
    for element in reader.children("INDIVIDUAL_ALIAS"):
        line = line_of(element)
        quality, alias, note = (reader.text(name, element) for name in ("QUALITY", "ALIAS_NAME", "NOTE"))
        kind = _QUALITY.get(quality.casefold())
        if alias and kind is None:
            draft.refuse(
                line, "INDIVIDUAL_ALIAS/QUALITY", f"unknown quality {quality!r}; the alias counts as low"
            )
        if alias:
            draft.name_field(line, "ALIAS_NAME", alias, kind or "alias_low")
        if note:
            draft.alias_note(line, "INDIVIDUAL_ALIAS/NOTE", alias or "Alias", note, kind or "alias_low")
        _alias_birth(reader, draft, element)


def _alias_birth(reader: FieldReader, draft: EntryDraft, element: etree._Element) -> None:
    line = line_of(element)
    born = reader.text("DATE_OF_BIRTH", element)
    city, country = reader.text("CITY_OF_BIRTH", element), reader.text("COUNTRY_OF_BIRTH", element)
    if born:
        draft.birth(line, "INDIVIDUAL_ALIAS/DATE_OF_BIRTH", birth_date(born), born)
    draft.birth_place(line, "INDIVIDUAL_ALIAS/CITY_OF_BIRTH", city=city, region="", country=country)


def _birth(reader: FieldReader, draft: EntryDraft, element: etree._Element) -> None:
    line, field = line_of(element), "INDIVIDUAL_DATE_OF_BIRTH"
    kind = reader.text("TYPE_OF_DATE", element)
    date, year, first, last, note = (
        reader.text(name, element) for name in ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE")
    )
    about = kind == "APPROXIMATELY" or note.casefold().startswith("approx")
    if kind not in {"", "EXACT", "APPROXIMATELY", "BETWEEN"}:
        draft.refuse(
            line, f"{field}/TYPE_OF_DATE", f"unknown type of date {kind!r}; the date counts as approximate"
        )
        about = True
    if first and last:
        draft.birth(line, field, year_range(first, last, approximate=about), f"{first} to {last}")
    for said in (date, year, *([first] if not last else []), *([last] if not first else [])):
        if said:
            draft.birth(line, field, _one_date(said, note, about=about), said)
    if note:
        whole = partial_date(note)
        if whole is not None and not (date or year or first or last):
            draft.birth(line, field, _one_date(whole, "", about=about), note)
        if note.casefold() != "approximately":
            draft.remark(
                line, f"{field}/NOTE", f"Date of birth {date or year or first}: {note}".replace(" :", ":")
            )


def _one_date(said: str, note: str, *, about: bool) -> BirthDate | None:
    value = partial_date(said)
    refined = partial_date(note)
    if refined is None and value is not None:
        refined = partial_date(f"{note} {value[:4]}")
    if value is not None and refined is not None and len(refined) > len(value) and refined.startswith(value):
        value = refined
    return None if value is None else BirthDate(value=value, certainty="approximate" if about else "exact")


def _place(reader: FieldReader, draft: EntryDraft, element: etree._Element, *, birth: bool) -> None:
    street, city, region, country, zip_code, note = (
        reader.text(name, element)
        for name in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "ZIP_CODE", "NOTE")
    )
    text = ", ".join(part for part in (street, zip_code, note) if part)
    add = draft.birth_place if birth else draft.address
    add(line_of(element), local_name(element), text=text, city=city, region=region, country=country)


def _document(reader: FieldReader, draft: EntryDraft, element: etree._Element) -> None:
    line, field = line_of(element), "INDIVIDUAL_DOCUMENT"
    kind, second, number, note, city, issued = (
        reader.text(name, element)
        for name in (
            "TYPE_OF_DOCUMENT",
            "TYPE_OF_DOCUMENT2",
            "NUMBER",
            "NOTE",
            "CITY_OF_ISSUE",
            "DATE_OF_ISSUE",
        )
    )
    issuer = draft.issuer(line, f"{field}/ISSUING_COUNTRY", reader.text("ISSUING_COUNTRY", element))
    country = draft.issuer(line, f"{field}/COUNTRY_OF_ISSUE", reader.text("COUNTRY_OF_ISSUE", element))
    if not any((kind, second, number, note, city, issued, issuer, country)):
        return
    stated, hinted, around = take_number(number)
    found = stated or number_in(f"{second} {note}") or ""
    parts = (unknown_kind(kind), second, around, note, f"issued in {city}" if city else "")
    words = "; ".join(part for part in parts if part)
    if not found:
        said = words if unknown_kind(kind) else f"{kind}; {words}"
        draft.numberless(line, f"{field}/NUMBER", clean(said).strip("; "))
        return
    issued_on = draft.day(line, f"{field}/DATE_OF_ISSUE", issued) if issued else issue_in(f"{around}; {note}")
    if country is not None and issuer is not None and country != issuer:
        words = f"{words}; issued in country {country}".strip("; ")
    draft.document(
        line,
        field,
        lambda: Document(
            type=_type(kind, second, around),
            number=found,
            issuer=issuer or country or hinted,
            issued=issued_on,
            expires=expiry_in(words),
            status=document_status(words),
            note=words or None,
        ),
    )


def _type(kind: str, second: str, around: str) -> str:
    """Return a document's type: a travel document, as the words at the number say, is no passport."""
    closer = document_type(around)
    if closer == "travel_document" and document_type(kind) == "passport":
        return closer
    return document_type(kind) if kind else document_type(f"{second} {around}")


def _words(reader: FieldReader, draft: EntryDraft) -> None:
    for label, path in (("Title", "TITLE"), ("Designation", "DESIGNATION"), ("List", "LIST_TYPE")):
        for line, text in reader.texts(path, "VALUE"):
            if text != "UN List":
                draft.labelled(line, label, text)
    for line, text in reader.texts("COMMENTS1"):
        _comments(draft, line, text)


def _comments(draft: EntryDraft, line: int, text: str) -> None:
    draft.remark(line, "COMMENTS1", text)
    for kept in draft.remarks[-1:]:
        draft.marks.extend(mark for match in _MARKS.finditer(kept) if (mark := match[1].strip(" .;")))
    if found := _SEX_IN_TEXT.search(text):
        draft.sex(line, "COMMENTS1", found[1])
