"""A decision book that somebody touched does not verify, whatever was touched."""

from __future__ import annotations

import pytest

from evenhand.casework.book import CODE, DecisionBook
from evenhand.casework.records import LookRecord, commit, decode_decision, encode_decision, parse_leaf, print_leaf
from evenhand.casework.verifying import payload_row, verify_book
from evenhand.ground.errors import CorruptionError
from evenhand.ground.store import MemoryStore
from evenhand.ledger.log import entry_row
from evenhand.ledger.proof import verify_proof
from evenhand.trust.note_keys import Signer

from .post import KEYS, ORIGIN, SIGNER, START, Post, entropy


@pytest.fixture
def post() -> Post:
    made = Post()
    made.begin()
    made.confirm()
    made.witness()
    made.hold()
    return made


def kinds(post: Post) -> set[str]:
    verdict = post.verify()
    assert verdict.good is (not verdict.problems)
    return {problem.kind for problem in verdict.problems}


def test_an_untouched_book_verifies(post: Post) -> None:
    verdict = post.verify()
    assert verdict.good, verdict.problems
    assert verdict.checked == verdict.size == post.book.size
    assert verdict.seals == 1
    assert 0 < verdict.witnessed < verdict.size


def test_every_changed_payload_is_found(post: Post) -> None:
    for index in range(post.book.size):
        row = payload_row(index)
        before = post.store.get(row)
        post.store.apply({row: before[:-1] + bytes([before[-1] ^ 1])})
        verdict = post.verify()
        assert [(one.kind, one.entry) for one in verdict.problems] == [("HASH", index)]
        post.store.apply({row: before})
    assert post.verify().good


def test_every_dropped_payload_is_found(post: Post) -> None:
    for index in range(post.book.size):
        row = payload_row(index)
        before = post.store.get(row)
        post.store.apply({row: None})
        assert [(one.kind, one.entry) for one in post.verify().problems] == [("DROPPED", index)]
        post.store.apply({row: before})


def test_a_dropped_entry_is_a_gap(post: Post) -> None:
    post.store.apply({entry_row(CODE, 3): None})
    assert "GAP" in kinds(post)


def test_a_changed_clock_is_found(post: Post) -> None:
    for index in range(post.book.size):
        row = entry_row(CODE, index)
        before = post.store.get(row)
        leaf = parse_leaf(before)
        salt, text = (data := post.store.get(payload_row(index)))[:32], data[32:]
        post.store.apply({row: print_leaf(leaf.at_ms - 1000, leaf.keeping, commit(salt, text))})
        assert "HASH" in kinds(post), index
        post.store.apply({row: before})


def rewritten(post: Post, *, shift_ms: int = 0, leave_out: int = -1) -> Post:
    """A whole new history over the same keys: what only witnesses can contradict."""
    other = Post(MemoryStore(), post.clock.now_ms())
    book = DecisionBook(MemoryStore(), SIGNER, entropy())
    for entry in post.book.entries():
        if entry.index != leave_out:
            assert entry.decision is not None
            book.append([(entry.decision, entry.leaf.keeping)], entry.leaf.at_ms + shift_ms)
    for size, note in post.book.seals():
        book.seal(size, note, post.clock.now_ms())
    book.sign()
    other.book = book
    return other


def test_a_history_written_anew_does_not_fit_what_a_partner_cosigned(post: Post) -> None:
    assert "HASH" in kinds(rewritten(post, shift_ms=-1000))
    assert {"HASH"} <= kinds(rewritten(post, leave_out=2))


def test_a_history_moved_in_time_contradicts_the_witness_clock() -> None:
    post = Post()
    post.begin()
    post.clock.advance(ms=-3_600_000)
    post.witness()  # the partner's clock says an hour earlier than the entries
    assert "CLOCK" in kinds(post)


def test_a_clock_set_back_is_found(post: Post) -> None:
    post.clock.advance(ms=-600_000)
    look = LookRecord(at_ms=post.clock.now_ms(), officer="o1", role="officer", what="notice.show")
    post.book.append([(look, "log")], post.clock.now_ms())
    post.clock.advance(ms=600_000)
    assert "CLOCK" in kinds(post)


def test_a_checkpoint_by_another_key_is_found(post: Post) -> None:
    stranger = DecisionBook(post.store, Signer(ORIGIN, b"\x07" * 32), entropy())
    stranger.sign()
    assert "CHECKPOINT" in kinds(Post(post.store, post.clock.now_ms()))


def test_a_witnessed_size_that_is_not_held_is_a_gap(post: Post) -> None:
    (size, note), *_ = post.book.seals()
    short = DecisionBook(MemoryStore(), SIGNER, entropy())
    short.seal(size, note, START)
    verdict = verify_book(short, KEYS, now_ms=post.clock.now_ms())
    assert {one.kind for one in verdict.problems} == {"GAP"}


def test_a_cosignature_by_nobody_we_know_counts_for_nothing(post: Post) -> None:
    size, note = post.book.seals()[0]
    post.book.seal(size, note.split(b"\n\xe2\x80\x94 c.example/PHL")[0] + b"\n", post.clock.now_ms())
    assert kinds(post) == {"WITNESS"}


def test_an_entry_is_proved_to_anyone(post: Post) -> None:
    (leaf,) = post.book.log.entries(4, 5)
    checkpoint = verify_proof(post.book.proof(4), leaf, [SIGNER.verifier], origin=ORIGIN)
    assert checkpoint.size == post.book.size


def test_what_does_not_print_back_is_damage() -> None:
    with pytest.raises(CorruptionError):
        parse_leaf(b"{}")
    leaf = print_leaf(1, "log", b"\x00" * 32)
    with pytest.raises(CorruptionError):
        parse_leaf(leaf.replace(b'{"at', b'{ "at'))
    with pytest.raises(CorruptionError):
        decode_decision(b"[]")
    record = LookRecord(at_ms=1, officer="o", role="r", what="w")
    assert decode_decision(encode_decision(record)) == record
