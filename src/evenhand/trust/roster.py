"""The roster: who is a member, by which keys, decided by how many.

Knows:    members, keys, thresholds, versions, expiry; C2SP signed notes.
Told:     signed roster documents, by anyone.
Answers:  the one chain of rosters that follows from a pinned genesis, or a refusal that says why.
Trusted:  yes: every other signature is judged by the keys named here.

The ideas are those of TUF's root role: each version is signed by a threshold of the version before and by
a threshold of itself, names its predecessor's hash, and expires. A ledger key is valid from an entry
index on, so old entries stay verifiable after a rotation and an old key can sign nothing new.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError, NotFoundError, RollbackError, SignatureInvalidError
from evenhand.ground.limits import MEMBERS_MAX, ROSTER_BYTES_MAX
from evenhand.trust.codes import check_member_code
from evenhand.trust.keys import MemberKeys, ledger_origin, public_keys
from evenhand.trust.note import OpenedNote, open_note, parse_note, print_note
from evenhand.trust.note_keys import Signer, Verifier, parse_vkey

_TITLE: Final = "evenhand/roster/v1\n"
_PARAMETER: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
PARAMETER_MAX: Final = 2**53 - 1
"""JSON numbers are exact up to here (RFC 8785)."""


class LogKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ledger key in C2SP vkey form, valid for entries from index `first` on."""

    vkey: str
    first: int = 0


class FinalHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a member's ledger ends for the coalition: nothing at or after index `size` is accepted."""

    size: int
    root: str


class RosterMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One member: its code (ICAO 9303), keys, addresses and standing."""

    code: str
    name: str
    logs: tuple[LogKey, ...]
    witness: str
    sealing: str
    certificate: str
    urls: tuple[str, ...] = ()
    status: Literal["active", "suspended", "expelled"] = "active"
    final: FinalHead | None = None

    def __post_init__(self) -> None:
        """Check code, keys and standing. Raises InputError."""
        check_member_code(self.code)
        if not self.logs or self.logs[0].first != 0:
            raise InputError(f"member {self.code} needs a ledger key from entry 0 on")
        if any(
            later.first <= earlier.first for earlier, later in zip(self.logs, self.logs[1:], strict=False)
        ):
            raise InputError(f"the ledger keys of {self.code} are out of order")
        if (self.status == "active") is not (self.final is None):
            raise InputError(f"member {self.code}: exactly suspended and expelled members have a final head")


class Roster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One version of the coalition."""

    format: Literal[1] = 1
    coalition: str
    version: int
    previous: str | None
    issued: str
    expires: str
    threshold: int
    members: tuple[RosterMember, ...]
    charter: dict[str, int] | msgspec.UnsetType = msgspec.UNSET
    """Parameters of the procedure that the coalition sets otherwise than their defaults; rooms above name them."""

    def __post_init__(self) -> None:
        """Check order, uniqueness and threshold. Raises InputError."""
        codes = [member.code for member in self.members]
        if codes != sorted(set(codes)):
            raise InputError("roster members must be unique and in code order")
        active = sum(member.status == "active" for member in self.members)
        if len(codes) > MEMBERS_MAX or not 1 <= self.threshold <= max(active, 1):
            raise InputError("a roster's threshold must lie between 1 and its active members")
        if parse_ms(self.issued) >= parse_ms(self.expires):
            raise InputError("a roster must expire after it was issued")
        for name, value in self.parameters.items():
            if not _PARAMETER.fullmatch(name) or not 1 <= value <= PARAMETER_MAX:
                raise InputError(f"a charter cannot set {name[:40]!r} to {value}")
        if (self.version == 1) is not (self.previous is None) or self.version < 1:
            raise InputError("version 1 and only version 1 has no predecessor")

    @property
    def parameters(self) -> dict[str, int]:
        """What the charter sets; empty where everything has its default."""
        return {} if self.charter is msgspec.UNSET else self.charter

    @cached_property
    def by_code(self) -> dict[str, RosterMember]:
        """Members by code."""
        return {member.code: member for member in self.members}

    @cached_property
    def active_codes(self) -> tuple[str, ...]:
        """Codes of active members, sorted."""
        return tuple(member.code for member in self.members if member.status == "active")

    @cached_property
    def by_certificate(self) -> dict[str, str]:
        """Transport certificate (base64 DER) to member code."""
        return {member.certificate: member.code for member in self.members}

    @cached_property
    def _verifiers(self) -> dict[str, Verifier]:
        keys = [key.vkey for member in self.members for key in member.logs]
        return {text: parse_vkey(text) for text in (*keys, *(member.witness for member in self.members))}

    def member(self, code: str) -> RosterMember:
        """Return a member. Raises NotFoundError."""
        found = self.by_code.get(code)
        if found is None:
            raise NotFoundError(
                f"{code[:10]} is not in roster version {self.version}", remedy="see `evenhand roster show`"
            )
        return found

    def code_in(self, text: str) -> str:
        """Return the code of the member, in whatever standing, that a text names in letters of any case; else "".

        No member ever leaves a roster (`_check_history`): whoever was expelled is still known by its code.
        """
        code = unicodedata.normalize("NFKC", text).strip().casefold().upper()
        return code if code in self.by_code else ""

    def is_active(self, code: str) -> bool:
        """Say whether a member may read and publish."""
        found = self.by_code.get(code)
        return found is not None and found.status == "active"

    def origin(self, code: str) -> str:
        """Return the checkpoint origin of a member's ledger."""
        return ledger_origin(self.coalition, code)

    def entry_verifier(self, code: str, index: int) -> Verifier:
        """Return the key that must have signed entry `index`."""
        keys = [key for key in self.member(code).logs if key.first <= index]
        return self._verifiers[keys[-1].vkey]

    def checkpoint_verifiers(self, code: str, size: int) -> list[Verifier]:
        """Return the keys that may have signed a checkpoint of `size`: both, at the size of a rotation."""
        logs = self.member(code).logs
        if len(logs) == 1:
            return [self._verifiers[logs[0].vkey]]
        last = [*(key.first for key in logs[1:]), None]
        return [
            self._verifiers[key.vkey]
            for key, end in zip(logs, last, strict=True)
            if key.first <= size and (end is None or size <= end)
        ]

    def witness_verifier(self, code: str) -> Verifier:
        """Return a member's cosigning key."""
        return self._verifiers[self.member(code).witness]

    def signing_verifiers(self) -> dict[str, list[Verifier]]:
        """Return the current ledger key of every active member: those who may sign the next roster."""
        return self._signing

    @cached_property
    def _signing(self) -> dict[str, list[Verifier]]:
        return {
            member.code: [self._verifiers[member.logs[-1].vkey]]
            for member in self.members
            if member.status == "active"
        }


_CODEC: Final[Codec[Roster]] = Codec(Roster)


def card(keys: MemberKeys, *, name: str, urls: tuple[str, ...]) -> RosterMember:
    """Return what a member shows the others so that they can admit it."""
    log, witness, sealing = public_keys(keys)
    return RosterMember(
        code=keys.member, name=name, logs=(LogKey(vkey=log),), witness=witness, sealing=sealing,
        certificate=keys.certificate, urls=urls,
    )  # fmt: skip


_CARD: Final[Codec[RosterMember]] = Codec(RosterMember)


def print_card(member: RosterMember) -> bytes:
    """Print a member card as canonical JSON."""
    return _CARD.encode(member)


def parse_card(data: bytes) -> RosterMember:
    """Read a member card. Raises InputError."""
    return _CARD.decode(data)


def roster_text(roster: Roster) -> str:
    """Return the text members sign."""
    return _TITLE + _CODEC.encode(roster).decode("utf-8") + "\n"


def roster_hash(roster: Roster) -> str:
    """Return the hash by which the next version, and whoever pins a genesis, names this one."""
    return hashlib.sha256(roster_text(roster).encode("utf-8")).hexdigest()


def sign_roster(roster: Roster, signers: Iterable[Signer]) -> bytes:
    """Return a signed roster document."""
    text = roster_text(roster)
    lines = "".join(signer.sign(text) for signer in signers)
    return (text + "\n" + lines).encode("utf-8")


def add_signature(document: bytes, signer: Signer) -> bytes:
    """Return the document with one more signature. Raises InputError."""
    note = parse_note(document)
    read_roster(document)
    return print_note(note) + signer.sign(note.text).encode("utf-8")


def read_roster(document: bytes) -> Roster:
    """Read a roster document without judging its signatures. Raises InputError."""
    if len(document) > ROSTER_BYTES_MAX:
        raise InputError(f"a roster of {len(document)} bytes", why=f"the limit is {ROSTER_BYTES_MAX}")
    text = parse_note(document).text
    if not text.startswith(_TITLE):
        raise InputError("not a roster document")
    return _CODEC.decode(text[len(_TITLE) : -1].encode("utf-8"))


def _count_signers(document: bytes, judges: Roster) -> int:
    groups = judges.signing_verifiers()
    opened: OpenedNote = open_note(document, [key for keys in groups.values() for key in keys])
    good = {(signature.name, signature.key_id) for signature in opened.verified}
    return sum(any((key.name, key.key_id) in good for key in keys) for keys in groups.values())


def _require(document: bytes, judges: Roster) -> None:
    count = _count_signers(document, judges)
    if count < judges.threshold:
        raise SignatureInvalidError(
            f"the roster carries {count} of {judges.threshold} signatures needed",
            remedy="pass it to more members for `evenhand roster sign`",
        )


def open_genesis(document: bytes, *, pinned_hash: str) -> Roster:
    """Accept a genesis document whose hash was agreed out of band.

    Raises SignatureInvalidError, InputError, or RollbackError when the hash is another's.
    """
    roster = read_roster(document)
    if roster.version != 1 or roster_hash(roster) != pinned_hash:
        raise RollbackError(
            "this is not the genesis roster that was agreed",
            why=f"its hash is {roster_hash(roster)}, pinned is {pinned_hash}",
            remedy="compare the hash with another member by telephone",
        )
    _require(document, roster)
    return roster


def open_next(document: bytes, current: Roster) -> Roster:
    """Accept the successor of `current`. Raises RollbackError, SignatureInvalidError or InputError."""
    roster = read_roster(document)
    if roster.version <= current.version:
        raise RollbackError(f"roster version {roster.version} offered, {current.version} is in force")
    if roster.version != current.version + 1 or roster.previous != roster_hash(current):
        raise RollbackError(
            f"roster version {roster.version} does not follow version {current.version}",
            remedy="fetch the versions between them first",
        )
    if roster.coalition != current.coalition:
        raise InputError("a roster cannot change the coalition's name")
    _check_history(current, roster)
    _require(document, current)
    _require(document, roster)
    return roster


def _check_history(current: Roster, following: Roster) -> None:
    """Keep what may never change: no member vanishes, no past key is rewritten, no end is moved."""
    for member in current.members:
        later = following.by_code.get(member.code)
        if later is None:
            raise InputError(
                f"member {member.code} vanished", remedy="expel it: its history must stay verifiable"
            )
        if later.logs[: len(member.logs)] != member.logs:
            raise InputError(f"the past ledger keys of {member.code} were rewritten")
        if member.status == "expelled" and (later.status, later.final) != (member.status, member.final):
            raise InputError(f"member {member.code} was expelled and may only return under a new code")
