"""The fold: any order of arrival gives the same state, and each member speaks for itself alone."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ground.clock import format_ms
from evenhand.identity.person import Document, Name, Person, Place
from evenhand.notices.model import (
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
    encode_record,
)
from evenhand.watchlist.fold import Effects, Fold, Told
from tests.notices.officers import approval

NOW = 1_790_000_000_000
DAY = 86_400_000


def identity(number: int) -> str:
    return f"{number:032x}"


def person(number: int, version: int = 1, name: str = "Invented Person", **changes: Any) -> PersonNotice:
    return PersonNotice(
        notice_id=identity(number), version=version, category="terrorism", action=changes.pop("action", "HOLD"),
        valid_from=format_ms(NOW), review_by=format_ms(NOW + 50 * DAY), expires=format_ms(NOW + 100 * DAY),
        person=Person(names=(Name(text=f"{name} {version}"),)), **changes,
    )  # fmt: skip


def blank(number: int) -> DocumentNotice:
    return DocumentNotice(
        notice_id=identity(number), version=1, category="stolen_document", action="SEARCH",
        valid_from=format_ms(NOW), review_by=format_ms(NOW + 50 * DAY), expires=format_ms(NOW + 100 * DAY),
        document=Document(type="passport", number="U123", issuer="UTO", status="stolen"),
    )  # fmt: skip


def ref(number: int, originator: str = "ITA") -> NoticeRef:
    return NoticeRef(originator=originator, notice_id=identity(number))


def told(index: int, record: Record, originator: str = "ITA", *, detail: bool = True) -> Told:
    return Told(
        originator=originator,
        index=index,
        time_ms=NOW + index,
        record=record,
        text=encode_record(record),
        detail=detail,
    )


def folded(items: list[Told]) -> tuple[Fold, Effects]:
    fold, effects = Fold(), Effects()
    for item in items:
        fold.apply(item, effects)
    return fold, effects


def state(fold: Fold) -> dict[str, Any]:
    """Return the fold as plain values, sets in order, to be compared."""
    return {code: msgspec.to_builtins(ledger, order="deterministic") for code, ledger in fold.ledgers.items()}


RECORDS = st.one_of(
    st.builds(person, st.integers(0, 2), st.integers(1, 3)),
    st.builds(blank, st.integers(3, 4)),
    st.builds(lambda n: Retraction(notice_id=identity(n), reason="wrong"), st.integers(0, 3)),
    st.builds(
        lambda n, e: ErasureOrder(notice_id=identity(n), entries=(e,), reason_class="court"),
        st.integers(0, 2), st.integers(0, 9),
    ),
    st.builds(lambda n, x: Flag(notice=ref(n, "PHL"), action="NONE", reason="r", lifted=x),
        st.integers(0, 2), st.booleans()),
    st.builds(
        lambda r: Link(first=ref(0), second=ref(1, "PHL"), relation=r, reason="r"),
        st.sampled_from(["same_person", "not_same_person", "unlinked"]),
    ),
    st.builds(
        lambda n: Sighting(notice=ref(n), seen_at=format_ms(NOW), place=Place(country="UTO"), report="seen"),
        st.integers(0, 2)
    ),
    st.builds(
        lambda n, s: StatusChange(notice_id=identity(n), status=s, reason="r"),
        st.integers(0, 2), st.sampled_from(["SUSPENDED", "BLOCKED", "STANDING"]),
    ),
    st.builds(
        lambda n, v: StatusChange(notice_id=identity(n), status="SUSPENDED", reason="r", up_to=v),
        st.integers(0, 2), st.integers(1, 3),
    ),
    st.builds(
        lambda n, d: Outcome(
            request=identity(9), notice=ref(n), version=1, decision=d, reason="r", decided=approval("red", "REDRESS")
        ),
        st.integers(0, 2), st.sampled_from(["DELETE", "KEEP"]),
    ),
    st.builds(lambda n: MonthlyFigures(month=f"2026-0{n}", body="{}"), st.integers(1, 3)),
    st.builds(lambda n: Message(thread=identity(n), to="PHL", topic="a.b", body="{}"), st.integers(0, 2)),
    st.builds(
        lambda n, x: RedressNumber(
            number=identity(n), documents=(Document(type="passport", number="U1"),), cleared=(), revoked=x
        ),
        st.integers(5, 6), st.booleans(),
    ),
    st.builds(
        lambda n: Receipt(originator="PHL", index=n, act="withdrawn", done_at=format_ms(NOW)), st.integers(0, 2)
    ),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(RECORDS, max_size=9), st.lists(RECORDS, max_size=9), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_state(ita: list[Record], phl: list[Record], dice: Any) -> None:
    items = [told(i, record) for i, record in enumerate(ita)]
    items += [told(i, record, "PHL") for i, record in enumerate(phl)]
    shuffled = [*items, *items[:3]]  # some come twice
    dice.shuffle(shuffled)
    first, second = folded(items), folded(shuffled)
    assert state(first[0]) == state(second[0])
    assert first[1].changed == second[1].changed
    assert sorted(first[1].to_receipt) == sorted(second[1].to_receipt)
    assert set(first[1].erase) == set(second[1].erase)


def test_versions_follow_each_other_and_a_number_is_used_once() -> None:
    fold, _ = folded(
        [told(0, person(1)), told(1, person(1, 3)), told(2, person(1, 3, "Another")), told(3, person(1, 2))]
    )
    held = fold.notice(ref(1))
    assert held is not None
    assert [(one.number, one.index) for one in held.versions] == [(1, 0), (2, 3), (3, 1)]
    assert held.latest is not None
    assert held.latest.number == 3


def test_a_withdrawal_outruns_a_later_version() -> None:
    fold, effects = folded([told(1, Retraction(notice_id=identity(1), reason="wrong")), told(2, person(1, 2))])
    held = fold.notice(ref(1))
    assert held is not None
    assert held.retracted == (1, NOW + 1)
    assert effects.to_receipt == [("ITA", 1, "withdrawn")]


def test_an_erasure_empties_the_notice_and_reaches_back_only() -> None:
    order = ErasureOrder(notice_id=identity(1), entries=(0, 1, 9), reason_class="redress")
    said = [told(0, person(1)), told(1, person(1, 2)), told(5, order), told(5, order), told(6, person(1, 3))]
    fold, effects = folded(said)
    held = fold.notice(ref(1))
    assert held is not None
    assert (held.emptied, held.erased_ms) == ({0, 1}, NOW + 5), "whose entries they were outlives what they said"
    assert (held.erased, held.latest, held.retracted) == (True, None, (5, NOW + 5))
    assert effects.erase == [("ITA", 0), ("ITA", 1)] * 2, "once for each time the order was told"


def test_nobody_can_withdraw_anothers_notice() -> None:
    fold, _ = folded([told(0, person(1)), told(0, Retraction(notice_id=identity(1), reason="spite"), "PHL")])
    held = fold.notice(ref(1))
    assert held is not None
    assert held.retracted is None


def test_the_source_entry_is_remembered_for_the_next_import() -> None:
    fold, _ = folded([told(0, person(1, source=Source(list="un-sc", entry_id="e1")))])
    held = fold.notice(ref(1))
    assert held is not None
    assert held.latest is not None
    assert held.latest.source == ("un-sc", "e1")
    assert held.key == ref(1).key
    assert fold.notice(ref(2)) is None


def test_an_erased_word_about_a_number_leaves_the_word_before_it_in_any_order() -> None:
    def number(revoked: bool) -> RedressNumber:
        documents = (Document(type="passport", number="U1"),)
        return RedressNumber(number=identity(5), documents=documents, cleared=(), revoked=revoked)

    items = [
        told(0, number(False)), told(1, number(True)),
        told(2, ErasureOrder(notice_id=identity(0), entries=(1,), reason_class="court")),
    ]  # fmt: skip
    for order in permutations(items):
        ledger = folded(list(order))[0].ledger("ITA")
        index, said = ledger.numbers[identity(5)]
        assert (index, said.revoked) == (0, False)


def test_a_record_is_shown_by_its_place_and_not_by_what_it_says() -> None:
    assert repr(told(4, person(1))) == "Told(ITA/4)"
