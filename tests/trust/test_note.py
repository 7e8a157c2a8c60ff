"""A note is trusted by the rules of C2SP signed-note, and by nothing softer."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError, LimitError, SignatureInvalidError
from evenhand.trust import note
from evenhand.trust.note import Signature, SignedNote, Signer, Verifier

SIGNER = Signer("example.org/ledger", bytes(range(32)))
OTHER = Signer("example.org/other", bytes(32))
WANT = {
    "unverified": SignatureInvalidError,
    "invalid_signature": SignatureInvalidError,
    "malformed": InputError,
}

texts = st.text(st.characters(min_codepoint=0x20, codec="utf-8") | st.just("\n"), max_size=60).map(
    lambda body: body + "\n"
)
names = st.text(
    st.characters(min_codepoint=0x21, exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc")), min_size=1
)
signatures = st.builds(
    Signature,
    name=names.filter(lambda name: "+" not in name),
    key_id=st.binary(min_size=4, max_size=4),
    blob=st.binary(min_size=1, max_size=80),
)


def test_published_notes_open_or_fail_as_published(shared_data: Path) -> None:
    published = json.loads((shared_data / "vectors/tlog/note/signed_note.json").read_text())
    assert len(published["open"]) >= 13
    for case in published["open"]:
        data = bytes.fromhex(case["note_hex"]) if "note_hex" in case else case["note"].encode()
        verifiers = [note.parse_vkey(one) for one in case["vkeys"]]
        if case["want"] != "ok":
            with pytest.raises(WANT[case["want"]]):
                note.open_note(data, verifiers)
            continue
        opened = note.open_note(data, verifiers)
        assert opened.text == case["text"]
        assert [f"{one.name}+{one.key_id.hex()}" for one in opened.verified] == case["verified"]
        parsed = note.parse_note(data)
        assert note.print_note(parsed) == data
        assert len(parsed.signatures) == len(opened.verified) + len(opened.unverified)


def test_published_verifier_keys_parse_or_fail_as_published(shared_data: Path) -> None:
    published = json.loads((shared_data / "vectors/tlog/note/signed_note.json").read_text())
    for case in published["vkeys"]:
        if case["valid"]:
            assert note.parse_vkey(case["vkey"]).vkey == case["vkey"]
        else:
            with pytest.raises(InputError):
                note.parse_vkey(case["vkey"])


def test_the_published_signer_signs_the_published_bytes(shared_data: Path) -> None:
    case = json.loads((shared_data / "vectors/tlog/note/signed_note.json").read_text())["test_signer"]
    seed = base64.b64decode(case["skey"].split("+", 4)[4])[1:]
    signer = Signer("PeterNeumann", seed)
    assert signer.verifier.vkey == case["vkey"]
    assert note.sign_note(case["text"], signer) == case["note"].encode()


@given(text=texts, lines=st.lists(signatures, min_size=1, max_size=4))
def test_printing_and_parsing_are_inverse(text: str, lines: list[Signature]) -> None:
    made = SignedNote(text, tuple(lines))
    data = note.print_note(made)
    assert note.parse_note(data) == made
    assert note.print_note(note.parse_note(data)) == data


@given(data=st.binary(max_size=200) | texts.map(lambda text: (text + "\n\u2014 a YWFhYWFh\n").encode()))
def test_what_parses_prints_the_same_bytes(data: bytes) -> None:
    try:
        parsed = note.parse_note(data)
    except InputError:
        return
    assert note.print_note(parsed) == data


@given(text=texts, bit=st.integers(0, 10_000))
def test_any_flipped_bit_closes_the_note(text: str, bit: int) -> None:
    data = bytearray(note.sign_note(text, SIGNER))
    assert note.open_note(bytes(data), [SIGNER.verifier]).text == text
    bit %= len(data) * 8
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises((InputError, SignatureInvalidError)):
        note.open_note(bytes(data), [SIGNER.verifier])


def test_a_delete_character_is_allowed_in_a_text() -> None:
    data = note.sign_note("a\x7fb\n", SIGNER)
    assert note.open_note(data, [SIGNER.verifier]).text == "a\x7fb\n"


def test_a_hundred_signatures_are_read_and_one_more_is_not() -> None:
    data = note.sign_note("text\n", *[SIGNER] * 100)
    assert len(note.open_note(data, [SIGNER.verifier]).verified) == 1
    with pytest.raises(LimitError):
        note.parse_note(data + SIGNER.sign("text\n").encode())


def test_a_note_over_a_million_bytes_is_not_read() -> None:
    with pytest.raises(LimitError):
        note.parse_note(b"x" * 1_000_001)


def test_one_failing_signature_of_a_known_key_spoils_the_good_ones() -> None:
    good = note.parse_note(note.sign_note("text\n", SIGNER, OTHER))
    bad = Signature(OTHER.name, OTHER.verifier.key_id, bytes(64))
    data = note.print_note(SignedNote("text\n", (*good.signatures, bad)))
    assert len(note.open_note(data, [SIGNER.verifier]).verified) == 1
    with pytest.raises(SignatureInvalidError):
        note.open_note(data, [SIGNER.verifier, OTHER.verifier])


def test_two_keys_of_one_name_and_id_are_ambiguous() -> None:
    right = SIGNER.verifier
    twin = Verifier(right.name, right.key_id, right.algorithm, OTHER.verifier.public_key)
    data = note.sign_note("text\n", SIGNER)
    assert note.open_note(data, [right, right]).text == "text\n"
    with pytest.raises(InputError):
        note.open_note(data, [right, twin])


@pytest.mark.parametrize("text", ["", "no line feed", "control\x00\n", "a\n\n\u2014 x YWFhYWFh"])
def test_a_text_that_is_no_note_text_is_not_printed(text: str) -> None:
    with pytest.raises(InputError):
        note.sign_note(text, SIGNER)


@pytest.mark.parametrize(
    "line",
    [
        "- a YWFhYWFh\n",
        "\u2014 a\n",
        "\u2014 a b YWFhYWFh\n",
        "\u2014  YWFhYWFh\n",
        "\u2014 a+b YWFhYWFh\n",
        "\u2014 a\u00a0b YWFhYWFh\n",
        "\u2014 a YWFhYQ==\n",  # four bytes: a key id without a signature
        "\u2014 a YWFhYWF=\n",
        "\u2014 a YWFhYWG\n",
        "\u2014 a YWFhYWFhYR==\n",  # stray bits
        "\u2014 a \u00e9\u00e9\u00e9\u00e9\n",
    ],
)
def test_a_malformed_signature_line_is_refused(line: str) -> None:
    with pytest.raises(InputError):
        note.parse_signature_line(line)
