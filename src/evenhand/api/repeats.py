"""Repeats: a write sent twice under one Idempotency-Key is done once, also across a restart.

Knows:    callers' keys of the last day, as codes only this node can compute; what was answered, sealed; how many
          keys and how much of answers each caller has.
Told:     a key and a request before it is done, and the answer after.
Answers:  nothing for a new key; the first answer for a repeat; a refusal for anything in between.
Trusted:  yes for not doing a write twice. Answers may tell of persons: they are sealed by the node's storage key and
          a random value that is replaced whenever anybody is erased, so that none can be read after that. Secrets
          are shown once, and are not kept at all.

Source: draft-ietf-httpapi-idempotency-key-header; NIST SP 800-88 Rev. 1 section 2.6 (cryptographic erase).
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evenhand.api.problems import HttpError
from evenhand.api.rows import Reply
from evenhand.ground.clock import Clock
from evenhand.ground.faults import fault
from evenhand.ground.limits import (
    API_CALLER_REPEAT_BYTES_MAX,
    API_CALLER_REPEATS_MAX,
    API_REPEAT_BYTES_MAX,
    API_REPEAT_SECONDS,
    API_REPEATS_MAX,
)
from evenhand.ground.store import Batch, Store

_BY_KEY: Final = b"repeat/v2/key/"
_BY_TIME: Final = b"repeat/v2/time/"
_TIME_END: Final = b"repeat/v2/time0"
_BEFORE: Final = ((b"repeat/key/", b"repeat/key0"), (b"repeat/time/", b"repeat/time0"))
"""Rows of an earlier form, which kept answers as they were: they go at the first start."""
_TITLE: Final = b"evenhand/repeats/v2\n"
_NONCE_BYTES: Final = 12
_NAME_BYTES: Final = 32
_CALLER_BYTES: Final = 16
_SIZE_BYTES: Final = 8
_ALL: Final = b""
"""The caller under whom everybody's is counted."""
_FULL_SECONDS: Final = 600
_MINUTE_SECONDS: Final = 60.0
_LOG: Final = structlog.get_logger("evenhand.api.repeats")


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    """`done` is False from before the write until its answer is known; `answer` is sealed, or empty if not kept.

    `asked` is empty while the request is not yet known whole: a body that still streams in.
    """

    asked: bytes
    at_ms: int
    done: bool
    answer: bytes = b""


class _Answer(msgspec.Struct, array_like=True, frozen=True):
    status: int
    media: str
    headers: dict[str, str]
    body: bytes


class Repeats:
    """Remembers writes by caller and key."""

    def __init__(self, store: Store, clock: Clock, *, key: bytes, seal: Callable[[], bytes]) -> None:
        """`key` is the node's storage key; `seal` gives the key of answers, another one after each erasure."""
        self._store = store
        self._clock = clock
        self._code = hmac.digest(key, _TITLE, "sha256")
        self._bare = hmac.digest(key, _TITLE + b"bare", "sha256")
        self._seal = seal
        self._running: set[bytes] = set()
        self._keys: Counter[bytes] = Counter()
        self._bytes: Counter[bytes] = Counter()
        self._drop_earlier()
        for _, about in store.scan(_BY_TIME, _TIME_END):
            self._tally(about, 1)
        self.forget_old()

    # -- before a write, and after ------------------------------------------------------------------------

    def begin(self, caller: str, key: str, asked: bytes) -> Reply | None:
        """Note a write about to be done; return the first answer if it was done. Raises HttpError (409, 422, 429, 503).

        `asked` is a digest of the request; empty where its body is still to come. Where no more can be remembered the
        write is refused: to forget another one would let that be done twice.
        """
        name, now = self._name(caller, key), self._clock.now_ms()
        self.forget_old()
        found = self._store.get(_BY_KEY + name)
        if found is None:
            self._check_room(self._caller(caller))
            self._running.add(name)
            self._keep(name, caller, _Kept(self._asked(name, asked), now, done=False))
            return None
        kept = msgspec.msgpack.decode(found, type=_Kept)
        if kept.asked and kept.asked != self._asked(name, asked):
            raise HttpError(
                422, "this Idempotency-Key was used for another request", code="idempotency_key_reused",
                remedy="make a new key for each new write",
            )  # fmt: skip
        if name in self._running:
            raise HttpError(
                409, "the same write is being done right now", code="idempotency_key_in_use",
                remedy="wait for its answer, then repeat",
            )  # fmt: skip
        if not kept.done:
            raise HttpError(
                409, "whether this write was done is not known: the node stopped meanwhile",
                code="idempotency_outcome_unknown", remedy="look whether it was done; if not, repeat with a new key",
            )  # fmt: skip
        answer = self._opened(name, kept.answer)
        if answer is None:
            raise HttpError(
                409, "this write was done, and its answer is not kept", code="idempotency_answer_not_kept",
                why="it held a secret that is shown once, was too long or one too many of the day, or went when "
                "somebody was erased here",
                remedy="look at what was done; where a secret is lost, end it, and make another with a new key",
            )  # fmt: skip
        again = {**answer.headers, "Idempotency-Replayed": "true"}
        return Reply(body=answer.body, status=answer.status, media=answer.media, headers=again)

    def knows(self, caller: str, key: str) -> bool:
        """Say whether a key was used within the day."""
        self.forget_old()
        return self._store.get(_BY_KEY + self._name(caller, key)) is not None

    def end(self, caller: str, key: str, asked: bytes, reply: Reply | None, *, bare: bool = False) -> None:
        """Keep the answer of a write; None where it is not to be kept. A `bare` one names no person: it may stay."""
        name, sealed = self._name(caller, key), b""
        if reply is not None:
            answer = _Answer(reply.status, reply.media, dict(reply.headers), reply.body)
            nonce = secrets.token_bytes(_NONCE_BYTES)
            seal = AESGCM(self._bare if bare else self._seal())
            sealed = nonce + seal.encrypt(nonce, msgspec.msgpack.encode(answer), _TITLE + name)
            sealed = sealed if self._fits(self._caller(caller), len(sealed)) else b""
        self._keep(name, caller, _Kept(self._asked(name, asked), self._clock.now_ms(), done=True, answer=sealed))
        self._running.discard(name)

    def refused(self, caller: str, key: str) -> None:
        """Forget a write that was refused before anything was done: it may be tried again."""
        name = self._name(caller, key)
        found = self._store.get(_BY_KEY + name)
        if found is not None:
            kept = msgspec.msgpack.decode(found, type=_Kept)
            row = _BY_TIME + _stamp(kept.at_ms) + name
            self._drop([(row, self._store.get(row) or name)])
        self._running.discard(name)

    def failed(self, caller: str, key: str) -> None:
        """Leave open whether a write was done: it ended in a fault of ours."""
        self._running.discard(self._name(caller, key))

    # -- how much there is of whom --------------------------------------------------------------------------

    def _tally(self, about: bytes, sign: int) -> None:
        """Count a row, or take it back. One of an earlier form says neither whose it is nor how long its answer is."""
        whose = about[_NAME_BYTES : _NAME_BYTES + _CALLER_BYTES]
        size = int.from_bytes(about[_NAME_BYTES + _CALLER_BYTES :], "big")
        for one in {_ALL, whose}:
            self._keys[one] += sign
            self._bytes[one] += sign * size
            if not self._keys[one]:
                del self._keys[one], self._bytes[one]

    def _check_room(self, whose: bytes) -> None:
        """Refuse a key more than can be remembered. Raises HttpError (429, 503)."""
        wait = {"Retry-After": str(_FULL_SECONDS)}
        if self._keys[whose] >= API_CALLER_REPEATS_MAX:
            raise HttpError(
                429, f"more than {API_CALLER_REPEATS_MAX} writes of one caller in a day", code="repeats_of_caller_full",
                why="each is remembered for a day, that none is done twice",
                remedy="write less often, or with a key for each program", headers=wait,
            )  # fmt: skip
        if self._keys[_ALL] >= API_REPEATS_MAX:
            raise HttpError(
                503, "no more writes can be remembered today", code="repeats_full",
                why=f"the limit is {API_REPEATS_MAX}, and each is remembered for a day, that none is done twice",
                remedy="wait, and find out which programs write so much: `evenhand people journal`", headers=wait,
            )  # fmt: skip

    def _fits(self, whose: bytes, size: int) -> bool:
        """Whether an answer may be kept; of the others it is known that they were given."""
        mine = self._bytes[whose] + size <= API_CALLER_REPEAT_BYTES_MAX
        return mine and self._bytes[_ALL] + size <= API_REPEAT_BYTES_MAX

    # -- forgetting ---------------------------------------------------------------------------------------

    def forget_old(self) -> None:
        """Forget what is older than a day, and nothing else."""
        before_ms = self._clock.now_ms() - 1_000 * API_REPEAT_SECONDS
        old = list(self._store.scan(_BY_TIME, _BY_TIME + _stamp(max(0, before_ms))))
        if old:
            self._drop(old)

    async def tend(self) -> None:
        """Forget each minute, also where nobody writes, until this is cancelled."""
        while True:
            await asyncio.sleep(_MINUTE_SECONDS)
            try:
                self.forget_old()
            except Exception as error:  # noqa: BLE001 - the next minute tries again
                _LOG.error("repeats_not_forgotten", **fault(error))

    def _drop_earlier(self) -> None:
        rows: Batch = {row: None for start, stop in _BEFORE for row, _ in self._store.scan(start, stop)}
        if rows:
            self._store.apply(rows)
            self._store.scrub()

    # -- at rest ------------------------------------------------------------------------------------------

    def _name(self, caller: str, key: str) -> bytes:
        return hmac.digest(self._code, f"{caller}\0{key}".encode(), "sha256")

    def _caller(self, caller: str) -> bytes:
        return hmac.digest(self._code, b"caller\0" + caller.encode(), "sha256")[:_CALLER_BYTES]

    def _asked(self, name: bytes, asked: bytes) -> bytes:
        # A bare digest of a question could be tried out name by name.
        return hmac.digest(self._code, name + asked, "sha256") if asked else b""

    def _opened(self, name: bytes, sealed: bytes) -> _Answer | None:
        for key in (self._bare, self._seal()) if sealed else ():
            with suppress(InvalidTag):
                text = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _TITLE + name)
                return msgspec.msgpack.decode(text, type=_Answer)
        return None  # never kept, or sealed before somebody was erased

    def _keep(self, name: bytes, caller: str, kept: _Kept) -> None:
        about = name + self._caller(caller) + len(kept.answer).to_bytes(_SIZE_BYTES, "big")
        rows: Batch = {}
        found = self._store.get(_BY_KEY + name)
        before = None
        if found is not None:
            row = _BY_TIME + _stamp(msgspec.msgpack.decode(found, type=_Kept).at_ms) + name
            rows[row], before = None, self._store.get(row)
        rows[_BY_KEY + name] = msgspec.msgpack.encode(kept)
        rows[_BY_TIME + _stamp(kept.at_ms) + name] = about
        self._store.apply(rows)
        if before is not None:
            self._tally(before, -1)
        self._tally(about, 1)

    def _drop(self, rows: list[tuple[bytes, bytes]]) -> None:
        batch: Batch = {}
        for row, about in rows:
            batch[row] = None
            batch[_BY_KEY + about[:_NAME_BYTES]] = None
        self._store.apply(batch)
        for _, about in rows:
            self._tally(about, -1)


def _stamp(instant_ms: int) -> bytes:
    return instant_ms.to_bytes(8, "big")
