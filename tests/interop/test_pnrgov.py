"""The passenger part of booking records: names and the documents booked with."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from evenhand.interop.carriers.edifact import EdifactError
from evenhand.interop.carriers.envelope import read_interchange
from evenhand.interop.carriers.flights import TravellerList
from evenhand.interop.carriers.pnrgov import read_pnrgov
from evenhand.travellers.traveller import query_fields

TODAY = date(2026, 11, 23)
START = "MSG+:22'ORG+UT:FCO'TVL+231126:1000::1200+FCO+MNL+UT+123'"
DOCS = "SSR+DOCS:HK:1:UT:::::/P/UTO/L898902C3/UTO/12AUG74/F/15APR12/ERIKSSON/ANNA/MARIA"


def read(body: str, kind: str = "PNRGOV:11:1:IA") -> TravellerList:
    count = body.count("'") + 2
    text = f"UNB+IATA:1+UT+BORDER+261123:1000+R1'UNH+1+{kind}'{body}UNT+{count}+1'UNZ+1+R1'"
    return read_pnrgov(read_interchange(text.encode()).messages[0], today=TODAY)


def test_a_booking_reads() -> None:
    found = read(START + "SRC'RCI+UT:LOC1'TIF+ERIKSSON+ANNAMS:A:1'" + DOCS + "'")
    assert (found.kind, found.flight, found.departs_at) == ("bookings", "UT123", "2026-11-23T10:00")
    assert (found.departs_from, found.arrives_to, found.not_screened) == ("FCO", "MNL", ())
    listed = found.travellers[0]
    assert (listed.booking, listed.reference) == ("LOC1", "1")
    traveller = listed.traveller
    assert [name.text for name in traveller.names] == ["ANNAMS ERIKSSON", "ANNA ERIKSSON", "ANNA MARIA ERIKSSON"]
    assert (traveller.birth_date, traveller.sex, traveller.nationalities) == ("1974-08-12", "F", ("UTO",))
    document = traveller.documents[0]
    assert (document.type, document.number, document.issuer, document.expires) == (
        "passport",
        "L898902C3",
        "UTO",
        "2012-04-15",
    )


def test_documents_find_their_travellers() -> None:
    pair = "SRC'RCI+UT:LOC1'TIF+A+B:A:1'TIF+C+D:A:2'"
    found = read(START + pair + "TVL+1'" + DOCS + "+::1'")
    assert [len(listed.traveller.documents) for listed in found.travellers] == [1, 0]
    assert found.is_whole
    lost = read(START + pair + "TVL+1'" + DOCS + "'")
    assert [missed.why for missed in lost.not_screened] == ["travel document data that refers to no traveller"]
    named_there = lost.not_screened[0].traveller  # searched for all the same: it may be neither of the two
    assert lost.not_screened[0].name == "ERIKSSON/ANNA MARIA"
    assert named_there is not None
    assert [one.number for one in named_there.documents] == ["L898902C3"]
    alone = read(START + "SRC'TIF+A+B:A:1'TVL+1'" + DOCS + "'")
    assert len(alone.travellers[0].traveller.documents) == 1


def test_parts_that_are_not_there_are_unknown() -> None:
    found = read(START + "SRC'TIF+ERIKSSON'SSR+DOCS:HK:1:UT:::::/P'SSR+VGML'TIF+FNU+MR'TIF+ERIKSSON+MR'")
    traveller = found.travellers[0].traveller
    assert (traveller.birth_date, traveller.documents, traveller.unknown) == (None, (), ("given name", "birth date"))
    number = read(START + "SRC'TIF+ERIKSSON'SSR+DOCS:HK:1:UT:::::/V//X1'").travellers[0].traveller
    assert (number.documents[0].type, number.documents[0].issuer) == ("other", None)
    nameless = read(START + "SRC'TIF+FNU+FNUMR:A:1'")
    assert len(nameless.travellers) + len(nameless.not_screened) == 1


@pytest.mark.parametrize(
    ("docs", "why"),
    [
        ("/P/QQQ/1", "issuer: not a country code: 'QQQ'"),
        ("/P/UTO/1/ITALY", "nationality: not a country code: 'ITALY'"),
        ("/P/UTO/1/UTO/99XXX99", "birth date: no such date"),
        ("/P/UTO/1/UTO/12AUG74/9", "sex: an unknown code"),
        ("/P/UTO/1/UTO/12AUG74/F/99XXX99", "expiry: no such date"),
        (f"/P/UTO/1'SSR+DOCS:HK:1:UT:::::/P/UTO/{'7' * 201}", "document: text of 201 characters"),
        ("/P/UTO/1'" + "SSR+DOCS:HK:1:UT:::::/P/UTO/1/UTO/12AUG74/F'SSR+DOCS:HK:1:UT:::::/P/UTO/2/UTO/13AUG74/M",
         "birth date: two values; sex: two values"),
        ("/P/UTO/1'" + "'".join(f"SSR+DOCS:HK:1:UT:::::/P/UTO/{n}" for n in range(2, 53)), "more than 50 documents"),
        ("/P/UTO/1///////" + "F" * 101, "a name of more than 100 characters"),
    ],
)  # fmt: skip
def test_who_was_not_read_whole_keeps_the_rest(docs: str, why: str) -> None:
    found = read(START + f"SRC'RCI+UT:LOC1'TIF+FERVENTU+ILMAR:A:1'SSR+DOCS:HK:1:UT:::::{docs}'")
    (missed,) = found.not_screened
    assert (found.travellers, missed.booking, missed.reference, missed.why) == ((), "LOC1", "1", why)
    assert missed.traveller is not None
    assert (missed.name, missed.traveller.documents[0].number) == ("FERVENTU/ILMAR", "1")
    empty = read(START + "SRC'TIF'")
    assert [one.why for one in empty.not_screened] == ["a traveller without name and document"]


@pytest.mark.parametrize(
    "ssr",
    ["DOCS:HK:1:UT:::::/P", "DOCS:HK:1:UT::::/P", "DOCS:HK:1:UT:::FCO:MNL:/P", "DOCS:HK:1:UT:/P", "DOCS:HK:1:UT:::::P"],
)
def test_the_free_text_is_found_by_its_first_slash(ssr: str) -> None:
    found = read(START + f"SRC'TIF+FERVENTU+ILMAR:A:1'SSR+{ssr}/IT/X1/PH/12AUG74/M/15APR32/FERVENTU/ILMAR/UGO'")
    traveller = found.travellers[0].traveller
    assert found.is_whole
    assert [(one.type, one.number, one.issuer) for one in traveller.documents] == [("passport", "X1", "ITA")]
    assert (traveller.nationalities, traveller.birth_date, traveller.sex) == (("PHL",), "1974-08-12", "M")
    assert traveller.names[-1].text == "ILMAR UGO FERVENTU"


@pytest.mark.parametrize("ssr", ["DOCS:HK:1:UT", "DOCS:HK:1:UT:::::NONE", "DOCS:HK:1:UT:::::HK1/P/UTO/X1"])
def test_travel_document_data_in_no_known_form_is_not_passed_over(ssr: str) -> None:
    found = read(START + f"SRC'TIF+FERVENTU+ILMAR:A:1'SSR+{ssr}'")
    assert [one.why for one in found.not_screened] == ["travel document data in no known form"]
    assert len(found.travellers) == 1


def docs(number: str, sex: str, name: str, refer: str = "", *, born: str = "12AUG74") -> str:
    return f"SSR+DOCS:HK:1:UT:::::/P/UTO/{number}/UTO/{born}/{sex}//{name}{refer}'"


PAIR = "SRC'RCI+UT:LOC1'TIF+OTHER+MAN:A:1'TIF+FERVENTU+ILMAR:A:2'"


def told(found: TravellerList) -> dict[str, list[str]]:
    return {one.traveller.names[0].text: [each.number for each in one.traveller.documents] for one in found.travellers}


def test_the_reference_of_a_document_decides_wherever_it_stands() -> None:
    papers = docs("X1", "M", "FERVENTU/ILMAR", "+::2")
    people = {"MAN OTHER": [], "ILMAR FERVENTU": ["X1"]}
    for body in (
        PAIR + papers, PAIR + "TVL+1'" + papers, PAIR + papers.replace("+::2", "+12A::9+::2"),
        PAIR.replace("TIF+OTHER", papers + "TIF+OTHER"), PAIR.replace("TIF+FERVENTU", papers + "TIF+FERVENTU"),
    ):  # fmt: skip
        assert told(read(START + body)) == people
    for refer in ("+::3", "+::1+::2"):
        lost = read(START + PAIR + docs("X1", "M", "FERVENTU/ILMAR", refer))
        assert [one.why for one in lost.not_screened] == ["travel document data that refers to no traveller"]
        assert told(lost) == {"MAN OTHER": [], "ILMAR FERVENTU": []}


def test_an_infants_document_is_the_infants() -> None:
    adult = docs("X1", "M", "FERVENTU/ILMAR")
    child = docs("X2", "FI", "FERVENTU/ANNA MARIA", born="20SEP25")
    alone = "SRC'RCI+UT:LOC1'TIF+FERVENTU+ILMAR MR:A:1:1'"
    own = read(START + alone + adult + child + "TVL+1'" + child.replace("MARIA'", "MARIA+::1'"))
    assert told(own) == {"ILMAR MR FERVENTU": ["X1"], "ANNA MARIA FERVENTU": ["X2"]}
    assert [(one.traveller.birth_date, one.traveller.sex) for one in own.travellers] == [
        ("1974-08-12", "M"), ("2025-09-20", "F"),
    ]  # fmt: skip
    named = "TIF+FERVENTU+UGO:IN:2'TIF+FERVENTU+ANNAMISS:IN:3'"
    both = read(START + alone + child + adult + named)
    assert told(both) == {"ILMAR MR FERVENTU": ["X1"], "UGO FERVENTU": [], "ANNAMISS FERVENTU": ["X2"]}
    nameless = docs("X3", "MI", "", born="20SEP25")
    under = read(START + alone + named + nameless)
    assert told(under) == {"ILMAR MR FERVENTU": [], "UGO FERVENTU": [], "ANNAMISS FERVENTU": ["X3"]}
    assert under.is_whole
    twins = read(START + alone + "TIF+FERVENTU+ANNA:IN:2'TIF+FERVENTU+ANNA:IN:3'TVL+1'" + child)
    assert [one.why for one in twins.not_screened] == ["travel document data that refers to no traveller"]
    two = "SRC'TIF+FERVENTU+ILMAR:A:1'TIF+FERVENTU+ANNA:IN:1'TVL+1'"
    shared = read(START + two + adult.replace("ILMAR'", "ILMAR+::1'"))
    assert told(shared) == {"ILMAR FERVENTU": ["X1"], "ANNA FERVENTU": []}


def test_documents_of_two_infants_without_tif_are_not_mixed_up() -> None:
    two = docs("X1", "MI", "FERVENTU/ILMAR") + docs("X2", "FI", "FERVENTU/ORSA")
    found = read(START + "SRC'" + two)
    assert [[one.number for one in listed.traveller.documents] for listed in found.travellers] == [["X1"], ["X2"]]
    stray = read(START + "SRC'" + docs("X1", "MI", "FERVENTU/ILMAR") + docs("X3", "F", "FERVENTU/DASHA"))
    assert [one.name for one in stray.not_screened] == ["FERVENTU/DASHA"]
    booked = read(START + "SRC'TIF+FERVENTU+:IN:1'" + infant(":FERVENTU/ILMAR"))  # who may be another
    assert [one.traveller.names[0].text for one in booked.travellers] == ["FERVENTU", "ILMAR FERVENTU"]


def test_a_booking_of_many_costs_no_more_for_each() -> None:
    def calls(count: int) -> int:
        """How often anything is called to read a booking of so many adults, each with an infant."""
        body = "".join(
            f"TIF+A+{letters(one)}:A:{one}'" + docs(f"X{one}", "F", f"A/{letters(one)}", f"+::{one}")
            + infant(f":B/{letters(one)} 05MAY26", f"+::{one}")
            for one in range(1, count + 1)
        )  # fmt: skip
        made = 0

        def count_one(*_: object) -> None:
            nonlocal made
            made += 1

        sys.setprofile(count_one)
        try:
            found = read(START + "SRC'" + body)
        finally:
            sys.setprofile(None)
        assert len(found.travellers) == 2 * count
        return made

    assert calls(400) < 2.2 * calls(200)


def letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def test_the_name_of_a_document_is_asked_beside_any_booked_name() -> None:
    titled = START + f"SRC'TIF+Smith+John{'mr' * 24}:A:1'" + docs("X1", "M", "NIDAL/OSAMA", "+::1")
    assert "OSAMA NIDAL" in query_fields(read(titled).travellers[0].traveller)["names"]


def test_nobody_is_clear_who_was_not_asked_by_every_name() -> None:
    named = "".join(docs("X1", "M", f"FERVENTU{letters(at)}/ILMAR", "+::1") for at in range(60))
    (missed,) = read(START + "SRC'TIF+FERVENTU+ILMAR:A:1'" + named).not_screened
    assert missed.why == "more than 50 names"
    assert missed.traveller is not None, "searched for all the same"
    fewer = named[: named.index("SSR", len(named) // 2)]
    assert read(START + "SRC'TIF+FERVENTU+ILMAR:A:1'" + fewer).is_whole



def test_a_name_told_again_under_its_reference_is_one_person() -> None:
    """As the check-in data of the guide's example (section 14.1, appendix B) tell it again."""
    papers = docs("X1", "F", "BELLO/PAT RUTH") + docs("X2", "FI", "BELLO/SOFI OLIVIA", born="20SEP25")
    body = (
        "SRC'RCI+UT:LOC1'TIF+BELLO:I+PAT MRS:A:2:1'" + papers + "TIF+BELLO:I+SOFI:IN:3'TVL+1'"
        + papers.replace("'", "+::2'") + "DAT'TRI++FCO-168:::2'TIF+BELLO:I+PAT MRS:A:2'DAT'TIF+BELLO:I+SOFI:IN:3'"
    )  # fmt: skip
    assert told(read(START + body)) == {"PAT MRS BELLO": ["X1"], "SOFI BELLO": ["X2"]}
    apart = read(START + "SRC'TIF+BELLO+PAT'TIF+BELLO+PAT'")
    assert len(apart.travellers) == 2


def test_every_given_name_of_a_tif_is_a_traveller() -> None:
    found = read(START + "SRC'TIF+SMITH+JOHN:A:1++FERVENTU ILMAR:A:2'" + docs("X1", "M", "FERVENTU/ILMAR", "+::2"))
    assert told(found) == {"JOHN SMITH": [], "FERVENTU ILMAR SMITH": ["X1"]}
    assert not read(START + "SRC'TIF+SMITH+JOHN:A:1+ILMAR:A:2'" + docs("X1", "M", "")).is_whole, "of which of them"


def test_nobody_outside_a_booking_is_lost() -> None:
    for body in ("RCI+UT:LOC1'TIF+LOST+SOUL:A:1'", "TIF+LOST+SOUL:A:1'SRC'TIF+A+B:A:1'"):
        (missed,) = read(START + body).not_screened
        assert (missed.why, missed.name) == ("a traveller outside a booking (SRC)", "LOST/SOUL")
        assert missed.traveller is not None
    stray = read(START + docs("X1", "M", "LOST/SOUL") + "SRC'TIF+A+B:A:1'")
    assert [one.why for one in stray.not_screened] == ["travel document data that refers to no traveller"]


@pytest.mark.parametrize(
    ("part", "count", "whole"),
    [
        ("", "EQN+1'", True), ("", "EQN+01'", True), ("", "EQN'", True), ("", "", True), ("", "EQN+5'", False),
        ("", "EQN+0'", False), ("", "EQN+X'", False), ("+A1+1:F", "EQN+5'", False), ("+A1+01:F", "EQN+1'", True),
        ("+A1+01:C", "EQN+5'", True), ("+A1+02:F", "EQN+5'", True),
    ],
)  # fmt: skip
def test_bookings_are_counted_where_one_message_tells_all(part: str, count: str, whole: bool) -> None:
    found = read(START + count + "SRC'TIF+A+B:A:1'EQN+9'", "PNRGOV:11:1:IA" + part)
    assert found.is_whole is whole
    assert [one.why.endswith("bookings announced, 1 received") for one in found.not_screened] == [True] * (not whole)
    nobody = read(START + "EQN+2'")
    assert [one.why for one in nobody.not_screened] == ["2 bookings announced, 0 received"]


@pytest.mark.parametrize(
    ("body", "kind", "fault"),
    [
        (START, "PAXLST:D:05B", 14),
        ("MSG+:22'", "PNRGOV:11:1", 14),
        ("TVL+X:Y+A+B'", "PNRGOV:11:1", 12),
    ],
)
def test_a_message_without_sense_is_refused(body: str, kind: str, fault: int) -> None:
    with pytest.raises(EdifactError) as caught:
        read(body, kind)
    assert caught.value.fault == fault


def test_a_message_with_a_wrong_count_is_refused() -> None:
    text = f"UNB+IATA:1+UT+BORDER+261123:1000+R1'UNH+1+PNRGOV:11:1'{START}UNT+99+1'UNZ+1+R1'"
    with pytest.raises(EdifactError):
        read_pnrgov(read_interchange(text.encode()).messages[0], today=TODAY)


# -- infants that SSR INFT alone names -------------------------------------------------------------------

MOTHER = "SRC'RCI+UT:LOC1'TIF+FERVENTU+DASHA:A:1'"


def infant(text: str, refer: str = "+::1") -> str:
    return f"SSR+INFT:HK:1:UT:::FCO:MNL{text}{refer}'"


@pytest.mark.parametrize("text", [":FERVENTU/ILMAR 05MAY26", ":.FERVENTU/ILMAR/05MAY26", ":FERVENTU/ILMAR:05MAY26",
                                  ":FERVENTU/ILMAR 20260505"])  # fmt: skip
def test_an_infant_of_its_line_alone_is_a_traveller(text: str) -> None:
    found = read(START + MOTHER + infant(text) + infant(text))
    assert found.is_whole
    mother, child = found.travellers
    assert mother.traveller.names[0].text == "DASHA FERVENTU"
    assert (child.traveller.names[0].text, child.traveller.birth_date) == ("ILMAR FERVENTU", "2026-05-05")
    assert (child.booking, child.traveller.documents) == ("LOC1", ())


def test_an_infant_that_is_named_elsewhere_is_one_traveller() -> None:
    for other in ("TIF+FERVENTU+ILMAR:IN'", docs("X1", "MI", "FERVENTU/ILMAR", "+::1", born="05MAY26")):
        for line in (infant(":FERVENTU/ILMAR 05MAY26"), infant("")):
            found = read(START + MOTHER + other + line + line)
            assert [one.traveller.names[0].text for one in found.travellers] == ["DASHA FERVENTU", "ILMAR FERVENTU"]
            assert found.is_whole


def test_an_infant_without_a_name_is_not_lost() -> None:
    for lines in (infant(""), infant(":INFANT"), infant(":./05MAY26"), infant("", "") * 1, infant("") * 2):
        found = read(START + MOTHER + lines)
        assert [one.why for one in found.not_screened] == ["an infant without a name (SSR INFT)"]
    both = read(START + MOTHER + infant(":FERVENTU/ILMAR") + infant("", "+::2") + infant("", ""))
    assert [len(both.travellers), len(both.not_screened)] == [2, 2]


def test_an_infant_without_name_and_reference_is_one_on_every_flight() -> None:
    there, onwards = infant("", ""), infant("", "").replace("FCO:MNL", "MNL:CEB")
    bare = infant("", "").replace(":::FCO:MNL", "")
    for lines, count in ((there + onwards, 1), (there + there + onwards, 2), (onwards + bare, 2), (bare + bare, 2)):
        assert len(read(START + MOTHER + lines).not_screened) == count


def test_an_infant_whose_birth_cannot_be_read_is_searched_all_the_same() -> None:
    for text in ("050526", "05MAY26-1FERVENTU/DASHA", "45MAY26"):
        (missed,) = read(START + MOTHER + infant(f":FERVENTU/ILMAR {text}")).not_screened
        assert (missed.name, missed.why, missed.traveller is not None) == (
            "FERVENTU/ILMAR", "birth date: no such date", True,
        )  # fmt: skip
