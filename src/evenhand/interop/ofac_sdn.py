"""OFAC's SDN.XML and CONSOLIDATED.XML: one `sdnEntry` per party.

Knows:    the schema sdn.xsd as published, under either of its namespaces.
Told:     the file's bytes.
Answers:  every Individual as an entry, every other party as a refusal, every unread field as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import FieldReader, clean
from evenhand.interop.list_dates import birth_date, partial_date
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.ofac_words import Identification, alias_kind, birth_place, identification
from evenhand.interop.safe_xml import line_of, local_name, open_list
from evenhand.notices.model import Source

LIST_NAME: Final = "ofac-sdn"


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    _, found = open_list(data, what="an OFAC SDN list", root="sdnList", depth=2)
    edition = ""
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for _, element in found:
        reader = FieldReader(element)
        if local_name(element) == "publshInformation":
            edition = partial_date(reader.text("Publish_Date")) or ""
            continue
        if local_name(element) != "sdnEntry":
            refusals.append(
                _whole(reader, "", f"an element the importer does not know: {local_name(element)}")
            )
            continue
        entry_id, kind = reader.text("uid"), reader.text("sdnType")
        if kind != "Individual":
            refusals.append(_whole(reader, entry_id, f"{NOT_A_PERSON}: {kind}"))
            continue
        draft = EntryDraft(entry_id=entry_id, line=reader.line)
        entry = _individual(reader, draft, edition)
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition=edition, entries=tuple(entries), refusals=tuple(refusals))


def _whole(reader: FieldReader, entry_id: str, reason: str) -> Refusal:
    return Refusal(line=reader.line, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason)


def _individual(reader: FieldReader, draft: EntryDraft, edition: str) -> ImportedEntry | None:
    given, family = reader.text("firstName"), reader.text("lastName")
    if given or family:
        draft.name(reader.line, "lastName", f"{given} {family}".strip(), "primary", parts=(given, family))
    _aliases(reader, draft)
    _births(reader, draft)
    for kind in ("nationality", "citizenship"):
        for element in _items(reader, f"{kind}List", kind):
            draft.nationality(line_of(element), kind, reader.text("country", element))
    for element in _items(reader, "idList", "id"):
        said = [
            reader.text(n, element)
            for n in ("idType", "idNumber", "idCountry", "issueDate", "expirationDate")
        ]
        identification(draft, line_of(element), "idList/id", Identification(*said))
    for element in _items(reader, "addressList", "address"):
        parts = [reader.text(name, element) for name in ("address1", "address2", "address3", "postalCode")]
        city, region, country = (
            reader.text(name, element) for name in ("city", "stateOrProvince", "country")
        )
        text = ", ".join(part for part in parts if part)
        draft.address(
            line_of(element), "addressList/address", text=text, city=city, region=region, country=country
        )
    if title := reader.text("title"):
        draft.labelled(reader.line, "Title", title)
    for line, text in reader.texts("remarks"):
        draft.remark(line, "remarks", text)
    programmes = [text for _, text in reader.texts("programList", "program")]
    for left in reader.leftovers():
        draft.refuse(*left)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id, edition=edition or None),
        offence=f"Designated by OFAC: {', '.join(programmes) or 'programme not named'}",
        reference=f"OFAC {draft.entry_id}",
    )


def _items(reader: FieldReader, group: str, item: str) -> Iterator[etree._Element]:
    for parent in reader.children(group):
        for element in reader.children(item, parent):
            reader.text("uid", element)
            reader.text("mainEntry", element)
            yield element


def _aliases(reader: FieldReader, draft: EntryDraft) -> None:
    for element in _items(reader, "akaList", "aka"):
        line = line_of(element)
        relation, category = reader.text("type", element), reader.text("category", element)
        given, family = reader.text("firstName", element), reader.text("lastName", element)
        if category not in {"strong", "weak"}:
            draft.refuse(line, "aka/category", f"unknown quality {category!r}; the alias counts as weak")
        if given or family:
            kind = alias_kind(low=category != "strong")
            draft.name(line, "aka", f"{given} {family}".strip(), kind, parts=(given, family))
        if relation.casefold() in {"f.k.a.", "fka"}:
            draft.remark(line, "aka/type", clean(f"Formerly known as: {given} {family}"))
        elif relation.casefold() not in {"", "a.k.a.", "n.k.a.", "aka", "nka"}:
            draft.refuse(line, "aka/type", f"unknown relation {relation!r}; the alias is kept")


def _births(reader: FieldReader, draft: EntryDraft) -> None:
    for element in _items(reader, "dateOfBirthList", "dateOfBirthItem"):
        text = reader.text("dateOfBirth", element)
        draft.birth(line_of(element), "dateOfBirth", birth_date(text), text)
    for element in _items(reader, "placeOfBirthList", "placeOfBirthItem"):
        text = reader.text("placeOfBirth", element)
        birth_place(draft, line_of(element), "placeOfBirth", text)
