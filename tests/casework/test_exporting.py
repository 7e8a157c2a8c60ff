"""An export verifies offline with one key, and any change of it does not; a sample can be drawn again."""

from __future__ import annotations

import msgspec
import pytest

from evenhand.casework.exporting import Export, make_export, print_export, verify_export
from evenhand.casework.sampling import What, draw
from evenhand.casework.verifying import payload_row
from evenhand.ground.errors import EvenhandError, NotFoundError
from evenhand.screening.events import PairCleared, Verified

from .post import NOTICE, SIGNER, WITNESS, Post


@pytest.fixture
def post() -> Post:
    made = Post()
    made.begin()
    made.confirm()
    made.hold()
    return made


def test_an_export_is_proved_by_the_members_key_alone(post: Post) -> None:
    data = print_export(make_export(post.book, [2, 5, 7]))
    verdict = verify_export(data, [SIGNER.verifier])
    assert verdict.good
    assert [one["index"] for one in verdict.entries] == [2, 5, 7]
    assert verdict.entries[0]["says"]["event"]["kind"] == "LegalBasisRegistered"
    with pytest.raises(EvenhandError):
        verify_export(data, [WITNESS.verifier])


def test_a_deleted_payload_is_still_proved_to_have_been_there(post: Post) -> None:
    post.store.apply({payload_row(5): None})
    verdict = verify_export(print_export(make_export(post.book, [5])), [SIGNER.verifier])
    assert verdict.good
    assert verdict.entries[0]["deleted"]


@pytest.mark.parametrize("field", ["leaf", "payload", "index"])
def test_a_changed_export_is_not_proved(post: Post, field: str) -> None:
    export = make_export(post.book, [5, 6])
    one, two = export.entries
    changed = msgspec.structs.replace(one, **{field: getattr(two, field)})
    verdict = verify_export(
        print_export(Export(checkpoint=export.checkpoint, entries=(changed, two))), [SIGNER.verifier]
    )
    assert not verdict.good
    assert len(verdict.problems) == 1


@pytest.mark.parametrize("what", ["all", "adverse", "negative", "open"])
def test_a_sample_is_drawn_again_by_its_seed(post: Post, what: What) -> None:
    for number in range(30):
        post.query(f"y{number}")
    post.do(Verified, encounter="y1", notice=NOTICE, outcome="NEGATIVE", officer="v1", second="v2", anyway=True)
    first = draw(post.office, what=what, count=5, seed="spring")
    assert first == draw(post.office, what=what, count=5, seed="spring")
    assert len(first.encounters) == min(5, first.among)
    post.do(PairCleared, encounter="y2", notice=NOTICE, person="q", basis="b", anyway=True)
    other = draw(post.office, what="all", count=31, seed="autumn")
    assert other.among == 31
    assert other.encounters != draw(post.office, what="all", count=31, seed="spring").encounters


def test_a_finding_is_named_by_its_beginning(post: Post) -> None:
    post.wait(600)
    overseer = post.office.overseer
    key = next(key for key in overseer.findings if key.startswith("C-03"))
    assert overseer.finding(key).rule == "C-03"
    with pytest.raises(NotFoundError):
        overseer.finding("")
    with pytest.raises(NotFoundError):
        overseer.finding("Z-99")
