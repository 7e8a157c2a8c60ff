"""What is due is deleted, in the files too; what was deleted early or kept too long is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.casework.book import DecisionBook
from evenhand.casework.records import DeletionRecord, LookRecord, TermsRecord
from evenhand.casework.retention import DecisionStore, delete_due, finish_deletions
from evenhand.casework.verifying import payload_row
from evenhand.ground.errors import StoreError
from evenhand.screening.cleared import Evidence
from evenhand.screening.clocks import DAY_MS

from .post import Post, entropy

NAME = "Filippa Immaginaria"


def fill(post: Post, count: int = 300) -> None:
    for number in range(count):
        terms = TermsRecord(encounter=f"x{number}", digest="d", terms=f'{{"names":["{NAME} {number}"]}}',
                            evidence=Evidence(person="q"))  # fmt: skip
        look = LookRecord(at_ms=post.clock.now_ms(), officer="o1", role="officer", what="person.query")
        post.book.append([(terms, "screened"), (look, "log")], post.clock.now_ms())


@pytest.fixture
def post(tmp_path: Path) -> Post:
    made = Post(DecisionStore(tmp_path / "decisions.sqlite"))
    made.dice = entropy()
    return made


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_is_deleted_is_in_no_file(post: Post, tmp_path: Path) -> None:
    fill(post)
    assert NAME.encode() in bytes_in(tmp_path)
    post.clock.advance(ms=DAY_MS + 1)
    done = delete_due(post.book, now_ms=post.clock.now_ms(), folder=tmp_path)
    assert done.deleted == {"screened": 300}
    assert done.needles == 300
    assert sum(one.before for one in done.searched) >= 300, "the search can find what is there"
    assert done.is_gone
    assert NAME.encode() not in bytes_in(tmp_path)
    verdict = post.verify()
    assert verdict.good, verdict.problems
    assert verdict.deleted == 300
    post.store.close()


def test_without_a_proof_the_bytes_are_gone_as_well(post: Post, tmp_path: Path) -> None:
    fill(post, 50)
    post.clock.advance(ms=DAY_MS + 1)
    assert delete_due(post.book, now_ms=post.clock.now_ms()).searched == ()
    assert NAME.encode() not in bytes_in(tmp_path)
    assert delete_due(post.book, now_ms=post.clock.now_ms()).deleted == {}
    post.store.close()


def test_what_is_not_due_stays() -> None:
    post = Post()
    fill(post, 3)
    post.clock.advance(ms=DAY_MS - 1)
    assert delete_due(post.book, now_ms=post.clock.now_ms()).deleted == {}
    assert post.verify().deleted == 0


def test_what_was_deleted_early_is_found_even_with_a_record() -> None:
    post = Post()
    fill(post, 1)
    record = DeletionRecord(keeping="screened", before_ms=post.clock.now_ms() + 1, through=1, count=1,
                            at_ms=post.clock.now_ms())  # fmt: skip
    post.book.append([(record, "lasting")], post.clock.now_ms())
    post.store.apply({payload_row(0): None})
    assert [problem.kind for problem in post.verify().problems] == ["DROPPED"]


def test_what_is_kept_too_long_is_found() -> None:
    post = Post()
    fill(post, 1)
    post.clock.advance(ms=3 * DAY_MS)
    assert [problem.kind for problem in post.verify().problems] == ["KEPT"]


def test_a_deletion_that_a_crash_interrupted_is_finished_at_the_next_start() -> None:
    post = Post()
    fill(post, 5)
    post.clock.advance(ms=DAY_MS + 1)
    now = post.clock.now_ms()
    record = DeletionRecord(keeping="screened", before_ms=now - DAY_MS, through=9, count=5, at_ms=now)
    post.book.append([(record, "lasting")], now)
    assert post.book.payload(0) is not None
    post.open()
    assert [post.book.payload(index) for index in range(0, 10, 2)] == [None] * 5
    assert post.verify().good
    assert finish_deletions(post.book, [record]) == {"screened": 9}
    fill(post, 1)
    post.clock.advance(ms=DAY_MS // 2)
    fill(post, 1)
    post.clock.advance(ms=DAY_MS // 2 + 1)
    assert post.office.delete_due(post.clock.now_ms()).deleted == {"screened": 1}
    post.clock.advance(ms=DAY_MS)
    assert post.office.delete_due(post.clock.now_ms()).deleted == {"screened": 1}
    assert post.office.delete_due(post.clock.now_ms()).deleted == {}


def test_a_store_that_cannot_be_rewritten_says_so(tmp_path: Path) -> None:
    store = DecisionStore(tmp_path / "d.sqlite")
    book = DecisionBook(store, Post().book.signer, entropy())
    assert book.size == 0
    store._db.execute("BEGIN")
    with pytest.raises(StoreError):
        store.rewrite()
    store._db.execute("ROLLBACK")
    store.close()
