"""Fuzzing targets for the lists of `evenhand import`: every built-in format under its own name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from evenhand.ground.errors import InputError
from evenhand.interop.formats import BUILT_IN, read_list
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_advanced import write_ofac_advanced_xml
from evenhand.interop.synthetic_lists import write_ofac_legacy, write_ofac_sdn_xml, write_un_xml
from evenhand.interop.synthetic_records import (
    australian_rows,
    template_rows,
    write_australia,
    write_csl_csv,
    write_csl_json,
    write_ftm,
    write_interpol,
    write_template,
    write_workbook,
)
from evenhand.interop.synthetic_xml import write_canada_xml, write_eu_fsf, write_uk_xml
from tests.fuzz.targets import Target

BYTES_MAX = {"ofac-advanced": 8_000, "au-dfat": 8_000, "template": 8_000}
"""The first spells every date out four times; the other two may be workbooks. All others hold one person in 4,000."""


def lean(data: bytes) -> bytes:
    """Return OFAC's advanced list without indentation and the countries nobody in it has: they were most of it."""
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True))
    used = {key for node in root.iter() for name, key in node.items() if name.endswith("CountryID")}
    for country in root.findall(".//CountryValues/Country"):
        if country.get("ID") not in used:
            country.getparent().remove(country)
    return etree.tostring(root)


def seeds() -> dict[str, list[bytes]]:
    """Return small sound lists of every format, to begin from."""
    people = synthetic_persons(1, 1)
    return {
        "un-sc": [write_un_xml(people)], "ofac-advanced": [lean(write_ofac_advanced_xml(people))],
        "ofac-sdn": [write_ofac_sdn_xml(people)], "ofac-legacy": [write_ofac_legacy(people)["sdn.csv"]],
        "eu-fsf": [write_eu_fsf(people)], "uk-sanctions": [write_uk_xml(people)],
        "ca-sema": [write_canada_xml(people)], "interpol-public": [write_interpol(people)],
        "us-csl": [write_csl_json(people), write_csl_csv(people)], "ftm": [write_ftm(people)],
        "au-dfat": [write_australia(people), write_workbook(australian_rows(people))],
        "template": [write_template(people), write_workbook(template_rows(people))],
    }  # fmt: skip


def reader(name: str) -> Callable[[bytes], None]:
    """Return the target of a format."""
    file = "sdn.csv" if name == "ofac-legacy" else "list"

    def read(data: bytes) -> None:
        """A list is read or refused; every entry is a person or a document."""
        files: Mapping[str, bytes] = {file: data}
        try:
            parsed = read_list(name, files)
        except InputError:
            return
        assert parsed.name == name
        assert all((entry.person is None) != (entry.document is None) for entry in parsed.entries)

    return read


TARGETS = {name: Target(reader(name), lambda name=name: seeds()[name], BYTES_MAX.get(name, 4_000)) for name in BUILT_IN}  # type: ignore[misc]
