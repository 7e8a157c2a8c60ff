"""Every error of the product, sorted by whose fault it is.

Knows:    facts that can go wrong, and words for a person.
Told:     by the room that met the fact.
Answers:  one tree; faces map it once to HTTP and once to exit codes.
Trusted:  not a trust boundary.
"""

from __future__ import annotations


class EvenhandError(Exception):
    """The root: what happened, why, and what to do.

    `remedy` is a sentence for the person who reads it; empty where nothing can be done.
    """

    code = "error"
    exit_code = 1

    def __init__(self, what: str, *, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [self.what]
        if self.why:
            parts.append(f"Because: {self.why}")
        if self.remedy:
            parts.append(f"What to do: {self.remedy}")
        return " ".join(part if part.endswith((".", "!", "?")) else part + "." for part in parts)


# -- the caller's fault ------------------------------------------------------------------------


class UsageError(EvenhandError):
    """The caller asked in a way that has no meaning (exit code 2)."""

    code = "usage"
    exit_code = 2


class InputError(EvenhandError):
    """Input that does not parse or breaks its format (exit code 1)."""

    code = "input"


class LimitError(InputError):
    """Input over a limit of `evenhand.ground.limits`."""

    code = "limit"


class NotFoundError(EvenhandError):
    """The named thing does not exist here."""

    code = "not_found"


class RefusedError(EvenhandError):
    """Understood and lawful to ask, but refused by a rule (exit code 3)."""

    code = "refused"
    exit_code = 3


# -- a partner's or an attacker's fault ----------------------------------------------------------


class VerificationError(EvenhandError):
    """A signature, hash or proof does not verify (exit code 4)."""

    code = "verification"
    exit_code = 4


class SignatureInvalidError(VerificationError):
    """A signature is missing, malformed, by an unknown key, or wrong."""

    code = "signature_invalid"


class ProofInvalidError(VerificationError):
    """A Merkle proof or root does not fit."""

    code = "proof_invalid"


class RollbackError(VerificationError):
    """A partner offered an older state than one already seen from it."""

    code = "rollback"


class EquivocationError(VerificationError):
    """A member signed two histories; `evidence` (bytes) proves it to anyone."""

    code = "equivocation"

    def __init__(self, what: str, *, evidence: bytes, why: str = "", remedy: str = "") -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.evidence = evidence


# -- the world's fault ----------------------------------------------------------------------------


class PeerUnreachableError(EvenhandError):
    """A partner does not answer, or its copy is too old to rely on (exit code 5)."""

    code = "peer_unreachable"
    exit_code = 5


# -- this machine's fault ----------------------------------------------------------------------------


class StoreError(EvenhandError):
    """The store refused to read or write."""

    code = "store"


class CorruptionError(StoreError):
    """Stored bytes are not what was stored (exit code 4); `ledger` is the code of the one to fetch again."""

    code = "corruption"
    exit_code = 4

    def __init__(self, what: str, *, why: str = "", remedy: str = "", ledger: str = "") -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.ledger = ledger


class NotReadyError(StoreError):
    """This machine is still making ready what was asked for: ask again (exit code 5)."""

    code = "not_ready"
    exit_code = 5


class BusyError(EvenhandError):
    """More than this machine does at once was asked of it: ask again after `wait_seconds` (exit code 5)."""

    code = "busy"
    exit_code = 5

    def __init__(self, what: str, *, wait_seconds: int, why: str = "", remedy: str = "") -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.wait_seconds = wait_seconds
