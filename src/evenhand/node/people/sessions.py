"""Signing in and out: from a password and a code, a provider's word or a key, to a caller.

Knows:    how long a session lasts, when an account locks, and who may sign what.
Told:     what people type; tokens they show afterwards; the time.
Answers:  tokens, callers, refusals that do not tell a stranger whether a name exists.
Trusted:  yes.

Only the token opens the officer's signing key while a session lasts: the store at rest signs nothing for a
person with a password. For who signs in by OIDC the key is sealed by the node's own storage key.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Final

import msgspec
import structlog

from evenhand.ground.clock import Clock, format_ms
from evenhand.ground.errors import RefusedError
from evenhand.node.people import credentials
from evenhand.node.people.accounts import (
    Account,
    Caller,
    Lock,
    MachineKey,
    SessionRow,
    entitlement_of,
    officer_roles,
    owner,
)
from evenhand.node.people.attempts import Attempts
from evenhand.node.people.credentials import Entropy
from evenhand.node.people.hashing import Hashing
from evenhand.node.people.registry import Registry
from evenhand.notices.approvals import OfficerKey
from evenhand.trust import ed25519
from evenhand.trust.keys import MemberKeys, sign_bytes

SESSION_MS: Final = 8 * 3_600_000
"""One shift; whoever works on signs in again."""
IDLE_MS: Final = 30 * 60_000
FAILURES_MAX: Final = 5
LOCK_MS: Final = 15 * 60_000
ENROL_MS: Final = 24 * 3_600_000
CODE_MS: Final = 2 * 60_000
CODE_DIGITS: Final = 8
KEY_MS: Final = 366 * 86_400_000
"""An officer's key is vouched for a year; the account's next password renews it."""
_SESSION, _MACHINE, _ENROL = "evs", "evk", "eve"
_SEED_BYTES: Final = 32
_SALT_BYTES: Final = 16
_LOG: Final = structlog.get_logger("evenhand.node.people")


def _wrong() -> RefusedError:
    return RefusedError(
        "this name, password and code do not fit together",
        why="one of them is wrong, the code was used before, or the account is locked or closed",
        remedy="wait for the next code and try again; after five failures, wait a quarter of an hour",
    )


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What came of looking at a password: whose it was to be, which hash it was held against, and since when."""

    account: str
    hashed: str
    right: bool
    asked_ms: int


class People:
    """Everyone who may use this node, and how they prove it."""

    def __init__(self, registry: Registry, *, keys: MemberKeys, clock: Clock, entropy: Entropy) -> None:
        self.registry = registry
        self._keys = keys
        self._clock = clock
        self._entropy = entropy
        self._owner = owner(keys.member)
        self.hashing = Hashing()
        self.attempts = Attempts()
        self._programs: dict[str, tuple[MachineKey, Caller]] = {}
        self._codes: dict[str, tuple[str, int]] = {}
        """By account: the hash of the code its holder asked for in a session of their own, and until when it counts."""

    # -- who calls? --------------------------------------------------------------------------------------------

    def caller(self, token: str, *, acts: bool = True) -> Caller | None:
        """Return who shows this token; the folder's owner while there are no accounts; None for a stranger.

        `acts` is False for whoever only goes on listening: that keeps no session from ending by idleness.
        """
        if self.registry.is_empty:
            return self._owner
        kind, _, rest = token.partition("_")
        name = rest.partition("_")[0]
        if kind == _SESSION:
            return self._by_session(name, token, acts=acts)
        return self.by_key(token, self._clock.now_ms()) if kind == _MACHINE else None

    def _by_session(self, name: str, token: str, *, acts: bool) -> Caller | None:
        row, now_ms = self.registry.get(SessionRow, name), self._clock.now_ms()
        if row is None or not credentials.is_token(token, row.token_hash):
            return None
        account = self.registry.get(Account, row.account)
        if now_ms >= row.until_ms or now_ms - row.seen_ms > IDLE_MS or account is None or not account.active:
            self.registry.drop(SessionRow, name)
            return None
        if acts:
            self.registry.touch(row, now_ms)
        sealed = row.sealed_seed

        def seed() -> bytes:
            return credentials.open_seed(sealed, credentials.token_key(token))

        return Caller(
            who=account.account, name=account.name, roles=frozenset(account.roles), unit=account.unit,
            entitlement=entitlement_of(account.purposes, account.categories), session=name, key=account.key,
            seed=seed if sealed else None,
        )  # fmt: skip

    def by_key(self, token: str, now_ms: int) -> Caller | None:
        """Return the program of a key: its row is looked up and its hash compared at every request."""
        name = token.removeprefix("evk_").partition("_")[0]
        row = self.registry.get(MachineKey, name)
        if row is None or not credentials.is_token(token, row.token_hash) or now_ms >= row.until_ms:
            return None
        return self.program(row)

    def program(self, row: MachineKey) -> Caller:
        """Return the program whose key this is, worked out once: a key that is ended or changed has another row."""
        known = self._programs.get(row.machine)
        if known is None or known[0] is not row:
            caller = Caller(
                who=row.machine, name=row.name, roles=frozenset(row.roles), unit=row.unit,
                entitlement=entitlement_of(row.purposes, row.categories), is_machine=True,
            )  # fmt: skip
            known = self._programs[row.machine] = row, caller
        return known[1]

    # -- accounts ----------------------------------------------------------------------------------------------

    def add(self, account: Account) -> str:
        """Keep a new account and return its one-time enrolment code. Raises RefusedError."""
        if self.registry.named(account.name) is not None:
            raise RefusedError(f"{account.name} exists already", remedy="use `evenhand people change`")
        return self.reset(account)

    def reset(self, account: Account) -> str:
        """End sessions, password, code and signing key of an account; return a new enrolment code."""
        self.registry.end_sessions(account.account)
        _, code = credentials.new_token(_ENROL, self._entropy)
        self.registry.put(
            msgspec.structs.replace(
                account, password="", totp="", totp_step=0, lock=Lock(), key=None, sealed_seed="", seed_salt="",
                enrolment=credentials.token_hash(code), enrolment_until_ms=self._clock.now_ms() + ENROL_MS,
            )
        )  # fmt: skip
        return code

    def new_id(self) -> str:
        """Return a fresh opaque account id."""
        return self._entropy(8).hex()

    def _enrolling(self, name: str, code: str) -> Account:
        """Return the account whose enrolment code this is. Raises RefusedError."""
        account = self.registry.named(name)
        if (
            account is None or not account.active or not account.enrolment
            or not credentials.is_token(code, account.enrolment)
            or self._clock.now_ms() >= account.enrolment_until_ms
        ):  # fmt: skip
            raise RefusedError(
                "this enrolment code cannot be used", why="it is wrong, was used before, or is older than a day",
                remedy="ask the administrator for a new one: `evenhand people change --reset`",
            )  # fmt: skip
        return account

    async def enrol(self, name: str, code: str, password: str) -> str:
        """Set the password with a one-time code; return the otpauth URI of the second factor.

        Raises RefusedError, or BusyError.
        """
        self._enrolling(name, code)
        credentials.check_new_password(password, name)
        salt = self._entropy(_SALT_BYTES)
        with self.hashing.place():
            hashed, sealing = await self.hashing.do(
                lambda: (credentials.hash_password(password, self._entropy), credentials.password_key(password, salt))
            )
        account = self._enrolling(name, code)  # who used the code meanwhile, or had the account closed, was first
        secret = credentials.new_totp_secret(self._entropy)
        seed, key = self._new_key(account)
        self.registry.put(
            msgspec.structs.replace(
                account, password=hashed, totp=secret, enrolment="", enrolment_until_ms=0, key=key,
                seed_salt=b64encode(salt).decode("ascii"),
                sealed_seed=credentials.seal_seed(seed, sealing, self._entropy) if key is not None else "",
            )
        )  # fmt: skip
        return credentials.totp_uri(secret, name=name, issuer=f"Evenhand {self._keys.member}")

    def _new_key(self, account: Account) -> tuple[bytes, OfficerKey | None]:
        """Return a fresh seed and the key our member vouches for; None where the roles sign nothing."""
        seed, roles, now_ms = self._entropy(_SEED_BYTES), officer_roles(account.roles), self._clock.now_ms()
        if not roles:
            return seed, None
        key = OfficerKey(
            member=self._keys.member, officer=account.account, roles=roles, since=format_ms(now_ms),
            until=format_ms(now_ms + KEY_MS), key=b64encode(ed25519.public_key(seed)).decode("ascii"),
        )  # fmt: skip
        signature = sign_bytes(self._keys, key.signed_text())
        return seed, msgspec.structs.replace(key, signature=b64encode(signature).decode("ascii"))

    # -- in and out --------------------------------------------------------------------------------------------

    async def prove(self, name: str, password: str) -> Proof:
        """Look at a password beside the loop: as long for a name that nobody has."""
        account, asked_ms = self.registry.named(name), self._clock.now_ms()
        hashed = "" if account is None else account.password
        right = await self.hashing.do(lambda: credentials.is_password(password, hashed))
        found = "" if account is None else account.account
        return Proof(account=found, hashed=hashed, right=right, asked_ms=asked_ms)

    def _still(self, proof: Proof) -> Account:
        """Return the account of a proof as it is now. Raises RefusedError where it was closed, locked or changed."""
        account = self.registry.get(Account, proof.account)
        now_ms = self._clock.now_ms()
        if account is None or not account.active or now_ms < account.lock.until_ms or account.password != proof.hashed:
            raise _wrong()
        return account

    async def sign_in(self, proof: Proof, password: str, code: str) -> tuple[str, SessionRow]:
        """Open a session by password and code. Raises RefusedError, in the same words whatever was wrong.

        The code is one of the time at which it was sent: whoever waited at the door is not to blame for it.
        """
        account, now_ms = self._still(proof), proof.asked_ms
        step = None
        if proof.right:
            step = credentials.totp_step(account.totp, code, now_ms=now_ms, after=account.totp_step)
        if step is None:
            self._failed(account, self._clock.now_ms())
            raise _wrong()
        account = self.registry.put(msgspec.structs.replace(account, totp_step=step, lock=Lock()))
        if not account.sealed_seed:
            return self._open(account, b"")
        salt = b64decode(account.seed_salt)
        sealing = await self.hashing.do(lambda: credentials.password_key(password, salt))
        account = self._still(proof)
        return self._open(account, credentials.open_seed(account.sealed_seed, sealing))

    def new_code(self, account: str) -> tuple[str, int]:
        """Return a code by which whoever is signed in may show, at another's screen, that they are there.

        Eight digits, good once and for two minutes: also for who signs in by a provider and has no authenticator here.
        """
        digits = f"{int.from_bytes(self._entropy(8), 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
        until_ms = self._clock.now_ms() + CODE_MS
        self._codes[account] = credentials.token_hash(digits), until_ms
        return digits, until_ms

    def _is_own_code(self, account: Account, code: str) -> bool:
        """Say whether this is the code that the account's holder was given; it counts once."""
        hashed, until_ms = self._codes.get(account.account, ("", 0))
        if not hashed or self._clock.now_ms() >= until_ms or not credentials.is_token(code, hashed):
            return False
        del self._codes[account.account]
        return True

    def witness(self, name: str, code: str) -> str:
        """Return the account of a second person beside somebody's screen, who types a code of their own.

        Codes count once; failures lock as at the door. Raises NotFoundError or RefusedError.
        """
        account, now_ms = self.registry.account(name), self._clock.now_ms()
        is_able = account.active and now_ms >= account.lock.until_ms
        if is_able and self._is_own_code(account, code):
            return self.registry.put(msgspec.structs.replace(account, lock=Lock())).account
        step = None
        if is_able and account.totp:
            step = credentials.totp_step(account.totp, code, now_ms=now_ms, after=account.totp_step)
        if step is None:
            if is_able:
                self._failed(account, now_ms)
            raise RefusedError(
                f"{account.name} did not take part: no one-time code of theirs",
                why="rule V-01: whoever is named as the second person looked; the code is missing, wrong, was used "
                "before, or the account is locked or closed",
                remedy="have that person type a fresh code of their own authenticator, or of `evenhand people code` "
                "in a session of their own",
            )
        self.registry.put(msgspec.structs.replace(account, totp_step=step, lock=Lock()))
        return account.account

    def _failed(self, account: Account, now_ms: int) -> None:
        failures = account.lock.failures + 1
        lock = Lock(failures=failures)
        if failures >= FAILURES_MAX:
            lock = Lock(until_ms=now_ms + LOCK_MS)
            _LOG.warning("account_locked", account=account.account)
        self.registry.put(msgspec.structs.replace(account, lock=lock))

    def sign_in_subject(self, subject: str) -> tuple[str, SessionRow]:
        """Open a session for whom a trusted provider has identified. Raises RefusedError."""
        account = self.registry.subject(subject)
        if account is None or not account.active:
            raise RefusedError(
                "nobody here has this identity", why="the provider knows you, but no account names you",
                remedy="ask the administrator: `evenhand people add --subject`",
            )  # fmt: skip
        if account.key is None and officer_roles(account.roles):
            seed, key = self._new_key(account)
            sealed = credentials.seal_seed(seed, self._keys.storage_key, self._entropy)
            account = self.registry.put(msgspec.structs.replace(account, key=key, sealed_seed=sealed, enrolment=""))
        seed = credentials.open_seed(account.sealed_seed, self._keys.storage_key) if account.sealed_seed else b""
        return self._open(account, seed)

    def _open(self, account: Account, seed: bytes) -> tuple[str, SessionRow]:
        now_ms = self._clock.now_ms()
        session, token = credentials.new_token(_SESSION, self._entropy)
        sealed = credentials.seal_seed(seed, credentials.token_key(token), self._entropy) if seed else ""
        row = SessionRow(
            session=session, account=account.account, token_hash=credentials.token_hash(token), since_ms=now_ms,
            until_ms=now_ms + SESSION_MS, seen_ms=now_ms, sealed_seed=sealed,
        )  # fmt: skip
        return token, self.registry.put(row)

    def new_machine(self, row: MachineKey) -> str:
        """Keep a new key for a program and return it: it is shown once. `machine` and `token_hash` are set here."""
        machine, token = credentials.new_token(_MACHINE, self._entropy)
        self.registry.put(msgspec.structs.replace(row, machine=machine, token_hash=credentials.token_hash(token)))
        return token
