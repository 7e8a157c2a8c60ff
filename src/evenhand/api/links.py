"""Links for clients that can send no header: an address that carries a narrow, short-lived right of its own.

Knows:    for which key, data set, purpose and time an address was made, by a code only this node can compute.
Told:     a program's key asks for one; a client comes by one.
Answers:  the address; whose it is, and for what.
Trusted:  yes. An address opens reconciliation and nothing else, and ends with its time or its key. Addresses end
          up in histories and logs of proxies: no key is in one, and none can be got from one. See ADR 0066.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

import msgspec

from evenhand.api.problems import HttpError
from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_LINK_CHARACTERS_MAX, API_LINK_HOURS_MAX
from evenhand.node.people.accounts import Caller, MachineKey
from evenhand.node.site import Site

_TITLE: Final = b"evenhand/reconciliation-link/v1\n"
_HOUR_MS: Final = 3_600_000


class LinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which data set, and for how many hours; the purpose is the request's."""

    dataset: str = "evenhand"
    hours: int = 12


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An address to enter in OpenRefine as a reconciliation service. It ends at `until`, or with its key."""

    url: str
    until: str


class Right(msgspec.Struct, frozen=True, array_like=True):
    """What a link is for."""

    machine: str
    until_ms: int
    dataset: str
    purpose: str
    legal_basis: str
    reference: str

    @property
    def headers(self) -> dict[str, str]:
        """What the request would have said in its headers."""
        said = {"evenhand-purpose": self.purpose, "evenhand-legal-basis": self.legal_basis,
                "evenhand-reference": self.reference}  # fmt: skip
        return {name: value for name, value in said.items() if value}


def make_link(site: Site, caller: Caller, right: Right) -> str:
    """Return the part of an address that proves a right. Raises HttpError (403) for a caller who is no program."""
    row = site.people.registry.get(MachineKey, caller.who)
    if not caller.is_machine or row is None:
        raise HttpError(
            403, "links are made with a program's key", code="forbidden", why="a link ends when its key is ended",
            remedy="have a key made for it with `evenhand people key`",
        )  # fmt: skip
    text = canonical_bytes(right)
    return f"{_plain(text)}.{_plain(_code(site, row, text))}"


def until_of(hours: int, now_ms: int) -> int:
    """Return when a link of so many hours ends. Raises InputError."""
    if not 1 <= hours <= API_LINK_HOURS_MAX:
        raise InputError(f"a link lasts 1 to {API_LINK_HOURS_MAX} hours")
    return now_ms + hours * _HOUR_MS


def read_link(site: Site, values: Mapping[str, str]) -> tuple[Right, MachineKey]:
    """Return what a link is for, and the key it stands under. Raises HttpError (401)."""
    head, _, tail = values.get("link", "")[:API_LINK_CHARACTERS_MAX].partition(".")
    try:
        text, code = (urlsafe_b64decode(one.encode("ascii") + b"=" * (-len(one) % 4)) for one in (head, tail))
        right = msgspec.json.decode(text, type=Right)
    except (ValueError, *UNREADABLE):
        raise _unknown() from None
    row = site.people.registry.get(MachineKey, right.machine)
    now_ms = site.member.clock.now_ms()
    if (
        row is None or not hmac.compare_digest(code, _code(site, row, text)) or right.dataset != values.get("dataset")
        or now_ms >= min(right.until_ms, row.until_ms)
    ):  # fmt: skip
        raise _unknown()
    return right, row


def link_answer(url: str, right: Right) -> Link:
    """Return a link as it is told."""
    return Link(url=url, until=format_ms(right.until_ms))


def _code(site: Site, row: MachineKey, text: bytes) -> bytes:
    """Return the code of a right; it rests on the key's hash, so that a new key's links are others."""
    said = _TITLE + row.token_hash.encode("ascii") + b"\n" + text
    return hmac.digest(site.member.keys.storage_key, said, "sha256")


def _plain(data: bytes) -> str:
    return urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _unknown() -> HttpError:
    return HttpError(
        401, "this link is not known here, or has ended",
        remedy="make a new one with POST /v1/reconciliation/links and a key of `evenhand people key`",
        headers={"WWW-Authenticate": 'Bearer realm="evenhand"'},
    )  # fmt: skip
