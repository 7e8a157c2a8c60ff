"""The office records before it answers, misses no deadline, and does nothing twice, whatever crashes."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.casework.letters import (
    Arrived,
    Hit,
    Letter,
    Reply,
    awaits_reader,
    parse_letter,
    print_letter,
)
from evenhand.casework.office import Told
from evenhand.casework.records import (
    EventRecord,
    FactRecord,
    LetterRecord,
    LetterStep,
    LookRecord,
    OverdueRecord,
    PairRecord,
)
from evenhand.ground.errors import InputError, RefusedError, StoreError
from evenhand.ground.store import Batch, MemoryStore
from evenhand.screening.cleared import ClearedPair, Evidence
from evenhand.screening.encounter import is_in_custody
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    CandidateOpened,
    CustodyStep,
    LiveChecked,
    Movement,
    QueryMade,
    Verified,
)
from evenhand.screening.notice_events import LegalBasisRegistered, NoticePublished, NoticeStatusChanged

from .post import BOTH, HOLD, NOTICE, START, Post


def overdue(post: Post) -> list[OverdueRecord]:
    return [one.decision for one in post.book.entries() if isinstance(one.decision, OverdueRecord)]


def test_a_lawful_hold_leaves_no_finding() -> None:
    post = Post()
    post.begin()
    post.confirm()
    post.hold()
    assert is_in_custody(post.office.docket.states["x1"])
    for act in ("REASONS", "LANGUAGE", "LAWYER_NOTICE", "CONSULAR_OFFER"):
        post.do(CustodyStep, act=act)
    post.wait(30)
    assert post.found() == []
    assert post.verify().good


def test_a_refusal_names_rule_and_remedy_and_records_nothing() -> None:
    post = Post()
    post.begin()
    before = post.book.size
    with pytest.raises(RefusedError) as refused:
        post.do(ActionTaken, action="HOLD")
    assert refused.value.why == "rule V-01"
    assert refused.value.remedy
    assert post.book.size == before


def test_what_could_not_be_read_again_is_refused_and_the_office_starts_again() -> None:
    post = Post()
    post.begin()
    before = post.book.size
    with pytest.raises(InputError, match="nothing was done") as refused:
        post.do(Movement, what="ENTRY", person="q1", encounter="")
    assert "ENTRY" in (refused.value.why or "")
    base: dict[str, Any] = {"event_id": "e", "at_ms": START, "member": "ITA", "unit": "u1", "officer": "o1"}
    stray = Told(event=Movement(**base, what="EXIT", person="q1"))  # type: ignore[arg-type]
    with pytest.raises(InputError):
        post.office.later([stray])
    assert (post.office.waiting, post.book.size) == ([], before)
    post.open()
    assert post.verify().good


def test_what_was_done_anyway_is_recorded_found_and_starts_the_clocks() -> None:
    post = Post()
    post.begin()
    post.do(CandidateOpened)
    post.do(Verified, notice=NOTICE, outcome="POSITIVE", compared=BOTH, officer="v1", second="v2")
    post.ask()
    with pytest.raises(RefusedError, match="cannot authorise"):
        post.do(ActionAuthorised, action="HOLD", legal_basis="law", proportionality="p", officer="v1")
    post.do(ActionAuthorised, anyway=True, action="HOLD", legal_basis="law", proportionality="p", officer="v1")
    post.do(ActionTaken, anyway=True, action="HOLD")
    assert is_in_custody(post.office.docket.states["x1"])
    assert "A-02" in post.found()
    post.wait(70)
    assert {"A-02", "A-03", "C-02"} <= set(post.found())
    done = [one.decision.against for one in post.book.entries() if isinstance(one.decision, EventRecord)]
    assert "A-02" in done
    post.do(ActionEnded, anyway=True, how="RELEASED")
    post.do(CustodyStep, anyway=True, act="REASONS")
    assert not is_in_custody(post.office.docket.states["x1"])


def test_a_missed_deadline_shows_when_its_instant_passed_and_once() -> None:
    post = Post()
    post.begin()
    due = post.office.next_due_ms
    assert due == START + post.office.policy.open_candidate_ms
    post.clock.advance(ms=due - post.clock.now_ms())
    post.office.tick(post.clock.now_ms())
    assert overdue(post) == []
    post.clock.advance(ms=1)
    for _ in range(3):
        post.office.tick(post.clock.now_ms())
    assert [one.act for one in overdue(post)] == ["OPEN_CANDIDATE"]
    assert post.found() == ["C-01"]
    size = post.book.size
    for _ in range(3):
        post.open()
    assert post.book.size == size
    assert post.found() == ["C-01"]


def test_a_deadline_that_passed_while_the_node_was_down_is_found_at_start() -> None:
    post = Post()
    post.begin()
    post.clock.advance(seconds=3600)
    post.open()
    assert [one.act for one in overdue(post)] == ["OPEN_CANDIDATE"]
    assert post.found() == ["C-01"]


class Torn(MemoryStore):
    """A store that dies at the n-th write: before it is durable, or after."""

    def __init__(self, after: bool) -> None:
        super().__init__()
        self.left, self._after = 10**9, after

    def apply(self, batch: Batch) -> None:
        self.left -= 1
        if self.left == 0 and self._after:
            super().apply(batch)
        if self.left <= 0:
            raise StoreError("the disk is gone")
        super().apply(batch)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("write", [1, 2, 3])
def test_no_duty_is_lost_or_done_twice_when_a_write_dies(after: bool, write: int) -> None:
    post = Post(Torn(after))
    post.begin()
    hit = Hit(version=1, outcome="POSITIVE", compared=BOTH, held=True, reason="border")
    letter = Letter(letter="m9", sender="ITA", recipient="PHL", encounter="x1", notice=NOTICE, urgency="FLASH",
                    content=hit)  # fmt: skip
    post.office.write([(LetterRecord(letter=letter, outgoing=True, at_ms=post.clock.now_ms()), "case")], START)
    post.store.left = write
    try:
        post.wait(20)
        post.wait(20)
    except StoreError:
        pass
    post.store.left = 10**9
    post.open()
    post.wait(1)
    assert [one.act for one in overdue(post)] == ["OPEN_CANDIDATE"]
    assert post.found().count("C-01") == 1
    assert len([one for one in post.office.mailroom.kept if one == "m9-reminder"]) == 1
    steps = [one.decision for one in post.book.entries() if isinstance(one.decision, LetterStep)]
    assert [one.act for one in steps] == ["ESCALATED"]
    assert post.verify().good


def test_events_taken_twice_count_once() -> None:
    post = Post()
    post.begin()
    post.do(CandidateOpened)
    size = post.book.size
    again = post.office.events("x1")
    post.office.take([Told(event=event) for event in again], post.clock.now_ms())  # type: ignore[arg-type]
    assert post.book.size == size


def test_a_law_that_changed_since_does_not_undo_what_was_lawful() -> None:
    post = Post()
    post.begin()
    event = QueryMade(event_id="odd", at_ms=START, member="ITA", unit="u", officer="nobody", encounter="x7")
    post.book.append([(EventRecord(event=event), "log")], START)
    step = LiveChecked(event_id="odd2", at_ms=START, member="ITA", unit="u", encounter="x8", notice=NOTICE, version=1,
                       status="PUBLISHED")  # fmt: skip
    post.book.append([(EventRecord(event=step), "log")], START)
    post.do(LegalBasisRegistered, member="PHL", action="HOLD", legal_basis="theirs", encounter="")
    post.open()
    assert post.office.docket.states["x7"].stage == "QUERIED"
    assert "x8" not in post.office.docket.states
    assert all(member == "ITA" for member, _, _ in post.office.docket.charter.legal_bases)


def test_pairs_facts_and_letters_are_there_after_a_start() -> None:
    post = Post()
    pair = ClearedPair(notice=NOTICE, basis="b", evidence=Evidence(person="q1"), cleared_ms=START, encounter="x1")
    look = LookRecord(at_ms=START, officer="o1", role="officer", what="person.query")
    incoming = Letter(letter="m1", sender="PHL", recipient="ITA", encounter="y", notice=NOTICE, urgency="URGENT",
                      content=Hit(version=1, outcome="POSITIVE", compared=(), held=False, reason="r"))  # fmt: skip
    reply = Letter(letter="m2", sender="ITA", recipient="PHL", encounter="y", notice=NOTICE,
                   content=Reply(to_letter="m1", answer="CONFIRM", version=1, officer="l1"))  # fmt: skip
    receipt = Letter(letter="m3", sender="PHL", recipient="ITA", encounter="y", notice=NOTICE,
                     content=Arrived(to_letter="m2"))  # fmt: skip
    post.office.write([(PairRecord(pair=pair), "case"), (look, "log")], START)
    post.office.write([(LetterRecord(letter=incoming, outgoing=False, at_ms=START), "case")], START)
    post.open()
    assert post.office.pairs.suppresses(NOTICE, "b", Evidence(person="q1")) == pair
    assert [kept.letter.letter for kept in post.office.mailroom.unread()] == ["m1"]
    post.wait(6)
    assert post.office.mailroom.unread()[0].escalated
    read = LetterStep(letter="m1", act="READ", at_ms=START, officer="l1")
    post.office.write([(read, "case"), (LetterStep(letter="?", act="READ", at_ms=START), "case")], START)
    post.office.write([(LetterRecord(letter=reply, outgoing=True, at_ms=START), "case")], START)
    post.office.write([(LetterRecord(letter=receipt, outgoing=False, at_ms=START), "case")], START)
    assert post.office.mailroom.unread() == []
    assert post.office.mailroom.kept["m1"].answered
    assert set(post.office.mailroom.to_send) == {"m2"}
    post.office.mailroom.was_sent("m2")
    assert not post.office.mailroom.to_send
    assert not awaits_reader(receipt)
    assert parse_letter(print_letter(reply)) == reply
    with pytest.raises(InputError):
        parse_letter(b"{}")


def test_a_fact_is_known_to_the_rules_and_not_judged() -> None:
    post = Post()
    published = NoticePublished(
        event_id="n", at_ms=START, member="PHL", unit="", notice=NOTICE, version=1, action="HOLD", fallback="NONE",
        category="terrorism", review_by_ms=2**50, expires_ms=2**50, text="t",
    )  # fmt: skip
    gone = NoticeStatusChanged(event_id="g", at_ms=START, member="PHL", unit="", notice=NOTICE, status="WITHDRAWN")
    post.office.write([(FactRecord(event=published), "case"), (FactRecord(event=gone), "case")], START)
    assert post.found() == []
    post.begin()
    assert post.found() == ["V-04"]
    assert post.office.docket.concerned() == {NOTICE: ["x1"]}
    assert HOLD.notice == NOTICE


def test_a_persons_encounters_are_found_until_they_are_over_or_forgotten() -> None:
    post = Post()
    post.begin()
    docket = post.office.docket
    (state,) = docket.of_person("q1")
    assert state is docket.states["x1"]
    assert docket.of_person("nobody") == []
    post.open()
    assert [one.encounter for one in post.office.docket.of_person("q1")] == ["x1"], "a start finds them again"
    post.office.docket.forget(["x1", "never there"])
    assert post.office.docket.of_person("q1") == []


def test_every_clock_that_ran_out_is_a_finding_of_its_own() -> None:
    post = Post()
    post.begin()
    post.wait(6)
    post.do(CandidateOpened)
    post.wait(16)
    late = [one.found for one in post.office.overseer.findings.values() if one.rule == "C-01"]
    assert late == ["overdue: open candidate", "overdue: verify"], "one does not stand for the other"
    post.open()
    assert len(post.office.overseer.findings) == len(late)


def test_what_a_rule_found_is_not_found_again_by_the_clock() -> None:
    post = Post()
    post.begin()
    post.confirm()
    post.hold()
    post.wait(2 * 60)
    found = [one for one in post.office.overseer.findings.values() if one.rule in {"A-05", "C-03"}]
    assert found
    assert all(one.severity != "S3" for one in found)
    post.do(ActionEnded, how="RELEASED")
    post.wait(31 * 24 * 60)
    late = {one.found for one in post.office.overseer.findings.values() if one.severity == "S3"}
    assert "overdue: close" in late, "the rule that names it found the report, and nobody closed"
