"""Policy, ladder, cleared pairs and the events' own form."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.ground.errors import InputError
from evenhand.identity.person import Document, Name, Person
from evenhand.notices.model import DocumentNotice, PersonNotice
from evenhand.screening.cleared import ClearedPair, ClearedPairs, Evidence, identity_basis, is_same_person
from evenhand.screening.clocks import DAY_MS, DEFAULT_POLICY, SOURCES, Policy, protection_within_ms, stale_after_ms
from evenhand.screening.events import CandidateOpened, QueryMade
from evenhand.screening.ladder import Circumstances, ceiling, is_stale, lower_of
from evenhand.screening.notice_events import decode_event, encode_event

WHEN = "2026-01-01T00:00:00.000Z"
N = "PHL:" + "0" * 32


def test_every_parameter_has_a_source_and_is_positive() -> None:
    assert set(SOURCES) == set(Policy.__struct_fields__)
    assert all(name.rpartition("_")[2] in {"ms", "count", "permille"} for name in SOURCES)
    with pytest.raises(InputError):
        Policy(judge_ms=0)
    for wrong in ({"protection_terrorism_ms": DEFAULT_POLICY.contact_terrorism_ms},
                  {"protection_ms": DEFAULT_POLICY.contact_ms}):  # fmt: skip
        with pytest.raises(InputError, match="protection") as refused:
            Policy(**wrong)
        assert refused.value.why == "rule C-01"
    assert protection_within_ms(DEFAULT_POLICY, terrorism=True) < protection_within_ms(DEFAULT_POLICY, terrorism=False)
    assert stale_after_ms(DEFAULT_POLICY, offline=True) > stale_after_ms(DEFAULT_POLICY, offline=False)


def test_events_print_back_the_same() -> None:
    event = QueryMade(event_id="e", at_ms=1, member="ITA", unit="u", categories=("terrorism",))
    assert decode_event(encode_event(event)) == event
    for wrong in (b"{}", b"\xff", encode_event(event) + b" "):
        with pytest.raises(InputError):
            decode_event(wrong)
    given: dict[str, Any] = {"event_id": "e", "at_ms": 1, "member": "ITA", "unit": "u"}
    wrong_fields: tuple[dict[str, Any], ...] = ({"event_id": ""}, {"member": ""}, {"at_ms": -1})
    for fields in wrong_fields:
        with pytest.raises(InputError):
            CandidateOpened(**(given | fields))


@pytest.mark.parametrize(
    ("fields", "action"),
    [({}, "ARREST"), ({"flag": "SEARCH"}, "SEARCH"), ({"flag": "ARREST"}, "ARREST"),
      ({"protected": True}, "INTERVIEW"), ({"annulled": True}, "NONE"),
     ({"blocked": True}, "NONE"), ({"misused": True}, "NONE"), ({"view_age_ms": DAY_MS}, "ARREST"),
     ({"view_age_ms": DAY_MS + 1, "flag": "INTERVIEW"}, "DISCREET_REPORT")],
)  # fmt: skip
def test_the_lowest_ceiling_counts(fields: dict[str, Any], action: str) -> None:
    found = ceiling(Circumstances(requested="ARREST", **fields), DEFAULT_POLICY)
    assert found.action == action
    assert found.because


def test_the_ladder_goes_down() -> None:
    assert lower_of("HOLD", None) == "HOLD"
    assert lower_of("HOLD", "INTERVIEW") == "INTERVIEW"
    assert lower_of("NO_BOARD", "REFUSE_ENTRY") == "NO_BOARD"
    assert is_stale(DEFAULT_POLICY.stale_online_ms + 1, DEFAULT_POLICY)
    assert not is_stale(DEFAULT_POLICY.stale_online_ms, DEFAULT_POLICY)


def notice(name: str = "Ada Bell", **fields: Any) -> PersonNotice:
    given: dict[str, Any] = {"notice_id": "0" * 32, "version": 1, "category": "c", "action": "HOLD",
                             "valid_from": WHEN, "review_by": WHEN, "expires": WHEN}  # fmt: skip
    return PersonNotice(**(given | fields), person=Person(names=(Name(text=name),)))


def pair(basis: str, **fields: Any) -> ClearedPair:
    given: dict[str, Any] = {"notice": N, "basis": basis, "evidence": Evidence(person="q", document="d"),
                             "cleared_ms": 1, "encounter": "x"}  # fmt: skip
    return ClearedPair(**(given | fields))


def test_pairs_older_than_their_records_are_forgotten() -> None:
    pairs = ClearedPairs()
    for at_ms in (1, 5):
        pairs.add(pair("b", evidence=Evidence(person=f"p{at_ms}"), cleared_ms=at_ms))
    pairs.forget_before(5)
    assert pairs.suppresses(N, "b", Evidence(person="p1")) is None
    assert pairs.suppresses(N, "b", Evidence(person="p5")) is not None
    pairs.forget_before(6)
    assert len(pairs) == 0


def test_a_pair_lapses_with_the_identity_and_with_nothing_else() -> None:
    basis = identity_basis(notice())
    assert identity_basis(notice(version=2, action="ARREST", category="d")) == basis
    assert identity_basis(notice("Ada Bells")) != basis
    document = DocumentNotice(notice_id="0" * 32, version=1, category="c", action="HOLD", valid_from=WHEN,
                              review_by=WHEN, expires=WHEN,
                              document=Document(type="passport", number="A1"))  # fmt: skip
    assert identity_basis(document) != basis
    pairs = ClearedPairs()
    pairs.add(pair(basis))
    pairs.add(pair(basis))
    assert len(pairs) == 1
    shown = Evidence(person="q", document="d")
    assert pairs.suppresses(N, basis, shown) == pair(basis)
    assert pairs.suppresses(N, "other", shown) is None
    assert pairs.suppresses(N, basis, Evidence(person="z")) is None
    assert pairs.suppresses("FRA:" + "1" * 32, basis, shown) is None
    assert pairs.lapse(N, basis) == ()
    assert pairs.lapse(N, "other") == (pair(basis),)
    assert pairs.suppresses(N, basis, shown) is None
    pairs.add(pair(basis))
    assert pairs.forget(N) == (pair(basis),)
    assert pairs.forget(N) == ()


@pytest.mark.parametrize(
    ("held", "shown", "same"),
    [
        (Evidence(person="q"), Evidence(person="q", document="any"), True),
        (Evidence(person="q", document="d"), Evidence(person="q", document="e"), False),
        (Evidence(person="q", redress_number="7"), Evidence(person="elsewhere", redress_number="7"), True),
        (Evidence(person="q", redress_number="7"), Evidence(person="z", redress_number="8"), False),
    ],
)
def test_who_is_the_same(held: Evidence, shown: Evidence, same: bool) -> None:
    assert is_same_person(held, shown) is same
