"""Publishing: records are sealed, written with the checkpoint that covers them, re-read, and only then shown.

Knows:    our own ledger, audiences and keys; the guard against a restored backup.
Told:     records to publish, and what partners remember of our ledger.
Answers:  the indexes of the new entries; a refusal where signing could fork the ledger.
Trusted:  yes.

The order of writes is the whole point: entries and their signed checkpoint become durable in one transaction,
the entries are read back and compared, the guard remembers the size, and only then does anyone see the
checkpoint. A crash leaves all of them or none; a start remembers in the guard what the store holds signed
before it shows it to anyone.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evenhand.exchange.ledgers import Arrival, Hook, Ledgers, root_text
from evenhand.ground.clock import Clock, format_ms
from evenhand.ground.errors import CorruptionError, RefusedError, StoreError
from evenhand.ground.store import Batch, Store
from evenhand.ledger.checkpoint import Checkpoint, sign_checkpoint
from evenhand.ledger.envelope import Envelope, PartHeader, Urgency, bound_to, hash_text, open_leaf, print_leaf
from evenhand.ledger.log import Log, entry_row, part_row
from evenhand.node.confirming import remembered, unconfirmed
from evenhand.node.guard import Guard, Signed
from evenhand.notices.model import (
    Detail,
    ErasureOrder,
    Message,
    Outcome,
    Record,
    Retraction,
    StatusChange,
    encode_detail,
    encode_record,
)
from evenhand.trust.keys import MemberKeys
from evenhand.trust.roster import Roster
from evenhand.trust.sealing import NONCE_BYTES, SALT_BYTES, commitment, seal_part
from evenhand.watchlist.keyring import Grant, print_keys
from evenhand.watchlist.opening import OPEN
from evenhand.watchlist.release import ALL, AudienceBook

_ROTATION = b"rotation/pending"
_MET = b"partners/met"  # the row is there once a partner was heard by any process on this store
CHUNK_ENTRIES = 500  # one transaction: large enough to amortise the sync, small enough not to hold up others


@dataclass(frozen=True)
class Outgoing:
    """A record to publish and the labels it is sealed to."""

    record: Record
    detail: Detail | None = None
    match_label: str = ALL
    detail_label: str = ALL

    @property
    def urgency(self) -> Urgency:
        """Withdrawals, erasures and whatever keeps a notice from stopping people overtake; so do urgent messages.

        A word about older versions belongs to a correction and comes in its turn: ahead of the version that it follows
        it would stop the notice also where that version goes on.
        """
        if isinstance(self.record, Message):
            return "immediate" if self.record.urgent else "routine"
        if isinstance(self.record, StatusChange) and self.record.up_to:
            return "routine"
        overtakes = isinstance(self.record, Retraction | ErasureOrder | StatusChange | Outcome)
        return "immediate" if overtakes else "routine"


class Publisher:
    """The one writer of our own ledger."""

    def __init__(
        self, *, keys: MemberKeys, store: Store, guard: Guard, clock: Clock,
        entropy: Callable[[int], bytes], ledgers: Ledgers, hook: Hook, partners_to_confirm: int = 0,
    ) -> None:  # fmt: skip
        self._keys = keys
        self._store = store
        self._guard = guard
        self._clock = clock
        self._entropy = entropy
        self._ledgers = ledgers
        self._hook = hook
        self._partners_to_confirm = partners_to_confirm
        self._started_ms = clock.now_ms()
        self._signer = keys.log_signer()
        self._key_id, self._vkey = self._signer.verifier.key_id, self._signer.verifier.vkey
        self.book = AudienceBook(keys.member, entropy)
        held_for = store.get(_ROTATION)
        self._held_for = 0 if held_for is None else int(held_for)
        # A ledger that begins in this process cannot be a restored one, unless even the guard was lost. A store that
        # met partners in an earlier process may be an image from before the first publication: they may hold more.
        self._has_met = store.get(_MET) is not None
        self._was_born_here = not self.log.size and guard.read() is None and not self._has_met
        self.heard_from: set[str] = set()
        """Partners whose memory of our ledger was compared with it since the start."""

    @property
    def log(self) -> Log:
        """Our own ledger."""
        return self._ledgers.log(self._keys.member)

    def note_heard(self, partner: str) -> None:
        """Count a partner that told its position; the first ever is remembered in the store. Raises StoreError."""
        if not self._has_met:
            self._store.apply({_MET: b""})
            self._has_met = True
        self.heard_from.add(partner)

    # -- may we sign? ----------------------------------------------------------------------------------

    def refusal(self, roster: Roster) -> RefusedError | None:
        """Return why nothing may be signed now, or None."""
        own = self._keys.member
        member = roster.by_code.get(own)
        if member is None or member.status != "active":
            standing = "not in" if member is None else f"{member.status} by"
            return RefusedError(
                f"{own} may not publish", why=f"it is {standing} the roster",
                remedy="have the other members take it in: `evenhand roster propose`",
            )
        if member.logs[-1].vkey != self._vkey:
            return RefusedError(
                f"{own} may not publish with this key", why="the roster names another ledger key",
                remedy="install the rotated key file",
            )  # fmt: skip
        if format_ms(self._clock.now_ms()) >= roster.expires:
            return RefusedError(
                f"roster version {roster.version} has expired",
                remedy="agree on a new version: `evenhand roster propose`",
            )
        signed = self._guard.read()
        if signed is not None and signed.roster > roster.version:
            return RefusedError(
                f"this node holds roster version {roster.version}, but had version {signed.roster}",
                why="the store is older than the roster: it would seal to members who have left",
                remedy="let the node run: partners send it the newer rosters",
            )  # fmt: skip
        if self.is_behind:
            return RefusedError(
                f"this node holds {self.log.size} entries of its ledger, but {self._known_size()} were signed",
                why="the store is older than what was published: a restored backup, or lost writes",
                remedy="let the node run: it refills its ledger from partners and then signs again"
                if self._silent(roster) or remembered(self._ledgers, own, beyond=self.log.size) > self.log.size
                else "every partner was heard and none holds them: docs/how-to/lost-entries.md says how to go on",
            )
        if signed is not None and signed.size and self.log.root_at(signed.size).hex() != signed.root:
            return RefusedError(
                "the stored ledger is not the one that was signed",
                why=f"the roots at size {signed.size} differ",
                remedy="stop this node and restore its ledger from partners: `evenhand ledger import`",
            )  # fmt: skip
        return self._rotating(roster) or self._unconfirmed(roster)

    def hold_for(self, version: int) -> None:
        """Sign nothing more until roster `version` is in force: it says from which entry on our new key signs.

        Raises StoreError.
        """
        self._held_for = version  # first: should the write fail, nothing is signed all the same
        self._store.apply({_ROTATION: str(version).encode("ascii")})

    def _rotating(self, roster: Roster) -> RefusedError | None:
        if self._held_for <= roster.version:
            return None
        return RefusedError(
            f"{self._keys.member} is rotating its keys: nothing is signed before roster version {self._held_for}",
            why="an entry of the old key beyond the rotation would be valid nowhere",
            remedy="`evenhand roster apply` the signed rotation, or another version: `roster propose renew`",
        )

    def note_roster(self, roster: Roster) -> None:
        """Remember outside the store which roster is in force: a restored backup must not forget who left."""
        signed = self._guard.read() or Signed(size=0, root="")
        self._guard.write(Signed(size=signed.size, root=signed.root, roster=roster.version))

    @property
    def is_behind(self) -> bool:
        """Whether more of our own ledger was signed than is held here: refill before signing."""
        return self._known_size() > self.log.size

    def _known_size(self) -> int:
        signed = self._guard.read()
        # What partners hold of what is held here is not verified again with each publication.
        known = remembered(self._ledgers, self._keys.member, beyond=self.log.size)
        return max(known, 0 if signed is None else signed.size)

    def is_asking(self, roster: Roster) -> bool:
        """Whether partners may yet tell of entries that a new machine knows nothing of.

        A person may publish from an empty ledger at once, for a coalition must begin; what a node would say by itself
        waits as after any other start.
        """
        return self._was_born_here and not self.log.size and self._heard_too_few(roster) is not None

    def _silent(self, roster: Roster) -> bool:
        """Whether an active partner has not been heard since the start."""
        return any(code != self._keys.member and code not in self.heard_from for code in roster.active_codes)

    def _unconfirmed(self, roster: Roster) -> RefusedError | None:
        return None if self._was_born_here else self._heard_too_few(roster)

    def _heard_too_few(self, roster: Roster) -> RefusedError | None:
        return unconfirmed(
            roster, self._keys.member, self.heard_from, wanted=self._partners_to_confirm,
            since_start_ms=self._clock.now_ms() - self._started_ms,
        )  # fmt: skip

    # -- writing -----------------------------------------------------------------------------------------

    def publish(self, outgoing: Sequence[Outgoing], roster: Roster) -> list[int]:
        """Seal, write and sign. Returns the index of each record.

        Raises RefusedError, LimitError or StoreError.
        """
        self.require(roster)
        labels = {one.match_label for one in outgoing}
        labels |= {one.detail_label for one in outgoing if one.detail is not None}
        self.issue_keys(sorted(labels), roster)
        indexes: list[int] = []
        for start in range(0, len(outgoing), CHUNK_ENTRIES):
            first = self.log.size
            sealed = [
                self._seal(one, first + i, roster)
                for i, one in enumerate(outgoing[start : start + CHUNK_ENTRIES])
            ]
            self._write(sealed)
            indexes += range(first, first + len(sealed))
        return indexes

    def require(self, roster: Roster) -> None:
        """Raise the RefusedError of `refusal`, if any."""
        refused = self.refusal(roster)
        if refused is not None:
            raise refused

    def issue_keys(self, labels: Sequence[str], roster: Roster) -> None:
        """Publish the epoch keys that labels need under this roster, if any are due."""
        for label in labels:
            given = self.book.prepare(label, roster)
            if given:
                self._write([self._keys_entry(given, roster)])
                for grant in given[self._keys.member]:
                    self.book.learn(grant)

    def _keys_entry(self, given: dict[str, list[Grant]], roster: Roster) -> tuple[Envelope, dict[str, bytes]]:
        text = print_keys(
            given, originator=self._keys.member, entropy=self._entropy,
            sealing_keys={member.code: b64decode(member.sealing) for member in roster.members},
        )  # fmt: skip
        header = self._header("keys", text, OPEN, 0, hash_text(commitment(b"", "keys", text)))
        # Keys overtake: a withdrawal that overtakes must find its key there.
        return self._envelope(self.log.size, "immediate", (header,)), {"keys": text}

    def _seal(self, one: Outgoing, index: int, roster: Roster) -> tuple[Envelope, dict[str, bytes]]:
        texts = [("match", encode_record(one.record), one.match_label)]
        if one.detail is not None:
            texts.append(("detail", encode_detail(one.detail), one.detail_label))
        headers, parts = [], {}
        for name, text, label in texts:
            current = self.book.current(label, roster)
            if current is None:
                raise RefusedError(f"the audience {label} has no key yet", remedy="publish again in a moment")
            audience, epoch, key = current
            salt = self._entropy(SALT_BYTES)
            parts[name] = seal_part(
                text, key=key, nonce=self._entropy(NONCE_BYTES), salt=salt,
                bound_to=bound_to(self._keys.member, index, name),
            )  # fmt: skip
            headers.append(
                self._header(name, parts[name], audience, epoch, hash_text(commitment(salt, name, text)))
            )
        return self._envelope(index, one.urgency, tuple(headers)), parts

    @staticmethod
    def _header(name: str, sealed: bytes, audience: str, epoch: int, committed: str) -> PartHeader:
        return PartHeader(
            name=name, sha256=hash_text(hashlib.sha256(sealed).digest()), bytes=len(sealed),  # type: ignore[arg-type]
            commitment=committed, audience=audience, epoch=epoch,
        )  # fmt: skip

    def _envelope(self, index: int, urgency: Urgency, parts: tuple[PartHeader, ...]) -> Envelope:
        return Envelope(
            originator=self._keys.member,
            index=index,
            time=format_ms(self._clock.now_ms()),
            urgency=urgency,
            parts=parts,
        )

    def _write(self, sealed: Sequence[tuple[Envelope, dict[str, bytes]]]) -> None:
        log = self.log
        leaves = [
            print_leaf(envelope, seed=self._keys.log_seed, key_id=self._key_id) for envelope, _ in sealed
        ]
        parts = {(envelope.index, name): data for envelope, held in sealed for name, data in held.items()}
        envelopes = tuple(envelope for envelope, _ in sealed)
        extension = log.extend(leaves)
        extension = log.signed(extension, self._checkpoint(extension.head.size, extension.root))
        rows: Batch = dict(extension.rows)
        rows.update({part_row(log.code, index, name): data for (index, name), data in parts.items()})
        rows.update(self._ledgers.urgent_rows(envelopes))
        rows.update(self._hook(Arrival(log.code, log.size, envelopes, parts)))
        self._store.apply(rows)
        self._check_written(log.size, leaves)
        self._remember(extension.head.size, extension.root)
        log.adopt(extension)  # from here on partners are shown it
        self._ledgers.note_urgent(envelopes)

    def _check_written(self, before: int, leaves: Sequence[bytes]) -> None:
        code = self.log.code
        read: list[bytes | None]
        if len(leaves) == 1:  # somebody waits for it: half as dear as a scan
            read = [self._store.get(entry_row(code, before))]
        else:
            stop = entry_row(code, before + len(leaves))
            read = [leaf for _, leaf in self._store.scan(entry_row(code, before), stop)]
        if read != list(leaves):
            raise CorruptionError("what was written is not what is read back", remedy="run `evenhand doctor`")

    def _checkpoint(self, size: int, root: bytes) -> bytes:
        return sign_checkpoint(Checkpoint(self._signer.name, size, root), self._signer)

    def _remember(self, size: int, root: bytes) -> None:
        try:
            self._guard.write(Signed(size=size, root=root.hex(), roster=self._ledgers.roster.version))
        except OSError as error:  # the store may be ahead of memory now: nothing more before the next start
            raise StoreError("the guard file cannot be written", why=error.strerror or "") from error

    def _remember_stored(self) -> None:
        """Raise the guard to what the store holds signed: a crash may have come between the two."""
        known, size = self._guard.read(), self.log.head.checkpoint_size
        if size > (0 if known is None else known.size):
            version = 0 if known is None else known.roster
            self._guard.write(Signed(size=size, root=self.log.root_at(size).hex(), roster=version))

    def sign_head(self) -> None:
        """Sign the present tree and store the checkpoint; nothing to do if it is signed."""
        log = self.log
        if log.head.checkpoint_size == log.size:
            return
        self._remember(log.size, log.root)
        extension = log.with_checkpoint(self._checkpoint(log.size, log.root))
        self._store.apply(extension.rows)
        log.adopt(extension)

    def resume(self, roster: Roster) -> None:
        """Sign entries that are durable but unsigned, after checking each of them.

        Publishing leaves none; a damaged checkpoint that was dropped does. Does nothing while signing is
        refused. Raises CorruptionError or VerificationError.
        """
        log = self.log
        self._remember_stored()
        if log.head.checkpoint_size == log.size or self.refusal(roster) is not None:
            return
        for index, leaf in enumerate(
            log.entries(log.head.checkpoint_size, log.size), log.head.checkpoint_size
        ):
            open_leaf(leaf, originator=log.code, index=index, verifier=roster.entry_verifier(log.code, index))
        if root_text(log.recompute()) != root_text(log.root):
            raise CorruptionError("the stored ledger does not hash to its root")
        self.sign_head()
