"""One odd value in a list costs no more than itself, and is told of: taken over, or refused, and never just gone."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from lxml import etree

from evenhand.ground.errors import InputError
from evenhand.interop.formats import BUILT_IN, read_list
from evenhand.interop.model import ParsedList
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_advanced import write_ofac_advanced_xml
from evenhand.interop.synthetic_lists import write_ofac_legacy, write_ofac_sdn_xml, write_un_xml
from evenhand.interop.synthetic_records import (
    write_australia,
    write_csl_csv,
    write_csl_json,
    write_ftm,
    write_interpol,
    write_template,
)
from evenhand.interop.synthetic_xml import write_canada_xml, write_eu_fsf, write_uk_xml

TOLD = "Qxqz"
ODD = ("", "0", "31/02/1990", "13/13/1990", "3000", "9" * 5_000, "\u200f", "١٩٩٠", "A" * 3_000, "1990 to 1980", ";",
       TOLD)  # fmt: skip
ODD_JSON: tuple[Any, ...] = (
    None, 0, -1, 1e300, True, [], {}, [None], [[]], [{}], "", "0000-00-00", "A" * 3_000, "\0", ["", "x"], TOLD,
)  # fmt: skip
NUMBERED = re.compile(r"\[\d+\]|\{[^}]*\}")
PEOPLE = synthetic_persons(5, 2)
Torn = tuple[str, object, bytes | dict[str, bytes]]
"""Where a value stands, what was put there, and the file."""


def in_xml(data: bytes, record: str) -> Iterator[Torn]:
    """Put odd values in place of each text and attribute of the first record."""
    root = etree.fromstring(data)
    nodes = [*root.iter()]
    yield "", None, etree.tostring(root)
    for place, node in enumerate(nodes):
        path = root.getroottree().getelementpath(node)
        if f"{record}[1]" not in path:
            continue
        names = [*node.attrib, *([None] if node.text and node.text.strip() else [])]
        for name, odd in ((name, odd) for name in names for odd in ODD):
            torn = copy.deepcopy(root)
            one = [*torn.iter()][place]
            if name is None:
                one.text = odd
            else:
                one.set(name, odd)
            place_in_words = "/".join(NUMBERED.sub("", path).split("/")[-2:])
            yield (f"{place_in_words.rpartition('/')[2]}@{name}" if name else place_in_words), odd, etree.tostring(torn)


def in_json(record: dict[str, Any], path: tuple[Any, ...] = ()) -> Iterator[tuple[str, object, Any]]:
    """Put odd values in place of each value of a record."""
    inside: Any = record
    for key in path:
        inside = inside[key]
    keys: Iterable[Any] = inside if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ()
    for key in list(keys):
        for odd in ODD_JSON:
            torn = copy.deepcopy(record)
            place: Any = torn
            for step in path:
                place = place[step]
            place[key] = odd
            names = [str(step) for step in (*path, key) if isinstance(step, str) and step != "properties"]
            yield "/".join(names), odd, torn
        yield from in_json(record, (*path, key))


def in_table(data: bytes, row: int = 1, *, headed: bool = True) -> Iterator[tuple[str, object, bytes]]:
    """Put odd values in place of each cell of a row."""
    rows = [*csv.reader(io.StringIO(data.decode("utf-8-sig")))]
    yield "", None, data
    for place, _ in enumerate(rows[row]):
        for odd in ODD:
            torn = [list(one) for one in rows]
            torn[row][place] = odd
            text = io.StringIO()
            csv.writer(text).writerows(torn)
            yield rows[0][place] if headed else str(place), odd, text.getvalue().encode()


def json_lines(data: bytes) -> Iterator[Torn]:
    first, *others = data.splitlines(keepends=True)
    yield "", None, data
    for name, odd, torn in in_json(json.loads(first)):
        yield name, odd, json.dumps(torn).encode() + b"\n" + b"".join(others)


def json_list(data: bytes, *keys: str) -> Iterator[Torn]:
    whole = json.loads(data)
    yield "", None, data
    held = whole
    for key in keys:
        held = held[key]
    first = held[0]
    for name, odd, torn in in_json(first):
        held[0] = torn
        yield name, odd, json.dumps(whole).encode()


def legacy() -> Iterator[Torn]:
    files = write_ofac_legacy(PEOPLE)
    yield "", None, files
    for name in files:
        for cell, odd, data in in_table(files[name], 0, headed=False):
            yield f"{name}:{cell}", odd, files | {name: data}


CASES: dict[str, Callable[[], Iterator[Torn]]] = {
    "un-sc": lambda: in_xml(write_un_xml(PEOPLE), "/INDIVIDUAL"),
    "ofac-sdn": lambda: in_xml(write_ofac_sdn_xml(PEOPLE), "sdnEntry"),
    "eu-fsf": lambda: in_xml(write_eu_fsf(PEOPLE), "sanctionEntity"),
    "uk-sanctions": lambda: in_xml(write_uk_xml(PEOPLE), "Designation"),
    "ca-sema": lambda: in_xml(write_canada_xml(PEOPLE), "record"),
    "ofac-advanced": lambda: in_xml(write_ofac_advanced_xml(PEOPLE), "DistinctParty"),
    "ofac-legacy": legacy,
    "interpol-public": lambda: json_list(write_interpol(PEOPLE), "_embedded", "notices"),
    "us-csl": lambda: json_list(write_csl_json(PEOPLE), "results"),
    "us-csl as CSV": lambda: in_table(write_csl_csv(PEOPLE)),
    "au-dfat": lambda: in_table(write_australia(PEOPLE)),
    "ftm": lambda: json_lines(write_ftm(PEOPLE)),
    "template": lambda: in_table(write_template(PEOPLE)),
}
SILENT: dict[str, set[str]] = {
    "un-sc": {"INDIVIDUAL/DATAID"},
    "eu-fsf": {
        "citizenship@countryDescription", "regulation@logicalId", "subjectType@classificationCode",
    },
    "ofac-advanced": {
        "Start@Approximate", "End@Approximate", "NamePartValue@NamePartGroupID", "NamePartGroup@ID",
        "NamePartGroup@NamePartTypeID", "Feature@ID", "Identity@ID", "Identity@Primary",
    },
    "ofac-legacy": {"add.csv:1"},
    "us-csl": {"ids/country"},
    "ftm": {"caption", "datasets", "referents", "target"} | {
        f"{inside}/{name}" for inside in ("identification", "sanctions")
        for name in ("caption", "datasets", "id", "last_change", "referents", "schema", "target")
    } | {"identification/holder", "sanctions/entity"},
}  # fmt: skip
"""What says nothing about a person (counters, stamps, what is said beside it once more), or counts as the weaker."""
STRUCTURE = {"ftm": {"", "schema"}, "ofac-legacy": {f"{name}:0" for name in write_ofac_legacy(PEOPLE)}}
"""Places without which the file is none of its format: the whole is refused."""


def read(name: str, data: bytes | dict[str, bytes]) -> ParsedList:
    return read_list(name.partition(" ")[0], data if isinstance(data, dict) else {"list": data})


def test_every_format_is_torn() -> None:
    assert {name.partition(" ")[0] for name in CASES} == set(BUILT_IN)


@pytest.mark.parametrize("name", CASES)
def test_one_odd_value_costs_no_more_than_itself_and_is_told_of(name: str) -> None:
    (_, _, data), *torn = CASES[name]()
    sound = read(name, data)
    silent: set[str] = set()
    for place, odd, data in torn:
        try:
            parsed = read(name, data)
        except InputError:
            assert place in STRUCTURE.get(name, ()), (place, odd)
            continue
        assert parsed.entries[-1] == sound.entries[-1], (place, odd)
        if odd == TOLD and TOLD not in repr(parsed.entries) and parsed.refusals == sound.refusals:
            silent.add(place)
    assert silent == SILENT.get(name, set())
