"""The room `notice`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.client.requests import Call, call


class PassOn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which notice, to whom, and why; `anyway`: it was passed on although the marking forbids it."""

    officer: str = ""
    unit: str = ""
    notice: str
    recipient: str
    reach: Literal["CARRIER", "DOMESTIC", "MEMBER", "PUBLIC"] = "DOMESTIC"
    reason: str = ""
    anyway: bool = False


class PassedOn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was recorded; `against` says why it may not have been, and is empty where it might."""

    notice: str
    recipient: str
    against: str


class StandRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice of ours and why it is suspended, or stands again."""

    notice: str
    reason: str


class Stands(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The entry that says so."""

    key: str
    status: str
    entry: int


def notice_pass_on(body: PassOn, *, once: str = "") -> Call[PassedOn]:
    """Record that data of a notice is passed on."""
    return call("POST", "/v1/operations/notice.pass-on", PassedOn, body=body, once=once)


def notice_restore(body: StandRequest, *, once: str = "") -> Call[Stands]:
    """Let a suspended notice of ours stand again."""
    return call("POST", "/v1/operations/notice.restore", Stands, body=body, once=once)


def notice_suspend(body: StandRequest, *, once: str = "") -> Call[Stands]:
    """Suspend a notice of ours: it stops no one until it is restored."""
    return call("POST", "/v1/operations/notice.suspend", Stands, body=body, once=once)
