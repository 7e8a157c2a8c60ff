"""Every promise that the simulation checks is broken once on purpose: a check that cannot fail says nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

import msgspec
import pytest

from evenhand.exchange import mirror
from evenhand.exchange.feed import FeedDesk
from evenhand.exchange.ledgers import Ledgers
from evenhand.matching.contract import Answer
from evenhand.node import answering, member, narrowing, publishing
from evenhand.node.answering import Found, standing_candidates
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing, Publisher
from evenhand.trust import ed25519
from evenhand.trust.roster import Roster
from evenhand.trust.sealing import seal_part
from evenhand.watchlist import fold
from evenhand.watchlist.fold import Fold
from evenhand.watchlist.release import AudienceBook
from evenhand.watchlist.replay import Watchlist
from evenhand.watchlist.view import View
from tests.world.campaign import live
from tests.world.invariants import RULES

Sabotage = Callable[[pytest.MonkeyPatch], None]
_SEEDS = range(60)
_MEMBERS = 7


def _replace(place: object, name: str, by: object) -> Sabotage:
    return lambda patch: patch.setattr(place, name, by)


def _nothing(*_: object, **__: object) -> None:
    return None


def _view_that_keeps_the_expelled(patch: pytest.MonkeyPatch) -> None:
    rosters: dict[int, Roster] = {}

    def view(held: Fold, roster: Roster, code: str) -> View:
        if roster.version not in rosters:
            members = (msgspec.structs.replace(one, status="active", final=None) for one in roster.members)
            rosters[roster.version] = msgspec.structs.replace(roster, members=tuple(members))
        return View(held, rosters[roster.version], code)

    patch.setattr(member, "View", view)


def _answers_in_a_members_own_order(patch: pytest.MonkeyPatch) -> None:
    def standing(found: Answer, view: View, at_ms: int) -> tuple[Found, ...]:
        candidates = standing_candidates(found, view, at_ms)
        return candidates if view._member < "AAD" else candidates[::-1]

    patch.setattr(answering, "standing_candidates", standing)


def _sealing_that_adds_the_text(patch: pytest.MonkeyPatch) -> None:
    def seal(text: bytes, *, key: bytes, nonce: bytes, salt: bytes, bound_to: bytes) -> bytes:
        sealed = seal_part(text, key=key, nonce=nonce, salt=salt, bound_to=bound_to)
        return sealed[: len(sealed) // 2] + text

    patch.setattr(publishing, "seal_part", seal)


def _book_that_finds_no_key_after_a_change(patch: pytest.MonkeyPatch) -> None:
    current = AudienceBook.current

    def never_again(book: AudienceBook, label: str, roster: Roster) -> tuple[str, int, bytes] | None:
        return current(book, label, roster) if roster.version == 1 else None

    patch.setattr(AudienceBook, "current", never_again)


def _receipts_that_are_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Member, "_send_receipts", lambda self: self.watchlist.pending_receipts.clear())


def _words_that_overtake_and_are_heeded_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Outgoing, "urgency", property(lambda one: "immediate" if one.detail is None else "routine"))
    patch.setattr(Watchlist, "_must_wait", lambda *_: False)


BREAKS: dict[str, Sabotage] = {
    "nobody_is_stuck": _replace(Publisher, "is_behind", True),
    "nothing_acknowledged_is_lost": _replace(Publisher, "refusal", _nothing),
    "nothing_uncleared_is_readable": _replace(FeedDesk, "may_have", lambda *_: True),
    "nothing_is_in_the_open": _sealing_that_adds_the_text,
    "everyone_converged": _replace(FeedDesk, "parts_for", lambda *_: []),
    "equal_views_answer_alike": _answers_in_a_members_own_order,
    "equivocation_is_proved": _replace(Ledgers, "_check_claims", _nothing),
    "nobody_is_convicted_wrongly": _replace(Publisher, "refusal", _nothing),
    "withdrawn_matches_nowhere": _replace(fold, "_withdraw", _nothing),
    "erased_is_gone": _replace(Watchlist, "_settle", lambda *_: {}),
    "everything_held_is_signed": _replace(ed25519, "verify_cached", lambda *_: True),
    "nothing_comes_in_after_an_end": _replace(mirror, "_admit", _nothing),
    "the_expelled_get_nothing": _replace(FeedDesk, "check_reader", _nothing),
    "the_expelled_stop_nobody": _view_that_keeps_the_expelled,
    "every_receipt_is_there": _receipts_that_are_dropped,
    "nothing_vanishes_by_anothers_version": _words_that_overtake_and_are_heeded_at_once,
    "whoever_holds_a_notice_holds_how_it_stands": _replace(narrowing, "_told_with", lambda *_: ([], [])),
    "last_word": _book_that_finds_no_key_after_a_change,
}


def test_every_promise_is_broken_here() -> None:
    assert set(BREAKS) == {rule.__name__ for rule in RULES} | {"last_word"}


@pytest.mark.parametrize("promise", sorted(BREAKS))
def test_a_broken_promise_is_noticed(promise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BREAKS[promise](monkeypatch)
    lives = chain.from_iterable(live(seed, _MEMBERS).violations for seed in _SEEDS)
    assert any(f": {promise}: " in sentence for sentence in lives), f"{promise} cannot fail"
