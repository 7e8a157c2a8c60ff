"""An entry is known by the list's own number: no place in a file stands for one, and none passes to somebody else."""

from __future__ import annotations

import io

import msgspec
import pytest

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.interop import template
from evenhand.interop.formats import read_list
from evenhand.interop.importing import Fate, HeldNotice, Planner, entry_digest, known_by
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.policy import POLICIES

AUSTRALIA = "Reference,Name of Individual or Entity,Type,Name Type\n"
POLICY = POLICIES["template"]


def read(name: str, data: str | bytes) -> ParsedList:
    return read_list(name, {"file": data.encode() if isinstance(data, str) else data})


def told(parsed: ParsedList) -> list[tuple[int, str, str]]:
    return [(one.line, one.entry_id, one.field) for one in parsed.refusals]


def names(parsed: ParsedList) -> list[tuple[str, list[str]]]:
    return [(one.entry_id, [name.text for name in one.person.names]) for one in parsed.entries if one.person]


# -- a row without a number ------------------------------------------------------------------------------


def test_a_row_without_a_reference_is_refused_and_corrects_nobody() -> None:
    first = read("template", "reference,name,offence\n,Ada Bell,theft\n7,Cy Dorn,theft\n")
    later = read("template", "reference,name,offence\n,Eve Foss,theft\n7,Cy Dorn,theft\n")
    assert names(first) == names(later) == [("7", ["Cy Dorn"])]
    assert told(later) == [(2, "", WHOLE_ENTRY)]
    assert "without its number" in later.refusals[0].reason


def test_a_row_of_the_australian_list_without_its_number_is_refused() -> None:
    rows = ",Ada Bell,Individual,Primary Name\nx9,Cy Dorn,Individual,Primary Name\n,Eve Foss,Individual,aka\n"
    parsed = read("au-dfat", AUSTRALIA + rows)
    assert parsed.entries == ()
    assert told(parsed) == [(2, "", WHOLE_ENTRY), (3, "", "Reference"), (3, "", WHOLE_ENTRY), (4, "", WHOLE_ENTRY)]
    assert parsed.refusals[1].reason == "not a number of the list: 'x9'"


def test_the_australian_number_that_a_workbook_holds_as_a_fraction_is_the_number() -> None:
    rows = "13.0,Ada Bell,Individual,Primary Name\n13a,A. Bell,Individual,aka\n"
    assert names(read("au-dfat", AUSTRALIA + rows)) == [("13", ["Ada Bell", "A. Bell"])]


def test_a_row_of_another_type_is_no_part_of_an_australian_listing() -> None:
    rows = (
        "6,Ada Bell,Individual,Primary Name\n6a,Bell Freight,Entity,aka\n6b,A. Bell,,aka\n"
        "7,Acme,Entity,Primary Name\n7a,Cy Dorn,Individual,aka\n7b,Acme Ltd,Entity,aka\n"
    )
    parsed = read("au-dfat", AUSTRALIA + rows)
    assert names(parsed) == [("6", ["Ada Bell", "A. Bell"])]
    assert told(parsed) == [(3, "6", "Type"), (6, "7", "Type"), (5, "7", WHOLE_ENTRY)]
    assert parsed.refusals[1].reason == "'Cy Dorn' is a row of 'Individual' in a listing of 'Entity'"


# -- the row of explanations -----------------------------------------------------------------------------


def test_a_reference_may_begin_with_any_mark() -> None:
    parsed = read("template", "reference,name,offence\n#4711,Ada Bell,theft\n# 12,Cy Dorn,theft\n")
    assert [key for key, _ in names(parsed)] == ["#4711", "# 12"]


def test_what_is_written_into_the_row_of_explanations_is_told_of() -> None:
    rows = template.empty_template().decode("utf-8-sig").splitlines()
    odd = rows[1].replace("# the full name as written, in any script", "Ada Bell")
    assert odd != rows[1]
    parsed = read("template", f"{rows[0]},shelf\n{odd},B4\n")
    assert parsed.entries == ()
    assert told(parsed) == [(2, "", "name"), (2, "", "shelf")]
    assert "Ada Bell" in parsed.refusals[0].reason


# -- a number that was given to somebody else --------------------------------------------------------------


def entry(text: str, *, born: str = "", paper: str = "") -> ImportedEntry:
    (one,) = read("template", f"reference,name,offence\n7,{text},theft\n").entries
    assert one.person is not None
    births = (BirthDate(value=born),) if born else ()
    papers = (Document(type="passport", number=paper),) if paper else ()
    return msgspec.structs.replace(
        one, person=msgspec.structs.replace(one.person, birth_dates=births, documents=papers)
    )


def planned(before: ImportedEntry, now: ImportedEntry) -> Planner:
    held = HeldNotice(
        notice_id="ab" * 16, version=1, digest=entry_digest(before, POLICY), known_by=known_by(before.person)
    )
    planner = Planner({"7": held}, POLICY)
    assert planner.take(now) is Fate.CORRECT
    return planner


@pytest.mark.parametrize(
    ("before", "now", "alarmed"),
    [
        (entry("Ada Bell"), entry("Eve Foss"), True),
        (entry("Ada Bell", born="1980"), entry("Eve Foss", born="1980"), True),
        (entry("Ada Bell", born="1980-04-05"), entry("Eve Foss", born="1980-04-06", paper="X1"), True),
        (entry("Ada Bell"), entry("BELL Ada", born="1980"), False),
        (entry("Ada Bel", born="1980-04-05"), entry("Ada Bell", born="1980-04-05"), False),
        (entry("Ada Bel", paper="X1"), entry("Ada Bell", paper="x1"), False),
    ],
)
def test_a_correction_that_leaves_nothing_of_a_person_raises_the_alarm(
    before: ImportedEntry, now: ImportedEntry, *, alarmed: bool
) -> None:
    assert ("line 2" in planned(before, now).alarm()) is alarmed


def test_the_alarm_is_about_what_would_be_done_and_what_is_known() -> None:
    planner = planned(entry("Ada Bell"), entry("Eve Foss"))
    planner.refuse(Refusal(line=9, entry_id="7", field=WHOLE_ENTRY, reason="damaged"))
    assert planner.alarm() == ""
    unknown = Planner({"7": HeldNotice(notice_id="ab" * 16, version=1, digest="")}, POLICY)
    assert (unknown.take(entry("Eve Foss")), unknown.alarm()) == (Fate.CORRECT, "")


def test_a_paper_is_known_by_its_number_and_nobody_by_nothing() -> None:
    paper = Document(type="passport", number="X1")
    assert known_by(paper) == known_by(Document(type="visa", number="x1"))
    assert known_by(None) == ()
    assert set(known_by(Person(names=(Name(text="Ada Bell"),), documents=(paper,)))) > set(known_by(paper))


def test_both_alarms_are_told_together() -> None:
    held = HeldNotice(notice_id="ab" * 16, version=1, digest="", known_by=known_by(entry("Ada Bell").person))
    planner = Planner({"7": held, "8": held}, POLICY)
    planner.take(entry("Eve Foss"))
    assert planner.alarm().startswith(
        "the import would withdraw 1 of 2 notices, more than 5 per cent; in 1 of 1 corrections no name"
    )


def test_the_empty_template_is_still_a_table_without_entries() -> None:
    assert read("template", io.BytesIO(template.empty_template()).read()) == ParsedList(
        name="template", edition="", entries=(), refusals=()
    )
