"""What a ledger asks of a witness, and the witness's decision: C2SP tlog-witness v1.0.0.

Knows:    the add-checkpoint request, its checks and their order.
Told:     a request, the latest checkpoint this witness cosigned, and the keys it trusts for the ledger.
Answers:  a decision with the HTTP status that tlog-witness gives it; nothing is stored here.
Trusted:  yes: cosigning what this refuses would hide a split view.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from evenhand.ground.errors import InputError, LimitError, ProofInvalidError, SignatureInvalidError
from evenhand.ground.limits import NOTE_BYTES_MAX, WITNESS_PROOF_HASHES_MAX
from evenhand.ledger.checkpoint import Checkpoint, parse_checkpoint, parse_hash, parse_size
from evenhand.ledger.merkle import verify_consistency
from evenhand.trust.note import Verifier, open_note
from evenhand.trust.note_keys import encode_base64

_OLD: Final = "old "
_HEAD_BYTES_MAX: Final = 4_096  # 63 hashes of 45 characters, and the old size
SIZE_CONTENT_TYPE: Final = "text/x.tlog.size"

OK: Final = 200
BAD_REQUEST: Final = 400
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
CONFLICT: Final = 409
UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign `checkpoint` (signed note bytes), consistent with the tree of `old_size`."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    @property
    def origin(self) -> str:
        """The origin it claims, unverified: which stored checkpoint to compare; InputError if none."""
        # No line of a checkpoint is empty, so its text ends at the first blank line, whatever follows.
        text, _, _ = self.checkpoint.partition(b"\n\n")
        try:
            return parse_checkpoint(text.decode("utf-8") + "\n").origin
        except UnicodeDecodeError:
            raise InputError("A checkpoint is not UTF-8.") from None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to answer: `status` as in HTTP, why, and what was verified on the way.

    `checkpoint` is set once its signature is good. With status 200 store `checkpoint` and cosign
    `note_text`, in that order and in one atomic step with the check. `body` is the answer's body for 409.
    `conflict` says that the ledger signed another root for a size already cosigned: evidence of a fork.
    """

    status: int
    reason: str
    checkpoint: Checkpoint | None = None
    note_text: str = ""
    body: str = ""
    conflict: bool = False


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Parse a request body; InputError (LimitError for too many or too long) unless it prints back the same.

    The checkpoint is only cut out, not parsed: its flaws are the decision's to answer.
    """
    if len(data) > NOTE_BYTES_MAX + _HEAD_BYTES_MAX:
        raise LimitError("A witness request is too long.")
    head, separator, checkpoint = data.partition(b"\n\n")
    if not separator or not checkpoint:
        raise InputError("A witness request holds no checkpoint.")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise InputError("A witness request is malformed.") from None
    if not first.startswith(_OLD):
        raise InputError("A witness request does not begin with the old size.")
    if len(lines) > WITNESS_PROOF_HASHES_MAX:
        raise LimitError(f"A witness request has more than {WITNESS_PROOF_HASHES_MAX} hashes.")
    return AddCheckpoint(parse_size(first.removeprefix(_OLD)), tuple(map(parse_hash, lines)), checkpoint)


def print_add_checkpoint(request: AddCheckpoint) -> bytes:
    """Print a request body that `parse_add_checkpoint` reads back; InputError if it cannot be one."""
    hashes = "".join(encode_base64(one) + "\n" for one in request.proof)
    data = f"{_OLD}{request.old_size}\n{hashes}\n".encode() + request.checkpoint
    parse_add_checkpoint(data)  # refuses what could not be read back
    return data


def decide_add_checkpoint(
    stored_size: int,
    stored_root: bytes,
    request: AddCheckpoint,
    verifiers: Collection[Verifier],
    *,
    origin: str | None = None,
) -> Decision:
    """Decide a request against the latest checkpoint cosigned for its ledger (size 0 if none).

    `verifiers` are the keys trusted for the ledger; none means that the ledger is unknown. With
    `origin`, a checkpoint of any other origin is unknown too. The checks stand in the order of the
    specification: 404, 403, 400, 409, 422. Never raises on what a stranger sent.
    """
    try:
        claimed = request.origin
    except InputError as error:
        return Decision(BAD_REQUEST, error.what)
    if not verifiers or origin not in {None, claimed}:
        return Decision(NOT_FOUND, "unknown log")
    try:
        text = open_note(request.checkpoint, verifiers).text
        checkpoint = parse_checkpoint(text)
    except (InputError, SignatureInvalidError) as error:  # a malformed signature line signs nothing either
        return Decision(FORBIDDEN, f"invalid signature: {error.what}")
    if request.old_size > checkpoint.size:
        return Decision(BAD_REQUEST, "old size is above the checkpoint's", checkpoint, text)
    if request.old_size != stored_size:
        conflict = checkpoint.size == stored_size and checkpoint.root != stored_root
        reason = "old size is not the one last cosigned"
        return Decision(CONFLICT, reason, checkpoint, text, f"{stored_size}\n", conflict)
    if checkpoint.size == stored_size > 0 and checkpoint.root != stored_root:
        reason = "another root for the size last cosigned"
        return Decision(CONFLICT, reason, checkpoint, text, f"{stored_size}\n", conflict=True)
    try:
        verify_consistency(stored_size, checkpoint.size, request.proof, stored_root, checkpoint.root)
    except ProofInvalidError as error:
        return Decision(UNPROCESSABLE, f"invalid consistency proof: {error.what}", checkpoint, text)
    return Decision(OK, "consistent", checkpoint, text)
