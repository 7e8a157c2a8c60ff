"""Notices to export: one person with everything said about her, one document, one plate."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from evenhand.ground.clock import parse_ms
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person, Place
from evenhand.interop.export.released import Exportable, Seen
from evenhand.notices.model import (
    Detail,
    DocumentNotice,
    Handling,
    NoticeRef,
    PersonNotice,
    Reliability,
    Sighting,
    Source,
)

FIRST, LATEST = "2026-02-01T10:00:00.000Z", "2026-03-01T10:00:00.000Z"
VALID = {
    "version": 2, "category": "terrorism", "valid_from": FIRST, "review_by": "2026-08-01T00:00:00.000Z",
    "expires": "2027-02-01T00:00:00.000Z",
}  # fmt: skip
PERSON = Person(
    names=(
        Name(text="Ada Bell", given="Ada", family="Bell", patronymic="Carlovna"),
        Name(text="Ада Белл", script="Cyrl", kind="transliteration"),
        Name(text="Ada Marsh", kind="maiden"),
        Name(text="Bell the Elder", kind="alias_low"),
        Name(text="A. Bell", kind="alias_good"),
    ),
    birth_dates=(
        BirthDate(value="1980-02-29"),
        BirthDate(value="1979", until="1981", certainty="approximate"),
        BirthDate(value="1982", certainty="approximate"),
    ),
    birth_places=(Place(text="by the mill", city="Springfield", region="West", country="GBR"), Place(city="Nowhere")),
    sex="F",
    nationalities=("GBR", "XXA"),
    documents=(
        Document(
            type="passport", number="X1234567", issuer="GBR", issued="2015-01-01", expires="2025-01-01",
            status="stolen", note="seen twice",
        ),
        Document(type="identity_card", number="ID-99"),
        Document(type="licence_plate", number="AB 123 CD", issuer="ITA"),
        Document(type="vin", number="WVWZZZ1JZXW000001"),
    ),
)  # fmt: skip
DETAIL = Detail(
    offence="Preparing an attack", legal_basis="Criminal code, article 1", decision_reference="RG 1/2026",
    issuing_authority="Court of Springfield", proportionality="No milder means", marks=("scar, left hand",),
    addresses=(Place(text="1 Long Lane", city="Springfield", country="GBR"),), remarks=("walks with a stick",),
    reliability=Reliability(source="B", information="2"),
)  # fmt: skip


def made(notice: PersonNotice | DocumentNotice, **change: object) -> Exportable:
    fields: dict[str, object] = {
        "originator": "ITA", "notice": notice, "created_ms": parse_ms(FIRST), "modified_ms": parse_ms(LATEST),
        "action": notice.action, "readers": frozenset({"ITA", "PHL"}), "detail_readers": frozenset({"ITA"}),
    } | change  # fmt: skip
    return Exportable(**fields)  # type: ignore[arg-type]


@pytest.fixture
def person_item() -> Exportable:
    notice = PersonNotice(
        notice_id="a" * 32, person=PERSON, action="ARREST", fallback="DISCREET_REPORT", handling=Handling(tlp="GREEN"),
        source=Source(list="un-sc", entry_id="QDi.999", edition="2026-01-01"), **VALID,  # type: ignore[arg-type]
    )  # fmt: skip
    ref = NoticeRef(originator="ITA", notice_id=notice.notice_id)
    place = Place(text="Gate 3", city="Manila", region="NCR", country="PHL")
    sightings = (
        Seen(
            member="PHL", said_ms=parse_ms(LATEST), handling=notice.handling, readers=frozenset({"ITA", "PHL"}),
            sighting=Sighting(notice=ref, seen_at="2026-02-20T08:00:00.000Z", place=place, report="Walked past."),
        ),
        Seen(
            member="ITA", said_ms=parse_ms(LATEST), handling=notice.handling,
            sighting=Sighting(notice=ref, seen_at="2026-02-21T08:00:00Z", place=Place(city="Nowhere"), report="Again."),
        ),
    )  # fmt: skip
    return made(notice, detail=DETAIL, sightings=sightings)


@pytest.fixture
def document_item() -> Exportable:
    notice = DocumentNotice(
        notice_id="b" * 32, action="DISCREET_REPORT",
        document=Document(type="passport", number="Y7654321", issuer="UTO", status="blank_stolen"), **VALID,  # type: ignore[arg-type]
    )  # fmt: skip
    return made(notice)


@pytest.fixture
def plate_item() -> Exportable:
    notice = DocumentNotice(
        notice_id="c" * 32, action="DISCREET_REPORT",
        document=Document(type="licence_plate", number="EF 456 GH", issuer="ITA"), **VALID,  # type: ignore[arg-type]
    )  # fmt: skip
    return made(notice)


@pytest.fixture
def withdrawn() -> Callable[[Exportable], Exportable]:
    def take_back(item: Exportable) -> Exportable:
        later = item.modified_ms + 1_000
        return msgspec.structs.replace(item, state="withdrawn", modified_ms=later, detail=None, sightings=())

    return take_back
