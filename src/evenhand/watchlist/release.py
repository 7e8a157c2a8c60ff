"""Release: which audience a part is sealed to, and who could read it, with reasons, before it is sent.

Knows:    audiences of this member by label, their epochs and readers; the roster.
Told:     labels (`all`, or member codes), and roster changes.
Answers:  the audience and epoch to seal to, the grants to issue first, and who can see and why not.
Trusted:  yes: releasability is decided here and nowhere else.

An audience keeps its opaque id; whoever leaves it (expelled, suspended) opens a new epoch, whoever joins
`all` is granted its earlier epochs, so that a new member gets the same picture. A reader with a new sealing
key is both: the old key leaves, the new one joins.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass

from evenhand.ground.errors import RefusedError
from evenhand.trust.roster import Roster
from evenhand.watchlist.keyring import AUDIENCE_BYTES, EPOCH_KEY_BYTES, Grant

ALL = "all"


@dataclass(frozen=True)
class Reader:
    """One member and whether it could read, with the reason in words."""

    code: str
    reads: bool
    reason: str


def parse_label(text: str, roster: Roster, own: str) -> str:
    """Return the canonical label for `all` or codes separated by commas. Raises RefusedError."""
    if text.strip().lower() == ALL:
        return ALL
    named = {part.strip().upper() for part in text.split(",") if part.strip()}
    if not named:
        raise RefusedError(
            "the audience is empty", why="nobody else would ever read it",
            remedy=f"write `all`, codes separated by commas, or `{own}` if it is for this member alone",
        )  # fmt: skip
    codes = sorted(named | {own})
    for code in codes:
        if not roster.is_active(code):
            known = roster.by_code.get(code)
            raise RefusedError(
                f"{code} cannot be in an audience",
                why="it is not in the roster" if known is None else f"it is {known.status}",
                remedy="leave it out, or see `evenhand roster show`",
            )
    return ",".join(codes)


def readers_of(label: str, roster: Roster) -> frozenset[str]:
    """Return the active members a label means under a roster."""
    codes = roster.active_codes if label == ALL else label.split(",")
    return frozenset(code for code in codes if roster.is_active(code))


def sealed_to(readers: frozenset[str], roster: Roster) -> str:
    """Return a digest of the sealing keys of readers: another one when any of them has another key."""
    text = "".join(f"{code} {roster.by_code[code].sealing}\n" for code in sorted(readers) if code in roster.by_code)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def who_can_see(label: str, roster: Roster) -> list[Reader]:
    """Say for every roster member whether it could read a part sealed to `label` now, and why."""
    answer = []
    for member in roster.members:
        if member.status != "active":
            answer.append(
                Reader(
                    member.code,
                    reads=False,
                    reason=f"{member.status} since roster {roster.version} or before",
                )
            )
        elif label == ALL:
            answer.append(Reader(member.code, reads=True, reason="the audience is every active member"))
        elif member.code in label.split(","):
            answer.append(Reader(member.code, reads=True, reason="named in the audience"))
        else:
            answer.append(Reader(member.code, reads=False, reason="not named in the audience"))
    return answer


@dataclass
class _Audience:
    audience: str
    epoch: int
    key: bytes
    readers: frozenset[str]
    sealed_to: str = ""

    def rotated(self, roster: Roster) -> bool:
        """Whether a reader has another sealing key now, so that the old one must open nothing new."""
        return bool(self.readers) and self.sealed_to != sealed_to(self.readers, roster)

    def fits(self, wanted: frozenset[str], roster: Roster) -> bool:
        """Whether exactly those who should read can, with the keys they have now."""
        return self.readers == wanted and not self.rotated(roster)


class AudienceBook:
    """The audiences of this member. Rebuilt from its own ledger at start: nothing is stored elsewhere."""

    def __init__(self, own: str, entropy: Callable[[int], bytes]) -> None:
        self._own = own
        self._entropy = entropy
        self._current: dict[str, _Audience] = {}
        self._label: dict[str, str] = {}
        self._ever: dict[str, frozenset[str]] = {}
        self._keys: dict[tuple[str, int], bytes] = {}
        self._asked: Roster | None = None
        self._fitting: dict[str, _Audience] = {}
        """Audiences found to fit the roster asked about last: it need not be hashed again with each publication."""

    def learn(self, grant: Grant) -> None:
        """Take in one of our own grants, as read back from our ledger."""
        label, key = grant.label, b64decode(grant.key)
        readers = frozenset(grant.readers)
        known = self._current.get(label)
        if known is not None and known.epoch == grant.epoch:
            readers |= known.readers
        if known is None or grant.epoch >= known.epoch:
            self._current[label] = _Audience(grant.audience, grant.epoch, key, readers, grant.sealed_to)
        self._label[grant.audience] = label
        self._ever[grant.audience] = self._ever.get(grant.audience, frozenset()) | readers
        self._keys[grant.audience, grant.epoch] = key

    def label_of(self, audience: str) -> str | None:
        """Return the label of one of our audiences."""
        return self._label.get(audience)

    def meant_for(self, audience: str) -> frozenset[str] | None:
        """Return whom one of our audiences was ever for, whatever became of them; None for whoever is a member."""
        label = self._label[audience]
        return None if label == ALL else frozenset(label.split(",")) | self._ever[audience]

    def withdrawal_label(self, audience: str, roster: Roster) -> str:
        """Return the label that reaches every present member who may ever have read this audience."""
        label = self._label[audience]
        reached = readers_of(label, roster)
        ever = frozenset(code for code in self._ever[audience] if roster.is_active(code))
        return label if ever <= reached else ",".join(sorted(ever | reached | {self._own}))

    def current(self, label: str, roster: Roster) -> tuple[str, int, bytes] | None:
        """Return (audience, epoch, key) to seal to, or None if `prepare` must issue keys first."""
        held = self._fit(label, roster)
        return None if held is None else (held.audience, held.epoch, held.key)

    def _fit(self, label: str, roster: Roster) -> _Audience | None:
        """Return the present audience of a label if it fits the roster."""
        if roster is not self._asked:
            self._asked, self._fitting = roster, {}
        held = self._current.get(label)
        if held is None or self._fitting.get(label) is held:
            return held
        if not held.fits(readers_of(label, roster), roster):
            return None
        self._fitting[label] = held
        return held

    def prepare(self, label: str, roster: Roster) -> dict[str, list[Grant]]:
        """Return the grants per member that make `current(label)` possible; empty if nothing is due."""
        if self._fit(label, roster) is not None:
            return {}
        wanted, held = readers_of(label, roster), self._current.get(label)
        anew = held is not None and held.rotated(roster)
        if held is None:
            audience = b64encode(self._entropy(AUDIENCE_BYTES)).decode("ascii")
            held = _Audience(audience, 1, self._entropy(EPOCH_KEY_BYTES), frozenset())
        elif anew or held.readers - wanted:
            held = _Audience(held.audience, held.epoch + 1, self._entropy(EPOCH_KEY_BYTES), held.readers)
        drawn = _Audience(held.audience, held.epoch, held.key, held.readers, sealed_to(wanted, roster))
        return self._issue(label, drawn, wanted, anew=anew)

    def _issue(
        self, label: str, audience: _Audience, readers: frozenset[str], *, anew: bool
    ) -> dict[str, list[Grant]]:
        def grant(number: int, secret: bytes, code: str) -> Grant:
            return Grant(
                audience=audience.audience, epoch=number, key=b64encode(secret).decode("ascii"),
                readers=tuple(sorted(readers)), label=label if code == self._own else "",
                sealed_to=audience.sealed_to if code == self._own and number == audience.epoch else "",
            )  # fmt: skip

        earlier = [(n, key) for (name, n), key in sorted(self._keys.items())
                   if name == audience.audience and n != audience.epoch]  # fmt: skip
        # A newcomer needs the old epochs too, and all must learn that it may read them, for they serve it;
        # so does a new sealing key, whose owner may have lost the old one.
        old = earlier if anew or readers - audience.readers else []
        given: dict[str, list[Grant]] = {}
        for code in sorted(readers):
            given[code] = [
                *(grant(n, key, code) for n, key in old),
                grant(audience.epoch, audience.key, code),
            ]
        return given

    def stale(self, roster: Roster) -> list[str]:
        """Return labels whose readers no longer fit the roster: keys are due at once, before any notice."""
        return [
            label
            for label, held in sorted(self._current.items())
            if not held.fits(readers_of(label, roster), roster)
        ]
