"""Heartbeats: the sender's own signed words, or nothing."""

from __future__ import annotations

import pytest

from evenhand.exchange.heartbeat import HeadStatement, Heartbeat, open_heartbeat, sign_heartbeat
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, SignatureInvalidError
from tests.exchange.ledger_of import KEYS, NOW, ROSTER

BEAT = Heartbeat(
    member="ITA",
    time=format_ms(NOW),
    roster=1,
    state="0" * 64,
    heads=(HeadStatement(ledger="PHL", size=3, root="r", express=(5,), missing=(1,)),),
    receipts=(("PHL", 2),),
)
VERIFIERS = {code: tuple(keys) for code, keys in ROSTER.signing_verifiers().items()}


def test_a_heartbeat_is_read_back() -> None:
    note = sign_heartbeat(BEAT, KEYS["ITA"].log_signer())
    assert open_heartbeat(note, "ITA", VERIFIERS["ITA"]) == BEAT


def test_a_heartbeat_in_anothers_name_is_refused() -> None:
    note = sign_heartbeat(BEAT, KEYS["PHL"].log_signer())
    with pytest.raises(SignatureInvalidError):
        open_heartbeat(note, "ITA", VERIFIERS["ITA"])
    with pytest.raises(SignatureInvalidError, match="was signed by PHL"):
        open_heartbeat(note, "PHL", VERIFIERS["PHL"])


def test_another_signed_note_is_no_heartbeat() -> None:
    signer = KEYS["ITA"].log_signer()
    text = "something else\n"
    with pytest.raises(InputError, match="not a heartbeat"):
        open_heartbeat((text + "\n" + signer.sign(text)).encode(), "ITA", VERIFIERS["ITA"])
