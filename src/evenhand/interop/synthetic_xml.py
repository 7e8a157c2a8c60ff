"""Invented people written in the XML formats of the European Union, the United Kingdom and Canada.

Knows:    the formats `eu_fsf`, `uk_list` and `canada` read.
Told:     synthetic people and an edition date.
Answers:  bytes that parse back to the same people, as far as the format can say it.
Trusted:  no: for tests, demonstrations and simulation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lxml import etree

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Place
from evenhand.interop.countries import country_alpha2, country_name
from evenhand.interop.synthetic import SyntheticPerson
from evenhand.interop.synthetic_lists import EDITION, child, latin_aliases, serialise, worded_birth

_EU: Final = "http://eu.europa.ec/fpi/fsd/export"
_YEAR: Final = len("2026")
_EU_DOCUMENT: Final = {"passport": "National passport", "national_id": "National identification number"}


def _iso(place: Place | Document) -> str:
    code = place.country if isinstance(place, Place) else place.issuer
    return country_alpha2(code or "") or "00"


def write_eu_fsf(people: Iterable[SyntheticPerson], *, edition: str = EDITION) -> bytes:
    """Write an EU consolidated list, FSF XML 1.1."""
    root = etree.Element(f"{{{_EU}}}export", nsmap={None: _EU}, generationDate=f"{edition}T12:00:00.000+01:00")
    for one in people:
        _eu_entity(_eu(root, "sanctionEntity", euReferenceNumber=one.reference, designationDate=one.listed_on), one)
    return serialise(root)


def _eu(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_EU}}}{name}", {key: value for key, value in attributes.items() if value})


def _eu_entity(entity: etree._Element, one: SyntheticPerson) -> None:
    person = one.person
    _eu(entity, "remark").text = one.remark
    _eu(entity, "regulation", programme="INVENTED", publicationDate=one.listed_on, logicalId="1")
    _eu(entity, "subjectType", code="person", classificationCode="P")
    for number, name in enumerate(person.names):
        _eu(
            entity, "nameAlias", wholeName=name.text, firstName=name.given or "", lastName=name.family or "",
            strong="false" if name.kind == "alias_low" else "true", gender=person.sex,
            function=one.designation if number == 0 else "",
        )  # fmt: skip
    for code in person.nationalities:
        _eu(entity, "citizenship", countryIso2Code=country_alpha2(code) or "00", countryDescription=country_name(code))
    for number, born in enumerate(person.birth_dates):
        _eu_birth(entity, born, person.birth_places[0] if number == 0 else None)
    for place in one.addresses:
        _eu(entity, "address", street=place.text or "", city=place.city or "", countryIso2Code=_iso(place))
    for document in person.documents:
        _eu(
            entity, "identification", identificationTypeDescription=_EU_DOCUMENT[document.type],
            number=document.number, countryIso2Code=_iso(document), issuedDate=document.issued or "",
            validTo=document.expires or "", knownFalse="false",
        )  # fmt: skip


def _eu_birth(entity: etree._Element, born: BirthDate, place: Place | None) -> None:
    said = {"circa": "true" if born.certainty == "approximate" else "false", "calendarType": "GREGORIAN"}
    if born.until is not None:
        said |= {"yearRangeFrom": born.value, "yearRangeTo": born.until}
    else:
        said |= {"year" if len(born.value) == _YEAR else "birthdate": born.value}
    if place is not None:
        said |= {"city": place.city or "-", "countryIso2Code": _iso(place)}
    _eu(entity, "birthdate", **said)


def write_uk_xml(people: Iterable[SyntheticPerson], *, edition: str = EDITION) -> bytes:
    """Write a UK sanctions list; the format holds birth dates and years, no ranges."""
    root = etree.Element("Designations")
    child(root, "DateGenerated", _slashed(edition))
    for one in people:
        _uk_designation(child(root, "Designation"), one)
    return serialise(root)


def _slashed(date: str) -> str:
    return date if len(date) == _YEAR else "/".join(reversed(date.split("-")))


def _uk_designation(entry: etree._Element, one: SyntheticPerson) -> None:
    child(entry, "LastUpdated", _slashed(one.listed_on))
    child(entry, "DateDesignated", _slashed(one.listed_on))
    child(entry, "UniqueID", one.reference)
    names = child(entry, "Names")
    for name in (one.person.names[0], *latin_aliases(one)):
        item = child(names, "Name")
        child(item, "Name1", name.given)
        child(item, "Name6", name.family or name.text)
        child(item, "NameType", "Primary Name" if name.kind == "primary" else "Alias")
        if name.kind == "alias_low":
            child(item, "AliasStrength", "Low quality a.k.a")
    others = child(entry, "NonLatinNames")
    for name in one.person.names[1:]:
        if name.script != "Latn":
            child(child(others, "NonLatinName"), "NameNonLatinScript", name.text)
    child(entry, "RegimeName", "The Invented (Sanctions) Regulations 2020")
    child(entry, "IndividualEntityShip", "Individual")
    child(entry, "OtherInformation", one.remark)
    addresses = child(entry, "Addresses")
    for place in one.addresses:
        address = child(addresses, "Address")
        child(address, "AddressLine1", place.text)
        child(address, "AddressLine6", place.city)
        child(address, "AddressCountry", country_name(place.country or ""))
    _uk_person(child(child(entry, "IndividualDetails"), "Individual"), one)


def _uk_person(details: etree._Element, one: SyntheticPerson) -> None:
    person = one.person
    births = child(details, "DOBs")
    for born in person.birth_dates:
        child(births, "DOB", _slashed(born.value))
    nationalities = child(details, "Nationalities")
    for code in person.nationalities:
        child(nationalities, "Nationality", country_name(code))
    child(child(details, "Genders"), "Gender", {"M": "Male", "F": "Female"}[person.sex])
    child(child(details, "Positions"), "Position", one.designation)
    for place in person.birth_places:
        location = child(child(details, "BirthDetails"), "Location")
        child(location, "TownOfBirth", place.city)
        child(location, "CountryOfBirth", country_name(place.country or ""))
    for document in person.documents:
        passport = document.type == "passport"
        item = "Passport" if passport else "NationalIdentifier"
        made = child(child(details, "PassportDetails" if passport else "NationalIdentifierDetails"), item)
        child(made, f"{item}Number", document.number)
        words = f"{country_name(document.issuer or '')} {'passport' if passport else 'national identification number'}"
        issued = f"; issued on {document.issued}" if document.issued else ""
        expires = f"; expires {document.expires}" if document.expires else ""
        child(made, f"{item}AdditionalInformation", words + issued + expires)


def write_canada_xml(people: Iterable[SyntheticPerson]) -> bytes:
    """Write a Canadian list; the format holds names, one birth date and little more."""
    root = etree.Element("data-set")
    for number, one in enumerate(people, start=1):
        record = child(root, "record")
        child(record, "Country", "Invented / Inventé")
        child(record, "LastName", one.person.names[0].family)
        child(record, "GivenName", one.person.names[0].given)
        child(record, "TitleOrShip", one.designation)
        child(record, "DateOfBirthOrShipBuildDate", worded_birth(one.person.birth_dates[0]))
        child(record, "Schedule", "1, Part 1")
        child(record, "Item", str(number))
        child(record, "DateOfListing", one.listed_on)
        child(record, "Aliases", "; ".join(name.text for name in one.person.names[1:] if name.kind != "alias_low"))
    return serialise(root)
