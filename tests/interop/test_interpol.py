"""INTERPOL's notices as its service answers them: the red ones are taken, and every other is told of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evenhand.interop.formats import read_list
from evenhand.interop.importing import HeldNotice, Planner
from evenhand.interop.model import WHOLE_ENTRY, ParsedList
from evenhand.interop.policy import POLICIES

HOST = "https://interpol.invalid/notices/v1/"


def links(kind: str, number: str = "2026-1") -> dict[str, Any]:
    return {"_links": {"self": {"href": f"{HOST}{kind}/{number}"}, "thumbnail": {"href": "x"}}}


RED = links("red")


def read(*records: Any) -> ParsedList:
    return read_list("interpol-public", {"file": json.dumps(records).encode()})


def page(*notices: Any) -> dict[str, Any]:
    return {"total": len(notices), "query": {"page": 1}, "_embedded": {"notices": [*notices]}, "_links": {}}


def told(parsed: ParsedList) -> list[tuple[int, str, str]]:
    return [(one.line, one.entry_id, one.field) for one in parsed.refusals]


def detail(number: int) -> dict[str, Any]:
    """A single notice as the service answers it: with an `_embedded` of its own."""
    return {
        "entity_id": f"2026/{number}", "name": "BELL", "forename": "Ada", "sex_id": "F", "height": 0,
        "date_of_birth": f"19{number}/03/21", "nationalities": ["IT"], "_embedded": {"links": []}, **RED,
    }  # fmt: skip


def test_a_single_notice_is_a_notice_though_it_embeds_its_links() -> None:
    parsed = read_list("interpol-public", {"file": json.dumps(detail(70)).encode()})
    assert ([one.entry_id for one in parsed.entries], parsed.refusals) == (["2026/70"], ())
    assert parsed.entries[0].material.remarks == (), "a height of 0 is none"
    many = read(*map(detail, range(50, 70)))
    assert (len(many.entries), many.refusals) == (20, ())
    held = HeldNotice(notice_id="ab" * 16, version=1, digest="")
    planner = Planner({one.entry_id: held for one in many.entries}, POLICIES["interpol-public"])
    for one in many.entries:
        planner.take(one)
    assert planner.gone() == ()


def test_what_a_notice_embeds_beside_its_links_is_told() -> None:
    assert [one.field for one in read(detail(70) | {"_embedded": {"links": [], "shoe": 40}}).refusals] == [
        "_embedded/shoe"
    ]
    assert [one.field for one in read(detail(70) | {"_embedded": "words"}).refusals] == ["_embedded"]
    assert [one.field for one in read(detail(70) | {"_embedded": {"notices": [detail(71)]}}).refusals] == [
        "_embedded/notices"
    ]


def test_no_record_is_dropped_that_cannot_be_told_apart() -> None:
    parsed = read(
        page({"name": "BELL"}, "text", {"name": "DOE"}, {"entity_id": "1", "name": "ROE", **RED}),
        {"_embedded": {"notices": 7}}, {"_embedded": {}}, page(),
    )  # fmt: skip
    assert [one.entry_id for one in parsed.entries] == ["1"]
    assert told(parsed) == [(1, "", WHOLE_ENTRY)] * 3 + [(2, "", WHOLE_ENTRY), (3, "", WHOLE_ENTRY)]


def test_a_notice_is_taken_once_in_its_fullest_form() -> None:
    short = {"entity_id": "2026/1", "name": "BELL", "forename": "Ada", **RED}
    full = {key: value for key, value in short.items() if key != "_links"} | {
        "weight": 60, "eyes_colors_id": ["BRO"], "languages_spoken_ids": ["ENG", "ITA"], "sex_id": "U", "shoe": 1,
        "date_of_birth": "whenever", "distinguishing_marks": "scar",
        "arrest_warrants": [{"charge": "furto", "charge_translation": "theft", "issuing_country_id": "IT", "x": 1}],
    }  # fmt: skip
    parsed = read(page(short, 5), full, short)
    (entry,) = parsed.entries
    assert entry.material.offence == "Warrant of IT: theft"
    assert set(entry.material.remarks) == {
        "Weight in kilograms: 60", "Eyes: BRO", "Languages: ENG, ITA", "Charge as issued: furto",
    }  # fmt: skip
    assert [one.field for one in parsed.refusals] == ["entry", "date_of_birth", "shoe", "arrest_warrants/x"]
    alone = read({"entity_id": "2", "name": "BELL", "arrest_warrants": [{}], **RED})
    assert alone.entries[0].material.offence == "Warrant of a country not named: no charge stated"
    bare = read({"entity_id": "2", "name": "BELL", **RED})
    assert bare.entries[0].material.offence == "Sought by an INTERPOL notice; the public extract states no charge"


@pytest.mark.parametrize(
    ("linked", "why"),
    [
        (links("yellow"), "a yellow notice: somebody missing, who is accused of nothing"),
        (links("blue"), "a blue notice, which asks for no arrest"),
        (links("un/entities"), "not a person: an organisation of a United Nations special notice"),
        (links("un"), "a United Nations special notice whose link does not say whether"),
        ({}, "the colour of the notice is unknown"), ({"_links": "red"}, "the colour of the notice is unknown"),
        ({"_links": {"self": {"href": "red"}}}, "the colour of the notice is unknown"),
        ({"_links": {"self": {"href": 7}, "images": {"href": f"{HOST}red/2026-1/images"}}}, "the colour of the notice"),
    ],
)  # fmt: skip
def test_only_a_notice_whose_link_says_that_somebody_is_sought_or_listed_is_taken(
    linked: dict[str, Any], why: str
) -> None:
    child = {"entity_id": "2026/1", "forename": "LEA", "name": "BELL", "date_of_birth": "2014/05/11"}
    for record in (child | linked, page(child | linked), child | linked | {"_embedded": {"links": []}}):
        parsed = read(record)
        assert parsed.entries == ()
        assert told(parsed) == [(1, "2026/1", WHOLE_ENTRY)]
        assert parsed.refusals[0].reason.startswith(why)


def test_one_number_for_two_colours_is_refused() -> None:
    parsed = read(detail(70), detail(70) | links("yellow"))
    assert parsed.entries == ()
    assert [one.reason for one in parsed.refusals] == ["one number for notices of several kinds: red, yellow"]


def test_a_special_notice_of_a_person_says_who_listed_them() -> None:
    notice = {"entity_id": "2026/9", "name": "BELL", "forename": "Ada", **links("un/persons", "2026-9")}
    (entry,) = read(notice | {"un_reference": "QXi.1", "un_resolution": "1267"}).entries
    assert entry.material.offence == "Listed by the United Nations Security Council: reference QXi.1, resolution 1267"
    (entry,) = read(notice).entries
    assert entry.material.offence == "Listed by the United Nations Security Council: list not named"
    parsed = read(notice | {"arrest_warrants": [{"charge": "theft"}]})
    assert [one.field for one in parsed.refusals] == ["arrest_warrants"]
