"""A plan is exactly the difference, and stops when too much would go."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.clock import parse_ms
from evenhand.identity.person import Document, Name, Person
from evenhand.interop.formats import read_list
from evenhand.interop.ftm_list import read_lines
from evenhand.interop.importing import Fate, HeldNotice, ImportPlan, Planner, entry_digest, plan_import
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, Material, Refusal
from evenhand.interop.policy import POLICIES, ImportPolicy, content_digest, granted_action, to_notice
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.interop.synthetic_records import ftm_rows
from evenhand.notices.model import Action, DocumentNotice, PersonNotice, Source

POLICY = POLICIES["un-sc"]
NOTICE_ID = "ab" * 16


def entries(seed: int = 1, count: int = 40, edition: str = "2025-01-31") -> list[ImportedEntry]:
    data = write_un_xml(synthetic_persons(seed, count), edition=edition)
    return list(read_list("un-sc", {"un.xml": data}).entries)


def held(known: list[ImportedEntry]) -> dict[str, HeldNotice]:
    return {
        one.entry_id: HeldNotice(notice_id=f"{number:032x}", version=1, digest=entry_digest(one, POLICY))
        for number, one in enumerate(known)
    }


def renamed(entry: ImportedEntry) -> ImportedEntry:
    assert entry.person is not None
    extra = Name(text="Another Spelling", kind="alias_good")
    return msgspec.structs.replace(
        entry, person=msgspec.structs.replace(entry.person, names=(*entry.person.names, extra))
    )


def ids(plan: ImportPlan) -> tuple[set[str], set[str], set[str], set[str]]:
    return (
        {one.entry_id for one in plan.publish},
        {one.entry.entry_id for one in plan.correct},
        {one.entry_id for one in plan.withdraw},
        set(plan.unchanged),
    )


@given(st.data())
def test_the_plan_is_exactly_the_difference(data: st.DataObject) -> None:
    known = ENTRIES
    fates = data.draw(st.lists(st.sampled_from(["new", "same", "changed", "gone"]), min_size=40, max_size=40))
    before = held([one for one, fate in zip(known, fates, strict=True) if fate != "new"])
    now = [
        renamed(one) if fate == "changed" else one
        for one, fate in zip(known, fates, strict=True)
        if fate != "gone"
    ]  # fmt: skip
    plan = plan_import(now, before, policy=POLICY)
    expected = tuple(
        {one.entry_id for one, fate in zip(known, fates, strict=True) if fate == wanted}
        for wanted in ("new", "changed", "gone", "same")
    )
    assert ids(plan) == expected
    gone = len(expected[2])
    assert bool(plan.alarm) == (gone * 20 > len(before))


ENTRIES = entries()


def test_a_new_edition_alone_changes_nothing() -> None:
    plan = plan_import(entries(edition="2026-06-30"), held(ENTRIES), policy=POLICY)
    assert ids(plan) == (set(), set(), set(), {one.entry_id for one in ENTRIES})


def test_five_per_cent_is_allowed_and_more_is_not() -> None:
    before = held(ENTRIES)
    assert plan_import(ENTRIES[2:], before, policy=POLICY).alarm == ""
    assert "3 of 40" in plan_import(ENTRIES[3:], before, policy=POLICY).alarm
    assert "40 of 40" in plan_import([], before, policy=POLICY).alarm
    lenient = msgspec.structs.replace(POLICY, withdraw_percent_max=100)
    assert plan_import([], before, policy=lenient).alarm == ""


def test_a_refused_entry_is_not_a_withdrawn_one() -> None:
    refusal = Refusal(line=3, entry_id=ENTRIES[0].entry_id, field=WHOLE_ENTRY, reason="damaged")
    plan = plan_import(ENTRIES[1:], held(ENTRIES), policy=POLICY, refusals=[refusal])
    assert plan.withdraw == ()
    assert plan.refusals == (refusal,)


def test_an_entry_given_twice_is_taken_once() -> None:
    plan = plan_import([*ENTRIES, renamed(ENTRIES[0])], {}, policy=POLICY)
    assert len(plan.publish) == len(ENTRIES)
    assert "twice" in plan.refusals[0].reason


def test_a_part_refused_after_its_entry_was_taken_takes_it_back() -> None:
    planner = Planner(held(ENTRIES), POLICY)
    first = ENTRIES[0]
    assert planner.take(renamed(first)) is Fate.CORRECT
    planner.refuse(Refusal(line=9, entry_id=first.entry_id, field=WHOLE_ENTRY, reason="not a person"))
    planner.refuse(Refusal(line=9, entry_id=ENTRIES[1].entry_id, field="sex", reason="not a sex"))
    assert planner.fate(0) is Fate.REFUSED
    assert [one.line for one in planner.refusals] == [9, first.line, 9]
    planner.refuse(Refusal(line=10, entry_id=first.entry_id, field=WHOLE_ENTRY, reason="again"))
    assert len(planner.refusals) == 4
    assert first.entry_id not in {one.entry_id for one in planner.gone()}, "refused is not gone"


def test_planning_a_list_of_lines_holds_no_entry() -> None:
    rows = list(ftm_rows(synthetic_persons(1, 50)))

    def lines() -> Iterator[bytes]:
        return (rows[number % 50].replace(b"SYi.", b"S%06d." % number) for number in range(200))

    def plan() -> Planner:
        planner = Planner({}, POLICY)
        for one in read_lines(lines):
            assert isinstance(one, ImportedEntry)
            planner.take(one)
        return planner

    plan()  # what is remembered of dates and countries
    tracemalloc.start()
    planner = plan()
    held_bytes = tracemalloc.get_traced_memory()[0] / 200
    tracemalloc.stop()
    assert planner.count(Fate.PUBLISH) == 200
    assert held_bytes < 400, "an id, a line and a fate; an entry takes thousands"


def test_an_objection_from_outside_refuses_an_entry() -> None:
    planner = Planner({}, POLICY)
    assert planner.take(ENTRIES[0], "withdrawn here by a person") is Fate.REFUSED
    assert planner.refusals[0].reason == "withdrawn here by a person"


@pytest.mark.parametrize(
    ("change", "said"),
    [({"legal_basis": "--"}, "legal-basis"), ({"review_days": 400, "expiry_days": 500}, "review-date"),
     ({"review_days": 30, "expiry_days": 20}, "out of order")],
)  # fmt: skip
def test_a_policy_that_breaks_the_procedure_publishes_nothing(change: dict[str, object], said: str) -> None:
    plan = plan_import(ENTRIES[:3], {}, policy=msgspec.structs.replace(POLICY, **change))
    assert plan.publish == ()
    assert all(said in refusal.reason for refusal in plan.refusals)


def test_a_notice_carries_law_dates_and_source() -> None:
    notice, detail = to_notice(ENTRIES[0], POLICY, notice_id=NOTICE_ID, version=3, now_ms=1_700_000_000_000)
    assert isinstance(notice, PersonNotice)
    assert (notice.notice_id, notice.version, notice.action) == (NOTICE_ID, 3, "DISCREET_REPORT")
    assert parse_ms(notice.review_by) - parse_ms(notice.valid_from) == 180 * 86_400_000
    assert notice.source == ENTRIES[0].source
    assert detail.decision_reference == ENTRIES[0].entry_id
    assert detail.legal_basis == POLICY.legal_basis


def test_the_digest_of_a_notice_is_the_digest_of_its_entry() -> None:
    notice, detail = to_notice(ENTRIES[0], POLICY, notice_id=NOTICE_ID, version=9, now_ms=1_700_000_000_000)
    assert content_digest(notice, detail) == entry_digest(ENTRIES[0], POLICY)
    assert entry_digest(ENTRIES[0], POLICY) != entry_digest(renamed(ENTRIES[0]), POLICY)
    unsourced = msgspec.structs.replace(notice, source=None)
    assert content_digest(unsourced, detail) != content_digest(notice, detail)


def person_entry(person: Person) -> ImportedEntry:
    return msgspec.structs.replace(ENTRIES[0], person=person)


@pytest.mark.parametrize(
    ("action", "fallback", "documents", "granted"),
    [
        ("HOLD", "INTERVIEW", (Document(type="passport", number="A1", issuer="ITA"),), ("HOLD", "INTERVIEW")),
        ("HOLD", "INTERVIEW", (Document(type="passport", number="A1"),), ("INTERVIEW", "INTERVIEW")),
        ("HOLD", "SEARCH", (), ("DISCREET_REPORT", "DISCREET_REPORT")),
        ("DISCREET_REPORT", "NONE", (), ("DISCREET_REPORT", "NONE")),
    ],
)
def test_no_coercion_without_a_strong_identifier(
    action: Action, fallback: Action, documents: tuple[Document, ...], granted: tuple[Action, Action]
) -> None:
    policy = msgspec.structs.replace(POLICY, action=action, fallback=fallback)
    assert ENTRIES[0].person is not None
    entry = person_entry(msgspec.structs.replace(ENTRIES[0].person, documents=documents))
    assert granted_action(entry, policy) == granted
    assert plan_import([entry], {}, policy=policy).publish == (entry,)


def test_an_entry_without_minimum_identity_only_refers_to_the_originator() -> None:
    entry = person_entry(Person(names=(Name(text="Ada Bell"),)))
    assert granted_action(entry, POLICY) == ("NONE", "NONE")
    assert plan_import([entry], {}, policy=POLICY).publish == (entry,)


def test_a_document_entry_becomes_a_document_notice() -> None:
    document = Document(type="passport", number="A1", issuer="ITA", status="stolen")
    entry = ImportedEntry(
        entry_id="D.1", kind="document", source=Source(list="x", entry_id="D.1"), line=1, document=document,
        material=Material(offence="stolen passports", decision_reference="D.1"),
    )  # fmt: skip
    policy = ImportPolicy(
        category="stolen-documents", legal_basis="Passport act", issuing_authority="Police of Italy"
    )
    notice, _ = to_notice(entry, policy, notice_id=NOTICE_ID, version=1, now_ms=0)
    assert isinstance(notice, DocumentNotice)
    assert notice.document == document
    assert granted_action(entry, policy) == ("DISCREET_REPORT", "NONE")


def test_what_changed_beside_a_plan_is_left_as_it_is() -> None:
    known = entries(count=4)
    first, second, third, fourth = (one.entry_id for one in known)
    planner = Planner(held(known[2:]), POLICY)
    planner.take(known[0])
    planner.refuse(Refusal(line=9, entry_id=second, field=WHOLE_ENTRY, reason="unreadable"))
    assert [planner.has(one) for one in (first, second, third)] == [True, True, False]
    planner.leave(0, first, "published meanwhile")
    planner.keep(third)
    assert (planner.count(Fate.PUBLISH), planner.refusals[-1].reason) == (0, "published meanwhile")
    assert [one.entry_id for one in planner.gone()] == [fourth]
