"""Repeats: a write sent twice under one Idempotency-Key is done once, also across a restart.

Knows:    callers' keys of the last day, what each was used for and what was answered.
Told:     a key and a request before it is done, and the answer after.
Answers:  nothing for a new key; the first answer for a repeat; a refusal for anything in between.
Trusted:  yes for not publishing twice. It keeps answers of writes, which hold ids and no personal data.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from evenhand.api.problems import HttpError
from evenhand.api.rows import Reply
from evenhand.ground.clock import Clock
from evenhand.ground.limits import API_REPEAT_SECONDS, API_REPEATS_MAX
from evenhand.ground.store import Batch, Store

_BY_KEY: Final = b"repeat/key/"
_BY_TIME: Final = b"repeat/time/"
_TIME_END: Final = b"repeat/time0"


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    """`done` is False from before the write until its answer is known."""

    asked: bytes
    at_ms: int
    done: bool
    status: int = 0
    media: str = ""
    headers: dict[str, str] = {}
    body: bytes = b""


class Repeats:
    """Remembers writes by caller and key."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._running: set[bytes] = set()
        self._count = sum(1 for _ in store.scan(_BY_TIME, _TIME_END))

    def begin(self, caller: str, key: str, asked: bytes) -> Reply | None:
        """Note a write about to be done; return the first answer if it was done. Raises HttpError (409, 422)."""
        name, now = _name(caller, key), self._clock.now_ms()
        self._forget(now - 1_000 * API_REPEAT_SECONDS)
        found = self._store.get(_BY_KEY + name)
        asked = hashlib.sha256(asked).digest()
        if found is None:
            self._running.add(name)
            self._keep(name, _Kept(asked, now, done=False))
            self._count += 1
            return None
        kept = msgspec.msgpack.decode(found, type=_Kept)
        if kept.asked != asked:
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
        again = {**kept.headers, "Idempotency-Replayed": "true"}
        return Reply(body=kept.body, status=kept.status, media=kept.media, headers=again)

    def end(self, caller: str, key: str, asked: bytes, reply: Reply) -> None:
        """Keep the answer of a write."""
        name = _name(caller, key)
        digest, now = hashlib.sha256(asked).digest(), self._clock.now_ms()
        kept = _Kept(digest, now, True, reply.status, reply.media, dict(reply.headers), reply.body)  # noqa: FBT003
        self._keep(name, kept)
        self._running.discard(name)

    def refused(self, caller: str, key: str) -> None:
        """Forget a write that was refused before anything was done: it may be tried again."""
        name = _name(caller, key)
        found = self._store.get(_BY_KEY + name)
        if found is not None:
            kept = msgspec.msgpack.decode(found, type=_Kept)
            self._drop([(_BY_TIME + _stamp(kept.at_ms) + name, name)])
        self._running.discard(name)

    def failed(self, caller: str, key: str) -> None:
        """Leave open whether a write was done: it ended in a fault of ours."""
        self._running.discard(_name(caller, key))

    def _keep(self, name: bytes, kept: _Kept) -> None:
        rows: Batch = {_BY_KEY + name: msgspec.msgpack.encode(kept), _BY_TIME + _stamp(kept.at_ms) + name: name}
        before = self._store.get(_BY_KEY + name)
        if before is not None:
            rows[_BY_TIME + _stamp(msgspec.msgpack.decode(before, type=_Kept).at_ms) + name] = None
            rows[_BY_TIME + _stamp(kept.at_ms) + name] = name
        self._store.apply(rows)

    def _forget(self, before_ms: int) -> None:
        old = list(self._store.scan(_BY_TIME, _BY_TIME + _stamp(max(0, before_ms))))
        excess = self._count - len(old) - API_REPEATS_MAX
        if excess >= 0:
            everything = self._store.scan(_BY_TIME, _TIME_END)
            old = [row for row, _ in zip(everything, range(len(old) + excess + 1), strict=False)]
        if old:
            self._drop(old)

    def _drop(self, rows: list[tuple[bytes, bytes]]) -> None:
        batch: Batch = {}
        for row, name in rows:
            batch[row] = None
            batch[_BY_KEY + name] = None
        self._store.apply(batch)
        self._count -= len(rows)


def _name(caller: str, key: str) -> bytes:
    return hashlib.sha256(f"{caller}\0{key}".encode()).digest()


def _stamp(instant_ms: int) -> bytes:
    return instant_ms.to_bytes(8, "big")
