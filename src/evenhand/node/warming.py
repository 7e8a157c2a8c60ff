"""Warming: an engine that takes long to make ready is made so, fed and tidied beside the node's one loop.

Knows:    that kernels compile for a minute on a new machine, and that an index of a million takes two to build.
Told:     listed notices at once, before anything is ready; questions.
Answers:  the Matcher interface. A question before the engine is ready is refused, never answered from less.
Trusted:  yes: every change said before a question is in the engine that answers it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

import msgspec
import structlog

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import CorruptionError, EvenhandError, NotReadyError
from evenhand.ground.faults import fault
from evenhand.matching.build import COMPILE, Engine, build_matcher, is_compiled, warm
from evenhand.matching.contract import Answer, Listed, Matcher, Query
from evenhand.matching.edition import matcher_version

if TYPE_CHECKING:
    from evenhand.matching.engine import NameMatcher

_CHUNK: Final = 128
"""Changes fed to the engine in one go: a question waits for some 20 ms of them at most."""
_BACKLOG_MAX: Final = 1_000
"""More waiting than this would hold the loop for longer than a second: whoever asks is told to ask again."""
_FEW: Final = 16
_LOOK_SECONDS: Final = 0.02
_BREATH_SECONDS: Final = 0.002
_PATIENCE_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 2.0
_NICE: Final = 10
_LOG: Final = structlog.get_logger("evenhand.node.warming")


class _Dump(msgspec.Struct, frozen=True, array_like=True):
    base: bytes
    """The engine's own dump; empty: there is none."""
    waiting: list[tuple[str, bytes]]
    """What came after it: key and encoded notice, or nothing if it was dropped."""


class PatientMatcher:
    """The engine `names` behind what came for it: nothing is imported, loaded or built before it is needed.

    `begin` has threads do all that; without it the first question does. Changes come from one thread.
    """

    def __init__(self) -> None:
        self._engine: NameMatcher | None = None  # set by `_wake`, once
        self._base = b""  # until the engine has it
        self._waiting: dict[str, bytes] = {}  # by the loop; taken out under _applying
        self._fields, self._applying = Lock(), Lock()
        self._called, self._stopping = Event(), Event()
        self._threads: list[Thread] = []
        self._begun = 0.0
        self._failure: Exception | None = None

    @property
    def version(self) -> str:
        """SHA-256 in hex over tables, weights, thresholds and code that decide an answer."""
        return matcher_version()

    def fresh(self) -> NameMatcher:
        """Return an empty matcher of the same version."""
        return self._fed().fresh()

    # -- what is listed --------------------------------------------------------------------------------------

    def put(self, key: str, listed: Listed) -> None:
        """Add a notice or replace what was held under its key; the next search sees it."""
        self.put_many([(key, listed)])

    def put_many(self, items: Iterable[tuple[str, Listed]]) -> None:
        """Add many at once (initial load, restart)."""
        for key, listed in items:
            self._say(key, msgspec.msgpack.encode(listed))
        self._called.set()

    def drop(self, key: str) -> None:
        """Forget a notice; unknown keys are ignored."""
        self._say(key, b"")
        self._called.set()

    def _say(self, key: str, encoded: bytes) -> None:
        with self._fields:
            self._waiting.pop(key, None)
            self._waiting[key] = encoded

    def dump(self) -> bytes:
        """Return engine and waiting changes as bytes that `load` of the same version takes back."""
        with self._applying:
            if self._engine is None:
                return msgspec.msgpack.encode(_Dump(self._base, list(self._waiting.items())))
            while self._feed(self._engine, _CHUNK):
                pass
            return msgspec.msgpack.encode(_Dump(self._engine.dump(), []))

    def load(self, data: bytes) -> None:
        """Replace everything by a dump; the engine reads it when it wakes. Raises CorruptionError if malformed."""
        try:
            dump = msgspec.msgpack.decode(data, type=_Dump)
        except UNREADABLE as error:
            raise CorruptionError("the index is malformed", remedy="build it again from the notices") from error
        with self._applying, self._fields:
            self._engine, self._base, self._waiting = None, dump.base, dict(dump.waiting)
        self._called.set()

    # -- questions -------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Answer:
        """Return every notice whose evidence reaches the cut-off. Raises NotReadyError."""
        return self._fed().search(query)

    def search_many(self, queries: Sequence[Query]) -> list[Answer]:
        """Answer many questions on every core, as `search` would. Raises NotReadyError."""
        return self._fed().search_many(queries)

    def _fed(self) -> NameMatcher:
        """Return the engine with every change said so far in it. Raises NotReadyError."""
        if not self._threads and self._engine is None:
            self._wake()
        engine = self.ready()
        if self._threads and len(self._waiting) > _BACKLOG_MAX:
            raise NotReadyError(
                "names cannot be matched here for a moment",
                why=f"{len(self._waiting)} notices that came at once are still being taken in",
                remedy="ask again in a moment, or ask another post meanwhile",
            )
        with self._applying:
            while self._feed(engine, _CHUNK):
                pass
        return engine

    def ready(self) -> NameMatcher:
        """Return the engine. Raises NotReadyError until it is awake, with words for an officer."""
        if self._engine is not None:
            return self._engine
        if self._failure is not None:
            raise NotReadyError(
                "names cannot be matched at this node", why=_words(self._failure),
                remedy="delete the file `snapshot` in the data folder and start the node again",
            )  # fmt: skip
        raise NotReadyError(
            "names cannot be matched here yet",
            why=f"the matcher has been making itself ready for {time.monotonic() - self._begun:.0f} s; "
            "the first start of a release compiles for a minute or two",
            remedy="ask again in a moment, or ask another post meanwhile",
        )

    @property
    def busy(self) -> bool:
        """Whether threads are at something that a question should wait for."""
        if not self._threads or self._failure is not None:
            return False
        return self._engine is None or len(self._waiting) > _CHUNK

    # -- beside the loop -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Make ready and feed in a thread, and tidy in another."""
        self._begun = time.monotonic()
        self._threads = [
            Thread(target=run, name=name, daemon=True)
            for name, run in (("matcher", self._work), ("matcher-tidy", self._tidy))
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Stop the threads; one that compiles is left behind after a moment."""
        self._stopping.set()
        self._called.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def _wake(self) -> None:
        """Import, compile or load the kernels, read the dump, build what waits. Raises CorruptionError."""
        # Imported here: whoever publishes and asks nothing is spared a second and 60 MB.
        from evenhand.matching.engine import NameMatcher  # noqa: PLC0415

        warm("names")
        engine = NameMatcher()
        if self._base:
            engine.load(self._base)
        with self._fields:
            taken = dict(self._waiting)
        for key in [key for key, encoded in taken.items() if not encoded]:
            engine.drop(key)
        engine.put_many((key, _listed(encoded)) for key, encoded in taken.items() if encoded)
        with self._applying, self._fields:
            for key, encoded in taken.items():
                if self._waiting.get(key) is encoded:
                    del self._waiting[key]
            self._engine, self._base = engine, b""

    def _feed(self, engine: Matcher, most: int) -> bool:
        """Give the engine some of what waits; tell whether anything did. Only under `_applying`."""
        with self._fields:
            taken = {key: self._waiting.pop(key) for key in list(islice(self._waiting, most))}
        for key in [key for key, encoded in taken.items() if not encoded]:
            engine.drop(key)
        kept = [(key, _listed(encoded)) for key, encoded in taken.items() if encoded]
        if len(kept) > _FEW:
            engine.put_many(kept)
        else:
            for key, listed in kept:
                engine.put(key, listed)
        return bool(taken)

    def _compile_apart(self) -> bool:
        """Compile in a process of its own, for a compiler stops every thread beside it; tell whether to go on."""
        if is_compiled():
            return True
        _LOG.info("kernels_compiling", note="the first start of a release: a minute or two")
        with subprocess.Popen([sys.executable, "-c", COMPILE], stdin=subprocess.DEVNULL) as process:
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
            while process.poll() is None:
                if self._stopping.wait(_LOOK_SECONDS):
                    process.terminate()
                    return False
        return True  # if it failed, `_wake` compiles here, or says why it cannot

    def _work(self) -> None:
        _LOG.info("matcher_warming", engine="names")
        try:
            if not self._compile_apart():
                return
            self._wake()
            _LOG.info("matcher_ready", engine="names", seconds=round(time.monotonic() - self._begun, 1))
            while not self._stopping.is_set():
                self._called.wait()
                self._called.clear()
                self._catch_up()
        except Exception as error:  # noqa: BLE001 - whoever asks is told; the log keeps kind and place
            self._failure = error
            _LOG.error("matcher_failed", **fault(error))

    def _catch_up(self) -> None:
        engine = self._engine
        while engine is not None and self._waiting and not self._stopping.is_set():
            with self._applying:
                self._feed(engine, _CHUNK)
            time.sleep(_BREATH_SECONDS)  # a question that waits for the lock has its turn

    def _tidy(self) -> None:
        while not self._stopping.wait(1.0):
            engine = self._engine
            while engine is not None and not self._stopping.is_set() and engine.tidy():
                pass


def _listed(encoded: bytes) -> Listed:
    return msgspec.msgpack.decode(encoded, type=Listed)


def _words(error: Exception) -> str:
    """Return why an engine failed: in our own words, or by kind and place, since others' may name a person."""
    said = fault(error)
    return str(error) if isinstance(error, EvenhandError) else f"{said['kind']} at {said['at']}"


# -- for the rooms around it ---------------------------------------------------------------------------------


def matcher_for(engine: Engine) -> Matcher:
    """Return the matcher of a node: patient where its engine takes time."""
    return build_matcher(engine) if engine == "plain" else PatientMatcher()


def begin_warming(matcher: Matcher) -> None:
    """Make a node's matcher ready beside its loop, if it takes time."""
    if isinstance(matcher, PatientMatcher):
        matcher.begin()


def end_warming(matcher: Matcher) -> None:
    """Stop what `begin_warming` began."""
    if isinstance(matcher, PatientMatcher):
        matcher.end()


def require_ready(matcher: Matcher) -> None:
    """Raise NotReadyError while a running node's matcher cannot answer."""
    if isinstance(matcher, PatientMatcher):
        matcher.ready()


def is_warming(matcher: Matcher) -> bool:
    """Say whether a matcher still makes itself ready, so that nobody can be looked up yet."""
    return isinstance(matcher, PatientMatcher) and matcher.busy


async def patience(matcher: Matcher, seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait, with the loop free, until a matcher of a running node is ready and fed, or the time is over."""
    if not isinstance(matcher, PatientMatcher):
        return
    until = time.monotonic() + seconds
    while matcher.busy and time.monotonic() < until:  # noqa: ASYNC110 - a thread, which knows no loop, changes it
        await asyncio.sleep(_LOOK_SECONDS)
