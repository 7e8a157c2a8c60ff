"""What is still to be told of findings S1: each state once, and nothing of what is deleted."""

from __future__ import annotations

from evenhand.casework.breaches import Breaches
from evenhand.casework.docket import Docket
from evenhand.casework.letters import Breach
from evenhand.oversight.findings import Finding, FindingState
from evenhand.oversight.world import World
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.screening.notice_events import PartiesChanged


def finding(state: FindingState = "OPEN", rule: str = "L-02", severity: str = "S1") -> Finding:
    return Finding(
        finding_id=f"{rule}:1", rule=rule, severity=severity, member="PHL", unit="", found="late", since_ms=1,  # type: ignore[arg-type]
        at_ms=2, answer_by_ms=2, evidence=("e",), state=state,
    )  # fmt: skip


def world() -> World:
    made = World()
    made.observe(PartiesChanged(event_id="p", at_ms=0, member="ITA", unit="", parties=("ITA", "PHL")))
    return made


def test_each_state_is_told_once_and_nothing_that_was_not_told_is_taken_back() -> None:
    breaches, docket, known = Breaches(), Docket("ITA", DEFAULT_POLICY), world()
    for one in (finding(rule="P-03"), finding(severity="S2"), finding("RETRACTED")):
        breaches.take(one)
    assert breaches.due("ITA", docket, known) == []
    breaches.take(finding())
    (letter,) = breaches.due("ITA", docket, known)
    assert (letter.recipient, letter.urgency) == ("PHL", "URGENT")
    assert isinstance(letter.content, Breach)
    assert [one.letter for one in breaches.due("ITA", docket, known)] == [letter.letter], "until it stands in the book"
    breaches.was_told(letter.content)
    assert breaches.due("ITA", docket, known) == []
    breaches.take(finding())
    assert not breaches.waiting
    breaches.take(finding("RETRACTED"))
    (back,) = breaches.due("ITA", docket, known)
    assert (back.urgency, back.letter != letter.letter) == ("ROUTINE", True)
    breaches.was_told(letter.content)
    assert breaches.waiting, "another state than the one that waits"
    breaches.forget(2)
    assert breaches.waiting
    breaches.forget(3)
    assert not breaches.waiting
    breaches.take(finding("RETRACTED"))
    assert not breaches.waiting, "nothing is left of what was told before"


def test_what_is_nobody_elses_business_waits_no_more() -> None:
    breaches, docket = Breaches(), Docket("PHL", DEFAULT_POLICY)
    breaches.take(finding())
    assert breaches.due("PHL", docket, world()) == []
    assert not breaches.waiting
    breaches.take(finding("EXCEPTED"))
    assert not breaches.waiting, "nobody was told, so nothing is taken back"
