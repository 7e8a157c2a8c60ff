"""What was done against the procedure still starts and ends a person's clocks, and opens no door."""

from __future__ import annotations

from typing import Any

from evenhand.screening.admitted import admit
from evenhand.screening.encounter import Encounter, is_in_custody
from evenhand.screening.events import ActionAuthorised, ActionEnded, ActionTaken, CustodyStep, QueryMade

from .post import CHARTER, Post

BASE: dict[str, Any] = {"event_id": "z", "member": "ITA", "unit": "u1", "officer": "o1", "encounter": "x1"}


def started() -> Encounter:
    post = Post()
    post.query()
    post.show()
    assert post.state is not None
    return post.state


def after(state: Encounter, kind: Any, minutes: int = 1, **fields: Any) -> Encounter:
    answer = admit(state, kind(at_ms=state.last_ms + minutes * 60_000, **(BASE | fields)), CHARTER)
    assert answer is not None
    return answer.state


def test_a_query_without_its_reasons_was_still_made() -> None:
    answer = admit(None, QueryMade(at_ms=5, person="q", **BASE), CHARTER)
    assert answer is not None
    assert answer.state.stage == "QUERIED"
    assert admit(None, ActionEnded(at_ms=5, **BASE), CHARTER) is None


def test_an_unlawful_hold_has_clocks_from_its_first_minute() -> None:
    held = after(started(), ActionTaken, action="HOLD")
    assert is_in_custody(held)
    arrested = after(after(held, CustodyStep, act="REASONS"), ActionTaken, action="ARREST", child=True)
    assert arrested.action_ms == held.action_ms
    assert arrested.custody == {"REASONS"}
    assert arrested.child
    assert not is_in_custody(after(arrested, ActionEnded, how="RELEASED"))


def test_an_unlawful_authorisation_authorises_nothing() -> None:
    state = started()
    told = after(state, ActionAuthorised, action="HOLD")
    assert told.authorised is None
    assert told.last_ms > state.last_ms
