"""The keyring: audience epoch keys handed to us in ledgers, and who else holds them.

Knows:    grants (audience, epoch, key, readers) by originator; how they are boxed to members.
Told:     `keys` parts of verified entries.
Answers:  the key for a sealed part or None, and who may be served it.
Trusted:  yes: holding a key here is what clearance means.

A `keys` part carries one box per roster member. Members who are not meant get a dummy of equal length, so
that the ledger does not tell who reads what.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import InputError
from evenhand.trust.sealing import BOX_OVERHEAD_BYTES, open_box, seal_box

EPOCH_KEY_BYTES: Final = 32
AUDIENCE_BYTES: Final = 16
_BOX_STEP_BYTES: Final = 1024
_CONTEXT: Final = b"evenhand/keys/v1/"


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One epoch key of one audience, and its readers.

    `label` and `sealed_to` (a digest of the readers' sealing keys) are told to the originator's own box only.
    """

    audience: str
    epoch: int
    key: str
    readers: tuple[str, ...]
    label: str = ""
    sealed_to: str = ""


class _Grants(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    grants: tuple[Grant, ...]
    padding: str = ""


class _KeyPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal[1] = 1
    boxes: dict[str, str]


_PART: Final[Codec[_KeyPart]] = Codec(_KeyPart)
_GRANTS: Final[Codec[_Grants]] = Codec(_Grants)

AudienceKey = tuple[str, str, int]
"""(originator, audience, epoch)."""


def print_keys(
    grants: Mapping[str, Iterable[Grant]], *, originator: str, sealing_keys: Mapping[str, bytes],
    entropy: Callable[[int], bytes],
) -> bytes:  # fmt: skip
    """Box grants to members. `sealing_keys` names every roster member; those without grants get dummies."""
    plain = {code: _GRANTS.encode(_Grants(grants=tuple(given))) for code, given in grants.items()}
    size = max(len(text) for text in plain.values())
    size = -(-size // _BOX_STEP_BYTES) * _BOX_STEP_BYTES
    boxes = {}
    for code, public_key in sorted(sealing_keys.items()):
        if code in plain:
            given = _Grants(grants=tuple(grants[code]), padding="." * (size - len(plain[code])))
            box = seal_box(_GRANTS.encode(given), public_key=public_key, context=_context(originator, code))
        else:
            box = entropy(size + BOX_OVERHEAD_BYTES)
        boxes[code] = b64encode(box).decode("ascii")
    return _PART.encode(_KeyPart(boxes=boxes))


@lru_cache(maxsize=64)
def _boxes(part: bytes) -> Mapping[str, str]:
    """Read a `keys` part. Cached by content: one comes ahead of its turn and in it, and anew at a replay."""
    return _PART.decode(part).boxes


def _is_key(text: str) -> bool:
    try:
        return len(b64decode(text, validate=True)) == EPOCH_KEY_BYTES
    except ValueError:
        return False


def _context(originator: str, code: str) -> bytes:
    return _CONTEXT + f"{originator}/{code}".encode()


class Keyring:
    """All epoch keys this member was given, its own included; `secrets` are its sealing keys, newest first."""

    def __init__(self, member: str, *secrets: bytes) -> None:
        self._member = member
        self._secrets = secrets
        self._keys: dict[AudienceKey, bytes] = {}
        self._readers: dict[AudienceKey, frozenset[str]] = {}
        self._labels: dict[AudienceKey, tuple[str, str]] = {}

    def take(self, originator: str, part: bytes) -> list[Grant]:
        """Open what a `keys` part of `originator` holds for us. Raises InputError on a malformed part."""
        box = _boxes(part).get(self._member)
        if box is None:
            return []
        try:
            sealed = b64decode(box, validate=True)
        except ValueError as error:
            raise InputError("a key box is not base64") from error
        context = _context(originator, self._member)
        opened = (open_box(sealed, secret=secret, context=context) for secret in self._secrets)
        text = next((one for one in opened if one is not None), None)
        if text is None:
            return []
        grants = list(_GRANTS.decode(text).grants)
        if not all(_is_key(grant.key) for grant in grants):
            raise InputError("a granted key is not 32 bytes of base64")
        for grant in grants:
            self.put(originator, grant)
        return grants

    def put(self, originator: str, grant: Grant) -> None:
        """Hold a grant; a later one for the same epoch widens its readers."""
        name = (originator, grant.audience, grant.epoch)
        self._keys[name] = b64decode(grant.key)
        self._readers[name] = self._readers.get(name, frozenset()) | frozenset(grant.readers)
        self._labels[name] = grant.label, grant.sealed_to

    def key(self, name: AudienceKey) -> bytes | None:
        """Return an epoch key, or None: not released to us."""
        return self._keys.get(name)

    def may_read(self, reader: str, name: AudienceKey) -> bool:
        """Say whether `reader` holds this epoch key too, as far as we know."""
        return reader in self._readers.get(name, frozenset())

    def grants(self, originator: str) -> list[Grant]:
        """Return every grant held from one originator, oldest epoch first."""
        return [
            Grant(audience=audience, epoch=epoch, key=b64encode(key).decode("ascii"),
                  readers=tuple(sorted(self._readers[source, audience, epoch])),
                  label=self._labels[source, audience, epoch][0],
                  sealed_to=self._labels[source, audience, epoch][1])
            for (source, audience, epoch), key in sorted(self._keys.items())
            if source == originator
        ]  # fmt: skip

    def dump(self) -> list[tuple[str, Grant]]:
        """Return everything, for a snapshot."""
        return [
            (source, grant)
            for source in sorted({name[0] for name in self._keys})
            for grant in self.grants(source)
        ]

    def load(self, held: Iterable[tuple[str, Grant]]) -> None:
        """Put back a dump."""
        for originator, grant in held:
            self.put(originator, grant)
