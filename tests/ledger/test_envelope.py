"""Envelopes: signed bytes, exact form, and the parts they announce."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError, LimitError, SignatureInvalidError
from evenhand.ledger.envelope import (
    Envelope,
    PartHeader,
    check_part,
    hash_text,
    open_leaf,
    parse_leaf,
    print_leaf,
)
from evenhand.trust.note_keys import Signer

SIGNER = Signer("shield.example/ITA", bytes(range(32)))
KEY = SIGNER.verifier


def header(sealed: bytes = b"x" * 512, name: str = "match") -> PartHeader:
    return PartHeader(
        name=name,  # type: ignore[arg-type]
        sha256=hash_text(hashlib.sha256(sealed).digest()), bytes=len(sealed),
        commitment=hash_text(bytes(32)), audience="A" * 24, epoch=1,
    )  # fmt: skip


def envelope(index: int = 0, parts: int = 1) -> Envelope:
    names = ("match", "detail", "keys", "match", "detail")[:parts]
    return Envelope(
        originator="ITA", index=index, time="2026-01-01T00:00:00.000Z", urgency="routine",
        parts=tuple(header(name=name) for name in names),
    )  # fmt: skip


def leaf(index: int = 0, parts: int = 1) -> bytes:
    return print_leaf(envelope(index, parts), seed=SIGNER.seed, key_id=KEY.key_id)


def test_a_leaf_opens_at_its_place_with_its_key() -> None:
    assert open_leaf(leaf(5), originator="ITA", index=5, verifier=KEY) == envelope(5)


@pytest.mark.parametrize(("originator", "index"), [("PHL", 5), ("ITA", 4)])
def test_a_leaf_at_another_place_is_refused(originator: str, index: int) -> None:
    with pytest.raises(InputError, match="says it is"):
        open_leaf(leaf(5), originator=originator, index=index, verifier=KEY)


def test_a_leaf_signed_by_another_key_is_refused() -> None:
    other = Signer("shield.example/ITA", bytes(32)).verifier
    with pytest.raises(SignatureInvalidError):
        open_leaf(leaf(), originator="ITA", index=0, verifier=other)


def test_a_covered_leaf_must_still_name_the_key() -> None:
    other = Signer("shield.example/ITA", bytes(32)).verifier
    assert open_leaf(leaf(), originator="ITA", index=0, verifier=KEY, is_covered=True) == envelope(0)
    with pytest.raises(SignatureInvalidError):
        open_leaf(leaf(), originator="ITA", index=0, verifier=other, is_covered=True)


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    printed = bytearray(leaf())
    at = data.draw(st.integers(0, len(printed) - 1))
    printed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((InputError, SignatureInvalidError)):
        open_leaf(bytes(printed), originator="ITA", index=0, verifier=KEY)


@pytest.mark.parametrize("change", [(b'"envelope":', b'"envelope": '), (b'"format":1', b'"format":1 ')])
def test_a_changed_space_is_refused_not_normalised(change: tuple[bytes, bytes]) -> None:
    with pytest.raises((InputError, SignatureInvalidError)):
        open_leaf(leaf().replace(*change), originator="ITA", index=0, verifier=KEY)


@pytest.mark.parametrize("count", [0, 5])
def test_an_envelope_has_one_to_four_parts(count: int) -> None:
    with pytest.raises(InputError, match="canonical"):
        parse_leaf(leaf(parts=count))


def test_an_entry_over_the_tile_limit_is_refused() -> None:
    long = Envelope(originator="ITA", index=0, time="t" * 70_000, urgency="routine", parts=(header(),))
    with pytest.raises(LimitError):
        print_leaf(long, seed=SIGNER.seed, key_id=KEY.key_id)


def test_a_part_is_the_announced_one_or_not() -> None:
    assert check_part(header(), b"x" * 512)
    assert not check_part(header(), b"x" * 511)
    assert not check_part(header(), b"y" * 512)
