"""Trust policies: which ledgers count, and how many witnesses of which kind must have cosigned.

Knows:    the text form of C2SP tlog-policy.
Told:     policy bytes, and whose signatures verified.
Answers:  whether the quorum is met, or a checkpoint that met it.
Trusted:  yes: it decides what "confirmed by partners" means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from evenhand.ground.errors import InputError, LimitError, SignatureInvalidError, VerificationError
from evenhand.ground.limits import MEMBERS_MAX, NOTE_BYTES_MAX
from evenhand.ledger.checkpoint import Checkpoint, parse_checkpoint, parse_size
from evenhand.trust.note import COSIGNATURE, ED25519, ML_DSA_44, Verifier, open_note, parse_vkey

NONE: Final = "none"
_FORBIDDEN: Final = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_SPACES: Final = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Log:
    """A ledger whose checkpoints are accepted."""

    verifier: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by its name within the policy; its key is always a cosigner's."""

    name: str
    verifier: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Members (witnesses or earlier groups) of which `threshold` must agree."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy; groups refer only to earlier names. `quorum` is a name or `none`."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str


@dataclass
class _Reading:
    """A policy while it is read, line by line."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)

    def log(self, vkey: str, url: str = "") -> None:
        verifier = parse_vkey(vkey)
        _refuse_repeated_key(verifier, (one.verifier for one in self.logs))
        self.logs.append(Log(verifier, url))

    def witness(self, name: str, vkey: str, url: str = "") -> None:
        verifier = _cosigner(parse_vkey(vkey))
        _refuse_repeated_key(verifier, (one.verifier for one in self.witnesses))
        self._define(name)
        self.witnesses.append(Witness(name, verifier, url))

    def group(self, name: str, threshold: str, *members: str) -> None:
        for member in members:
            if member not in self.names:
                raise InputError("A group of a policy has a member that no earlier line defines.")
            if member in self.grouped:
                raise InputError("A policy lists a name twice as a group member.")
            self.grouped.add(member)
        keywords = {"all": len(members), "any": 1}
        needed = keywords[threshold] if threshold in keywords else parse_size(threshold)
        if not 1 <= needed <= len(members):
            raise InputError("A group of a policy needs between one and all of its members.")
        self._define(name)
        self.groups.append(Group(name, needed, members))

    def set_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise InputError("A policy has more than one quorum line.")
        if name != NONE and name not in self.names:
            raise InputError("The quorum of a policy is not defined on an earlier line.")
        self.quorum = name

    def _define(self, name: str) -> None:
        if name == NONE or name in self.names:
            raise InputError("A policy defines a name twice, or the name none.")
        if len(self.names) >= 2 * MEMBERS_MAX:
            raise LimitError("A policy has too many witnesses and groups.")
        self.names.add(name)


def _refuse_repeated_key(verifier: Verifier, others: Iterable[Verifier]) -> None:
    if any(verifier.public_key == other.public_key for other in others):
        raise InputError("A policy lists one public key twice.")


def _cosigner(verifier: Verifier) -> Verifier:
    """Read a plain Ed25519 key of a witness as the cosigner's key it stands for, as upstream tools do."""
    if verifier.algorithm == ED25519:
        return Verifier.of(verifier.name, COSIGNATURE, verifier.public_key)
    if verifier.algorithm not in {COSIGNATURE, ML_DSA_44}:
        raise InputError("A witness of a policy has a key that cannot cosign.")
    return verifier


def parse_policy(data: bytes) -> Policy:
    """Parse a policy (C2SP tlog-policy); InputError unless every line is understood."""
    if len(data) > NOTE_BYTES_MAX:
        raise LimitError("A policy is too long.")
    if _FORBIDDEN.search(data) or (data and not data.endswith(b"\n")):
        raise InputError("A policy holds a control character or an unfinished line.")
    reading = _Reading()
    forms: dict[str, tuple[Callable[..., None], int, int]] = {
        "log": (reading.log, 1, 2),
        "witness": (reading.witness, 2, 3),
        "group": (reading.group, 3, MEMBERS_MAX),
        "quorum": (reading.set_quorum, 1, 1),
    }
    # Octets above ASCII are opaque to a policy: surrogateescape keeps each as it came.
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        words = _SPACES.split(line.strip(" \t"))
        if words == [""] or words[0].startswith("#"):
            continue
        if words[0] not in forms:
            raise InputError("A policy has a line of unknown kind.")
        take, least, most = forms[words[0]]
        if not least <= len(words) - 1 <= most:
            raise InputError(f"A {words[0]} line of a policy has too few or too many words.")
        take(*words[1:])
    if reading.quorum is None:
        raise InputError("A policy has no quorum line.")
    return Policy(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


def print_policy(policy: Policy) -> bytes:
    """Print a policy in one normal form: logs, witnesses, groups, quorum; parsing gives it back."""
    lines = [f"log {one.verifier.vkey} {one.url}" for one in policy.logs]
    lines += [f"witness {one.name} {one.verifier.vkey} {one.url}" for one in policy.witnesses]
    lines += [f"group {one.name} {one.threshold} {' '.join(one.members)}" for one in policy.groups]
    lines.append(f"quorum {policy.quorum}")
    return "".join(line.rstrip(" ") + "\n" for line in lines).encode("utf-8", "surrogateescape")


def satisfied(policy: Policy, cosigner_keys: Iterable[bytes]) -> bool:
    """Say whether cosignatures that verified under these public keys meet the quorum."""
    keys = set(cosigner_keys)
    agreed = {one.name for one in policy.witnesses if one.verifier.public_key in keys}
    for group in policy.groups:
        if len(agreed.intersection(group.members)) >= group.threshold:
            agreed.add(group.name)
    return policy.quorum == NONE or policy.quorum in agreed


def open_under(policy: Policy, data: bytes) -> Checkpoint:
    """Verify a checkpoint under a policy: a listed log of its own origin signed, and the quorum cosigned.

    Raises InputError when it is no checkpoint, SignatureInvalidError when a signature is wrong or
    no log signed, VerificationError when the quorum is not met.
    """
    logs = {(one.verifier.name, one.verifier.key_id) for one in policy.logs}
    cosigners = {(one.verifier.name, one.verifier.key_id): one.verifier for one in policy.witnesses}
    opened = open_note(data, [one.verifier for one in policy.logs] + list(cosigners.values()))
    checkpoint = parse_checkpoint(opened.text)
    owners = {(one.name, one.key_id) for one in opened.verified}
    if not any(owner in logs and owner[0] == checkpoint.origin for owner in owners):
        raise SignatureInvalidError("No ledger of the policy signed a checkpoint of its own origin.")
    if not satisfied(policy, (cosigners[owner].public_key for owner in owners if owner in cosigners)):
        raise VerificationError("Too few witnesses have cosigned a checkpoint.")
    return checkpoint
