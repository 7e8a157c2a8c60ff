"""Records a member publishes: one spelling each, and nothing impossible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.ground.limits import ITEMS_PER_FIELD_MAX
from evenhand.identity.person import Document, Name, Person, Place
from evenhand.notices.misused import MisusedIdentity
from evenhand.notices.model import (
    Cleared,
    Detail,
    DocumentNotice,
    ErasureOrder,
    Flag,
    Link,
    Message,
    MonthlyFigures,
    NoticeRef,
    Outcome,
    PersonNotice,
    Receipt,
    Record,
    RedressNumber,
    Retraction,
    Sighting,
    Source,
    StatusChange,
    decode_detail,
    decode_record,
    encode_detail,
    encode_record,
)

from .officers import approval

ID, OTHER = "0" * 32, "f" * 32
NOW, LATER = "2026-01-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"
REF, REF2 = NoticeRef(originator="ITA", notice_id=ID), NoticeRef(originator="PHL", notice_id=OTHER)

APPROVAL = approval()


def person_notice(**change: object) -> PersonNotice:
    fields: dict[str, object] = {
        "notice_id": ID, "version": 1, "category": "terrorism", "action": "INTERVIEW", "valid_from": NOW,
        "review_by": LATER, "expires": LATER, "person": Person(names=(Name(text="Ada Bell"),)),
        "source": Source(list="un-sc", entry_id="X.1"),
    } | change  # fmt: skip
    return PersonNotice(**fields)  # type: ignore[arg-type]


def detail(**change: object) -> Detail:
    fields: dict[str, object] = dict.fromkeys(
        ("offence", "legal_basis", "decision_reference", "issuing_authority", "proportionality"), "stated"
    )
    return Detail(**(fields | change))  # type: ignore[arg-type]


RECORDS: list[Record] = [
    person_notice(),
    DocumentNotice(
        notice_id=ID, version=2, category="stolen", action="SEARCH", valid_from=NOW,
        review_by=NOW, expires=LATER,
        document=Document(type="passport", number="A1"),
    ),
    Link(first=REF, second=REF2, relation="same_person", reason="same passport"),
    Flag(notice=REF, action="NONE", reason="not executable", lifted=True),
    Sighting(notice=REF, seen_at=NOW, place=Place(country="PHL"), report="crossed"),
    Retraction(notice_id=ID, reason="mistake"),
    ErasureOrder(notice_id=ID, entries=(0, 3), reason_class="court"),
    Receipt(originator="ITA", index=0, act="erased", done_at=NOW),
    StatusChange(notice_id=ID, status="BLOCKED", reason="redress was asked for"),
    Outcome(request=OTHER, notice=REF, version=1, decision="DELETE", reason="another person", decided=APPROVAL),
    RedressNumber(
        number=OTHER, documents=(Document(type="passport", number="A1", issuer="UTO"),),
        cleared=(Cleared(notice=REF, basis="0" * 64),),
    ),
    Message(thread=ID, to="PHL", topic="redress.request", body="{}", urgent=True),
    MonthlyFigures(month="2026-11", body="{}"),
    RedressNumber(
        number=OTHER, documents=(Document(type="passport", number="A1", issuer="UTO"),), cleared=(),
        misused=MisusedIdentity(consent="C-1", consented_at=NOW, marks=("scar",)),
    ),
]  # fmt: skip


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_prints_back_the_same_bytes(record: Record) -> None:
    data = encode_record(record)
    assert decode_record(data) == record
    assert encode_record(decode_record(data)) == data


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b" ",
        lambda data: data[:-1],
        lambda data: data.replace(b'"kind"', b'"Kind"'),
        lambda data: data.replace(b'"reason"', b'"religion"'),
        lambda data: data.replace(b"mistake", b"\xff"),
        lambda data: data.replace(b":", b": ", 1),
    ],
)
def test_another_spelling_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InputError):
        decode_record(spoil(encode_record(RECORDS[5])))


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
        lambda text: text.strip() and "\x00" not in text
    )
)
def test_a_detail_prints_back_the_same_bytes(text: str) -> None:
    said = detail(offence=text, remarks=(text,), marks=(text,))
    assert decode_detail(encode_detail(said)) == said
    with pytest.raises(InputError):
        decode_detail(encode_detail(said) + b"\n")


def test_a_reference_has_one_key() -> None:
    assert REF.key == f"ITA:{ID}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: person_notice(notice_id="x"),
        lambda: person_notice(version=0),
        lambda: person_notice(category=" "),
        lambda: person_notice(review_by="2025-01-01T00:00:00.000Z"),
        lambda: person_notice(expires="2026-02-01T00:00:00.000Z"),
        lambda: person_notice(fallback="ARREST"),
        lambda: NoticeRef(originator="italy", notice_id=ID),
        lambda: Link(first=REF2, second=REF, relation="same_person", reason="order"),
        lambda: Flag(notice=REF, action="NONE", reason=""),
        lambda: Sighting(notice=REF, seen_at="today", place=Place(country="ITA"), report="x"),
        lambda: Retraction(notice_id=ID, reason=" "),
        lambda: ErasureOrder(notice_id=ID, entries=(), reason_class="error"),
        lambda: ErasureOrder(notice_id=ID, entries=(-1,), reason_class="error"),
        lambda: Receipt(originator="ITA", index=-1, act="erased", done_at=NOW),
        lambda: detail(offence=""),
        lambda: detail(salt="salt"),
        lambda: StatusChange(notice_id=ID, status="BLOCKED", reason=" "),
        lambda: Outcome(request=ID, notice=REF, version=-1, decision="KEEP", reason="r", decided=APPROVAL),
        lambda: RedressNumber(number=ID, documents=(), cleared=()),
        lambda: Message(thread=ID, to="PHL", topic="Hello", body="{}"),
        lambda: MonthlyFigures(month="2026-13", body="{}"),
        lambda: Message(thread=ID, to="PHL", topic="a.b", body=""),
        lambda: MisusedIdentity(consent="C-1", consented_at=NOW),
        lambda: MisusedIdentity(consent=" ", consented_at=NOW, marks=("scar",)),
        lambda: detail(marks=("x",) * (ITEMS_PER_FIELD_MAX + 1)),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InputError):
        make()
