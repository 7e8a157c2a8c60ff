"""Invented people written in the official formats of the UN and of OFAC.

Knows:    the four formats the importers read.
Told:     synthetic people and an edition date.
Answers:  bytes that parse back to the same people, as far as the format can say it.
Trusted:  no: for tests, demonstrations and simulation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from lxml import etree

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Place
from evenhand.interop.countries import country_name
from evenhand.interop.synthetic import SyntheticPerson

EDITION: Final = "2025-01-31"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEX: Final = {"M": "Male", "F": "Female"}
_UN_DOCUMENT: Final = {"passport": "Passport", "national_id": "National Identification Number"}
OFAC_DOCUMENT: Final = {"passport": "Passport", "national_id": "National ID No."}


def child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """Add one child element with its text."""
    made = etree.SubElement(parent, name)
    made.text = text
    return made


def worded(date: str) -> str:
    """Print YYYY-MM-DD as OFAC does (31 Jan 2025); a year alone stays."""
    if len(date) == 4:  # noqa: PLR2004 - YYYY
        return date
    year, month, day = date.split("-")
    return f"{day} {_MONTHS[int(month) - 1]} {year}"


def worded_birth(born: BirthDate) -> str:
    """Print a birth date as OFAC does: circa 1956, 1956 to 1958, 08 Feb 1980."""
    if born.until is not None:
        return f"{born.value} to {born.until}"
    return ("circa " if born.certainty == "approximate" else "") + worded(born.value)


def place_words(place: Place) -> str:
    """Print a place as `town, country`."""
    return ", ".join(part for part in (place.city, country_name(place.country or "")) if part)


def serialise(root: etree._Element) -> bytes:
    """Print a document with an XML declaration in UTF-8."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def write_un_xml(people: Iterable[SyntheticPerson], *, edition: str = EDITION) -> bytes:
    """Write a UN Security Council consolidated list."""
    root = etree.Element("CONSOLIDATED_LIST", dateGenerated=f"{edition}T23:00:00.000Z")
    individuals = child(root, "INDIVIDUALS")
    for one in people:
        _un_individual(child(individuals, "INDIVIDUAL"), one)
    child(root, "ENTITIES")
    return serialise(root)


def _un_individual(entry: etree._Element, one: SyntheticPerson) -> None:
    primary, *others = one.person.names
    words = primary.text.split(" ", 3)
    child(entry, "DATAID", f"69{one.reference[4:]}")
    child(entry, "VERSIONNUM", "1")
    for field, text in zip(("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"), words, strict=False):
        child(entry, field, text)
    child(entry, "UN_LIST_TYPE", "Invented")
    child(entry, "REFERENCE_NUMBER", one.reference)
    child(entry, "LISTED_ON", one.listed_on)
    child(entry, "GENDER", _SEX[one.person.sex])
    for name in others:
        if name.kind == "primary":
            child(entry, "NAME_ORIGINAL_SCRIPT", name.text)
    child(entry, "COMMENTS1", one.remark)
    child(child(entry, "DESIGNATION"), "VALUE", one.designation)
    for code in one.person.nationalities:
        child(child(entry, "NATIONALITY"), "VALUE", country_name(code))
    for name in others:
        if name.kind != "primary":
            alias = child(entry, "INDIVIDUAL_ALIAS")
            child(alias, "QUALITY", "Low" if name.kind == "alias_low" else "Good")
            child(alias, "ALIAS_NAME", name.text)
    for place in one.addresses:
        _un_place(child(entry, "INDIVIDUAL_ADDRESS"), place)
    for born in one.person.birth_dates:
        _un_birth(child(entry, "INDIVIDUAL_DATE_OF_BIRTH"), born)
    for place in one.person.birth_places:
        _un_place(child(entry, "INDIVIDUAL_PLACE_OF_BIRTH"), place)
    for document in one.person.documents:
        _un_document(child(entry, "INDIVIDUAL_DOCUMENT"), document)


def _un_place(element: etree._Element, place: Place) -> None:
    if place.text:
        child(element, "STREET", place.text)
    child(element, "CITY", place.city)
    child(element, "COUNTRY", country_name(place.country or ""))


def _un_birth(element: etree._Element, born: BirthDate) -> None:
    if born.until is not None:
        child(element, "TYPE_OF_DATE", "BETWEEN")
        child(element, "FROM_YEAR", born.value)
        child(element, "TO_YEAR", born.until)
        return
    child(element, "TYPE_OF_DATE", "APPROXIMATELY" if born.certainty == "approximate" else "EXACT")
    child(element, "YEAR" if len(born.value) == 4 else "DATE", born.value)  # noqa: PLR2004 - YYYY


def _un_document(element: etree._Element, document: Document) -> None:
    child(element, "TYPE_OF_DOCUMENT", _UN_DOCUMENT[document.type])
    child(element, "NUMBER", document.number)
    child(element, "ISSUING_COUNTRY", country_name(document.issuer or ""))
    if document.issued:
        child(element, "DATE_OF_ISSUE", document.issued)
    if document.expires:
        child(element, "NOTE", f"expires on {worded(document.expires)}")


def write_ofac_sdn_xml(people: Iterable[SyntheticPerson], *, edition: str = EDITION) -> bytes:
    """Write an SDN.XML; the format holds Latin names only."""
    root = etree.Element("sdnList")
    year, month, day = edition.split("-")
    child(child(root, "publshInformation"), "Publish_Date", f"{month}/{day}/{year}")
    for one in people:
        _sdn_entry(child(root, "sdnEntry"), one)
    return serialise(root)


def _sdn_entry(entry: etree._Element, one: SyntheticPerson) -> None:
    primary = one.person.names[0]
    child(entry, "uid", one.reference[4:].lstrip("0"))
    child(entry, "firstName", primary.given)
    child(entry, "lastName", primary.family)
    child(entry, "title", one.designation)
    child(entry, "sdnType", "Individual")
    child(entry, "remarks", one.remark)
    child(child(entry, "programList"), "program", "INVENTED")
    ids = child(entry, "idList")
    gender = child(ids, "id")
    child(gender, "idType", "Gender")
    child(gender, "idNumber", _SEX[one.person.sex])
    for document in one.person.documents:
        item = child(ids, "id")
        child(item, "idType", OFAC_DOCUMENT[document.type])
        child(item, "idNumber", document.number)
        child(item, "idCountry", country_name(document.issuer or ""))
        for field, date in (("issueDate", document.issued), ("expirationDate", document.expires)):
            if date:
                child(item, field, worded(date))
    akas = child(entry, "akaList")
    for name in latin_aliases(one):
        _sdn_alias(child(akas, "aka"), name)
    _sdn_places(entry, one)


def _sdn_alias(aka: etree._Element, name: Name) -> None:
    child(aka, "type", "a.k.a.")
    child(aka, "category", "weak" if name.kind == "alias_low" else "strong")
    child(aka, "lastName", name.family or name.text)
    if name.given:
        child(aka, "firstName", name.given)


def _sdn_places(entry: etree._Element, one: SyntheticPerson) -> None:
    addresses = child(entry, "addressList")
    for place in one.addresses:
        address = child(addresses, "address")
        child(address, "address1", place.text)
        child(address, "city", place.city)
        child(address, "country", country_name(place.country or ""))
    nationalities = child(entry, "nationalityList")
    for code in one.person.nationalities:
        child(child(nationalities, "nationality"), "country", country_name(code))
    births = child(entry, "dateOfBirthList")
    for born in one.person.birth_dates:
        child(child(births, "dateOfBirthItem"), "dateOfBirth", worded_birth(born))
    places = child(entry, "placeOfBirthList")
    for place in one.person.birth_places:
        child(child(places, "placeOfBirthItem"), "placeOfBirth", place_words(place))


def latin_aliases(one: SyntheticPerson) -> list[Name]:
    """Return the names besides the first that formats without other scripts can hold."""
    return [name for name in one.person.names[1:] if name.script == "Latn"]


def write_ofac_legacy(people: Iterable[SyntheticPerson]) -> dict[str, bytes]:
    """Write sdn.csv, alt.csv, add.csv and sdn_comments.csv; the format holds Latin names only."""
    tables: dict[str, list[list[str]]] = {"sdn": [], "alt": [], "add": [], "sdn_comments": []}
    for one in people:
        number, null = one.reference[4:].lstrip("0"), "-0- "
        primary = one.person.names[0]
        remarks = _legacy_remarks(one)
        tables["sdn"].append(
            [
                number,
                f"{primary.family}, {primary.given}",
                "individual",
                "INVENTED",
                one.designation,
                *[null] * 6,
                remarks[:1000],
            ]
        )
        if remarks[1000:]:
            tables["sdn_comments"].append([number, remarks[1000:]])
        for index, name in enumerate(latin_aliases(one)):
            if name.kind != "alias_low":
                tables["alt"].append(
                    [number, f"{number}{index}", "aka", f"{name.family}, {name.given}", null]
                )
        for index, place in enumerate(one.addresses):
            country = country_name(place.country or "")
            tables["add"].append(
                [number, f"{number}{index}", place.text or null, place.city or null, country, null]
            )
    return {f"{stem}.csv": _csv_bytes(rows) for stem, rows in tables.items()}


def _legacy_remarks(one: SyntheticPerson) -> str:
    parts = [
        f"{'alt. ' if i else ''}DOB {worded_birth(born)}" for i, born in enumerate(one.person.birth_dates)
    ]
    parts += [f"POB {place_words(place)}" for place in one.person.birth_places]
    parts += [f"nationality {country_name(code)}" for code in one.person.nationalities]
    parts.append(f"Gender {_SEX[one.person.sex]}")
    for document in one.person.documents:
        said = f"{OFAC_DOCUMENT[document.type]} {document.number} ({country_name(document.issuer or '')})"
        said += f" issued {worded(document.issued)}" if document.issued else ""
        parts.append(said + (f" expires {worded(document.expires)}" if document.expires else ""))
    parts += [f"a.k.a. '{name.text}'" for name in latin_aliases(one) if name.kind == "alias_low"]
    return "; ".join([*parts, one.remark])


def _csv_bytes(rows: list[list[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode() + b"\x1a\r\n"
