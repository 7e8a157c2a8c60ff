"""Our own export taken in by another member: nothing is published more widely, and nothing is made more exact."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evenhand.ground.clock import parse_ms
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person, Place
from evenhand.interop.export.ftm import json_lines
from evenhand.interop.export.released import Exportable, stricter
from evenhand.interop.formats import read_list
from evenhand.interop.ftm_own import birth_places, marks_among, status_among
from evenhand.interop.model import ImportedEntry, ParsedList
from evenhand.interop.policy import POLICIES, to_notice, too_wide
from evenhand.notices.model import Detail, Handling, PersonNotice

NOW = "2026-02-01T10:00:00.000Z"


def exported(person: Person, handling: Handling, *, detail: bool = True) -> bytes:
    notice = PersonNotice(
        notice_id="a" * 32, person=person, action="DISCREET_REPORT", fallback="NONE", handling=handling, version=1,
        category="terrorism", valid_from=NOW, review_by="2026-08-01T00:00:00.000Z", expires="2027-02-01T00:00:00.000Z",
    )  # fmt: skip
    said = Detail(
        offence="Preparing an attack", legal_basis="Code, article 1", decision_reference="RG 1", proportionality="None",
        issuing_authority="Court of Springfield",
    )  # fmt: skip
    return json_lines([
        Exportable(
            originator="ITA", notice=notice, created_ms=parse_ms(NOW), modified_ms=parse_ms(NOW), action=notice.action,
            detail=said if detail else None,
        )
    ])  # fmt: skip


def taken_in(data: bytes) -> ImportedEntry:
    (entry,) = read_list("ftm", {"file": data}).entries
    return entry


def ftm(**properties: Any) -> ParsedList:
    entity = {"id": "a", "schema": "Person", "properties": {"name": ["Ada Bell"], **properties}}
    return read_list("ftm", {"file": json.dumps(entity).encode()})


ADA = Person(
    names=(Name(text="Ada Bell"),),
    birth_dates=(
        BirthDate(value="1975", until="1978"), BirthDate(value="1979", until="1981", certainty="approximate"),
        BirthDate(value="1982-03", certainty="approximate"), BirthDate(value="1983-04-05"),
    ),
    birth_places=(Place(text="Springfield", country="GBR"), Place(text="Nowhere"), Place(country="ITA")),
    documents=(
        Document(type="passport", number="X1"), Document(type="passport", number="X2", status="stolen", note="seen"),
    ),
)  # fmt: skip


def test_a_person_is_the_same_after_any_number_of_passages() -> None:
    entry = taken_in(exported(ADA, Handling()))
    assert entry.person is not None
    assert entry.person.birth_dates == ADA.birth_dates
    assert entry.person.birth_places == ADA.birth_places
    assert entry.person.documents == ADA.documents
    assert taken_in(exported(entry.person, Handling())).person == entry.person


@pytest.mark.parametrize(
    ("marked", "handling"),
    [
        (Handling(tlp="AMBER", pap="RED"), Handling(tlp="AMBER", pap="RED")),
        (Handling(tlp="CLEAR", pap="CLEAR"), Handling(tlp="GREEN", pap="AMBER")),
        (Handling(tlp="AMBER+STRICT", pap="GREEN"), Handling(tlp="AMBER+STRICT", pap="AMBER")),
    ],
)
def test_a_mark_is_kept_and_never_made_milder(marked: Handling, handling: Handling) -> None:
    entry = taken_in(exported(ADA, marked))
    assert entry.handling == marked
    assert not [one for one in entry.material.remarks if "TLP" in one]
    assert entry.person is not None
    assert entry.person.documents == ADA.documents, "and of no document is it a remark"
    notice, _ = to_notice(entry, POLICIES["ftm"], notice_id="b" * 32, version=1, now_ms=parse_ms(NOW))
    assert notice.handling == handling


def test_who_is_of_interest_is_accused_by_a_sanction_with_a_reason_alone() -> None:
    assert taken_in(exported(ADA, Handling())).material.offence.endswith("Preparing an attack")
    for refused in (
        read_list("ftm", {"file": exported(ADA, Handling(), detail=False)}),
        ftm(topics=["poi"]), ftm(topics=["poi"], sanctions=[{"schema": "Sanction"}, "odd"]),
        ftm(topics=["poi"], sanctions="odd"), ftm(topics=["poi"], sanctions=[{"properties": {"reason": [" "]}}]),
        ftm(topics=["poi", "role.pep"], sanctions=[{"properties": {"reason": ["theft"]}}]),
        ftm(topics=["role.pep"], sanctions=[{"properties": {"reason": ["theft"]}}]),
    ):  # fmt: skip
        assert (refused.entries, "listed without an accusation" in refused.refusals[0].reason) == ((), True)
    nested = ftm(topics=["poi"], sanctions=[{"schema": "Sanction", "properties": {"reason": ["theft"]}}])
    assert nested.entries[0].material.offence == "theft"


@pytest.mark.parametrize(
    ("marked", "everybody", "named", "alone"),
    [(None, True, True, True), ("CLEAR", True, True, True), ("GREEN", True, True, True), ("AMBER", False, True, True),
     ("AMBER+STRICT", False, False, True), ("RED", False, False, False)],
)  # fmt: skip
def test_an_entry_is_not_published_beyond_its_mark(marked: Any, *, everybody: bool, named: bool, alone: bool) -> None:
    handling = None if marked is None else Handling(tlp=marked)
    assert (not too_wide(handling, to_all=True, to_others=True)) == everybody
    assert (not too_wide(handling, to_all=False, to_others=True)) == named
    assert (not too_wide(handling, to_all=False, to_others=False)) == alone


def test_sentences_that_are_not_ours_stay_words() -> None:
    notes = ["Born between 1975 and 1978", "Born between 1980 and 1970", "Born 1980", "Born approximately 1999", "x", 7]
    parsed = ftm(notes=notes, birthDate=["1980", "1975", "1970", 1976])
    (entry,) = parsed.entries
    assert entry.person is not None
    assert {one.value for one in entry.person.birth_dates} == {"1980", "1975", "1970", "1976"}
    assert entry.material.remarks == (*notes[:5], "7")
    assert ftm(notes="Born between 1975 and 1978").entries[0].material.remarks == ("Born between 1975 and 1978",)
    kept = ["TLP:AMBER", "TLP:PURPLE PAP:RED", "x"]
    strictest = Handling(tlp="GREEN", pap="RED")
    assert marks_among([*kept, "TLP:GREEN PAP:CLEAR", "TLP:CLEAR PAP:RED"]) == (strictest, kept)
    assert stricter(Handling(tlp="CLEAR", pap="RED"), Handling(tlp="GREEN", pap="CLEAR")) == strictest
    texts = ["status: unknown", "status: lost", "status: stolen", "status: odd", "seen"]
    assert status_among(texts) == ("lost", texts[2:])


def test_the_strictest_mark_of_all_that_belongs_together_counts() -> None:
    notes, summary = ["TLP:AMBER PAP:CLEAR", "seen"], ["TLP:GREEN PAP:RED"]
    sanctions = [{"schema": "Sanction", "properties": {"reason": ["theft"], "summary": ["TLP:CLEAR PAP:CLEAR"]}}]
    paper = {"schema": "Passport", "properties": {"number": ["X1"], "summary": [*summary, "status: lost"]}}
    (entry,) = ftm(notes=notes, sanctions=sanctions, passports=[paper]).entries
    assert entry.handling == Handling(tlp="AMBER", pap="RED")
    assert entry.material.remarks == ("seen",)
    assert entry.person is not None
    assert entry.person.documents == (Document(type="passport", number="X1", status="lost"),)
    (subject,) = ftm(notes="TLP:AMBER PAP:CLEAR", summary=["tall"], description="quiet").entries
    assert (subject.handling, subject.material.remarks) == (Handling(pap="CLEAR"), ("tall", "quiet"))


def test_a_mark_in_words_of_others_stays_in_the_remarks() -> None:
    sanctions = [{"schema": "Sanction", "properties": {"reason": ["theft"], "summary": ["TLP:AMBER", "frozen"]}}]
    (entry,) = ftm(sanctions=sanctions).entries
    assert entry.handling is None
    assert entry.material.remarks == ("Sanction summary: TLP:AMBER", "Sanction summary: frozen")


def test_a_country_of_birth_is_that_of_the_place() -> None:
    (entry,) = ftm(birthPlace=["Springfield"], birthCountry=["gb", "atlantis"]).entries
    assert entry.person is not None
    assert entry.person.birth_places == (Place(text="Springfield", country="GBR"),)
    assert entry.material.remarks == ("Country of birth: atlantis",)
    assert list(birth_places(["Springfield, Italy"], ["GBR"])) == [("Springfield, Italy", ""), ("", "GBR")]
    assert list(birth_places(["Springfield, Italy"], ["ITA"])) == [("Springfield, Italy", "ITA")]
    assert list(birth_places(["A", "B"], ["ITA"])) == [("A", ""), ("B", ""), ("", "ITA")]
    assert list(birth_places(["A, ITA", "ITA", "B, GBR"], ["ITA"])) == [("A", "ITA"), ("", "ITA"), ("B, GBR", "")]
