"""The witness: cosign a checkpoint only after its consistency with the last one cosigned (C2SP tlog-witness).

Knows:    the size and root last cosigned per ledger, in the store.
Told:     add-checkpoint requests.
Answers:  HTTP status, content type and body; cosignature lines.
Trusted:  yes: check and store are one step, and stored before answered; the specification prints the race.
"""

from __future__ import annotations

from typing import Final

from evenhand.exchange.mirror import checkpoint_of
from evenhand.ground.errors import EvenhandError, InputError
from evenhand.ground.store import Store
from evenhand.ledger.checkpoint import parse_checkpoint
from evenhand.ledger.merkle import EMPTY_ROOT
from evenhand.ledger.witness_text import OK, SIZE_CONTENT_TYPE, decide_add_checkpoint, parse_add_checkpoint
from evenhand.trust.note import parse_note
from evenhand.trust.note_keys import Signer, Verifier, parse_vkey
from evenhand.trust.roster import Roster

_PREFIX = b"witness/"
DECISIONS: Final = "/decisions"
"""What follows a member's origin in the name of its private decision ledger, of which only roots leave it."""


class Witness:
    """This member as a C2SP witness of the coalition's ledgers."""

    def __init__(self, store: Store, signer: Signer) -> None:
        self._store = store
        self._signer = signer
        self.audited: dict[str, tuple[int, bool]] = {}
        """By member: when it last showed the head of its decision ledger (s), and whether that was the one we knew.

        A proof that does not hold counts as nothing: it comes from whoever sent it. Two roots are signed.
        """

    def add_checkpoint(self, body: bytes, roster: Roster, now_s: int) -> tuple[int, str, bytes]:
        """Answer a request: (status, content type, body). Raises StoreError if the state cannot be kept."""
        try:
            request = parse_add_checkpoint(body)
        except InputError as error:
            return 400, "text/plain", f"{error}\n".encode()
        code, verifiers = self._owner(request.checkpoint, roster)
        size, root = self._last(code)
        decision = decide_add_checkpoint(size, root, request, verifiers)
        if code.endswith(DECISIONS) and (decision.status == OK or decision.conflict):
            self.audited[code.removesuffix(DECISIONS)] = now_s, not decision.conflict
        if decision.status != OK or decision.checkpoint is None:
            kind = SIZE_CONTENT_TYPE if decision.body else "text/plain"
            return decision.status, kind, (decision.body or f"{decision.reason}\n").encode()
        checkpoint = decision.checkpoint
        self._store.apply({_PREFIX + code.encode(): checkpoint.size.to_bytes(8, "big") + checkpoint.root})
        return OK, "text/plain", self._signer.sign_at(decision.note_text, now_s).encode("utf-8")

    def _last(self, code: str) -> tuple[int, bytes]:
        stored = self._store.get(_PREFIX + code.encode())
        return (0, EMPTY_ROOT) if stored is None else (int.from_bytes(stored[:8], "big"), stored[8:])

    @staticmethod
    def _owner(checkpoint: bytes, roster: Roster) -> tuple[str, list[Verifier]]:
        try:
            claimed = parse_checkpoint(parse_note(checkpoint).text)
        except EvenhandError:
            return "", []
        for member in roster.members:
            origin = roster.origin(member.code)
            if claimed.origin == origin:
                return member.code, roster.checkpoint_verifiers(member.code, claimed.size)
            if claimed.origin == origin + DECISIONS and roster.is_active(member.code):
                return member.code + DECISIONS, decision_verifiers(roster, member.code)
        return "", []


def decision_verifiers(roster: Roster, code: str) -> list[Verifier]:
    """Return the keys that sign a member's decision ledger: its log keys, under that ledger's own name."""
    keys = [parse_vkey(one.vkey) for one in roster.member(code).logs]
    return [Verifier.of(roster.origin(code) + DECISIONS, key.algorithm, key.public_key) for key in keys]


def cosigned_by(
    ledger: str, checkpoint: bytes, lines: dict[str, tuple[int, str]], roster: Roster
) -> list[str]:
    """Return the members whose cosignature of exactly this checkpoint verifies."""
    if not checkpoint:
        return []
    note = parse_note(checkpoint)
    size = checkpoint_of(checkpoint, ledger, roster).size
    good = []
    for code, (cosigned_size, line) in sorted(lines.items()):
        if cosigned_size != size or code not in roster.by_code:
            continue
        verifier = roster.witness_verifier(code)
        signatures = parse_note((note.text + "\n" + line).encode("utf-8")).signatures
        if any(s.key_id == verifier.key_id and verifier.verify(note.text, s.blob) for s in signatures):
            good.append(code)
    return good
