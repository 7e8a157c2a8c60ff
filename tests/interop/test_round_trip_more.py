"""Invented people written in the newer formats parse back to what each format can say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from evenhand.interop.formats import FORMATS, read_list
from evenhand.interop.model import ImportedEntry
from evenhand.interop.synthetic import SyntheticPerson, synthetic_persons
from evenhand.interop.synthetic_records import (
    australian_rows,
    ftm_rows,
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

PEOPLE = synthetic_persons(3, 60)
EVERYTHING = frozenset({"script", "births", "places", "sex", "nationalities", "documents", "words", "listed", "weak"})


class Kept(NamedTuple):
    """A format, how it is written, and what of a person it cannot hold."""

    name: str
    write: Callable[[list[SyntheticPerson]], bytes]
    lacks: frozenset[str] = frozenset()


CASES = {
    "eu": Kept("eu-fsf", write_eu_fsf),
    "uk": Kept("uk-sanctions", write_uk_xml, frozenset({"births"})),
    "canada": Kept("ca-sema", write_canada_xml, EVERYTHING - {"script", "listed"}),
    "ftm": Kept("ftm", write_ftm, frozenset({"places"})),
    "ftm-apart": Kept("ftm", lambda people: b"".join(ftm_rows(people, nested=False)), frozenset({"places"})),
    "interpol": Kept("interpol-public", write_interpol, EVERYTHING - {"places", "sex", "nationalities"}),
    "csl-json": Kept("us-csl", write_csl_json, frozenset({"script", "weak"})),
    "csl-csv": Kept("us-csl", write_csl_csv, frozenset({"script", "weak", "documents"})),
    "australia": Kept("au-dfat", write_australia, frozenset({"sex", "documents"})),
    "australia-xlsx": Kept(
        "au-dfat", lambda people: write_workbook(australian_rows(people)), frozenset({"sex", "documents"})
    ),
    "template": Kept("template", write_template, frozenset({"documents"})),
    "template-xlsx": Kept("template", lambda people: write_workbook(template_rows(people)), frozenset({"documents"})),
}


def said(one: SyntheticPerson, entry: ImportedEntry) -> dict[str, tuple[object, object]]:
    """Return, for each aspect, what was written and what was read."""
    person = entry.person
    assert person is not None
    texts = [{name.text for name in each.names if name.script != "Latn"} for each in (one.person, person)]
    weak = [{name.text for name in each.names if name.kind == "alias_low"} for each in (one.person, person)]
    papers = [
        [(paper.type, paper.number, paper.issuer, paper.issued, paper.expires) for paper in each.documents]
        for each in (one.person, person)
    ]
    words = " ".join(entry.material.remarks)
    return {
        "script": (texts[0], texts[1]),
        "weak": (weak[0], weak[1]),
        "births": (one.person.birth_dates, person.birth_dates),
        "places": (one.person.birth_places, person.birth_places),
        "sex": (one.person.sex, person.sex),
        "nationalities": (one.person.nationalities, person.nationalities),
        "documents": (papers[0], papers[1]),
        "listed": (one.listed_on, entry.listed_on),
        "words": (True, one.designation in words and one.remark.rstrip(".") in words),
    }


@pytest.mark.parametrize("case", CASES)
def test_people_parse_back_as_far_as_the_format_holds_them(case: str) -> None:
    name, write, lacks = CASES[case]
    parsed = read_list(name, {"file": write(PEOPLE)})
    assert parsed.refusals == ()
    assert parsed.name == name
    assert len(parsed.entries) == len(PEOPLE)
    for one, entry in zip(PEOPLE, parsed.entries, strict=True):
        assert entry.person is not None
        assert entry.person.names[0].text == one.person.names[0].text
        for aspect, (written, read) in said(one, entry).items():
            if aspect not in lacks:
                assert read == written, (aspect, one.reference)


def test_every_format_is_written_somewhere() -> None:
    older = {"un-sc", "ofac-advanced", "ofac-sdn", "ofac-legacy"}
    assert {case.name for case in CASES.values()} | older == set(FORMATS)
