"""The post between members: sealed messages out, and each one in handled once.

Knows:    which topics have a room here, and which messages were handled already.
Told:     messages to send; messages of partners' ledgers, as the watchlist folds them.
Answers:  nothing; a message that cannot be used is recorded and left.
Trusted:  yes; what partners write is not, and every room judges its own letters.

A crash between handling and remembering handles a message again: every room takes the same letter twice
without harm.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from evenhand.ground.errors import EvenhandError, StoreError
from evenhand.ground.faults import fault
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Site
from evenhand.notices.model import Message

_PLACE: Final = b"post/"
_INDEX_BYTES: Final = 8
_LOOK_SECONDS: Final = 1.0
_LOG: Final = structlog.get_logger("evenhand.node.post")


@dataclass(frozen=True)
class Letter:
    """A message of a partner: who wrote it, when by its own clock, and what it says."""

    sender: str
    index: int
    at_ms: int
    thread: str
    topic: str
    body: bytes


class NotYetError(EvenhandError):
    """A letter is understood and will be answered at one of the next looks."""

    code = "not_yet"


Handler = Callable[[Site, Letter], None]


def send(site: Site, *, to: str, topic: str, thread: str, body: bytes, urgent: bool = False) -> int:
    """Send a message to one member, sealed to the two of us; return its entry. Raises RefusedError."""
    site.member.roster.member(to)
    message = Message(thread=thread, to=to, topic=topic, body=body.decode("utf-8"), urgent=urgent)
    label = ",".join(sorted({site.member.code, to}))
    entry = site.member.publish([Outgoing(message, match_label=label)])[0]
    site.wake()
    return entry


def unhandled(site: Site, topics: Mapping[str, Handler]) -> list[Letter]:
    """Return messages to us on these topics that were not handled yet, in each ledger's order."""
    member, found = site.member, []
    for code in sorted(member.watchlist.fold.ledgers):
        if code == member.code:
            continue
        for index, (at_ms, said) in sorted(member.watchlist.fold.ledgers[code].messages.items()):
            if (code, index) in site.handled or said.to != member.code or said.topic not in topics:
                continue
            if member.store.get(_row(code, index)) is not None:
                site.handled.add((code, index))
                continue
            body = said.body.encode("utf-8")
            found.append(Letter(sender=code, index=index, at_ms=at_ms, thread=said.thread, topic=said.topic, body=body))
    return found


def _row(code: str, index: int) -> bytes:
    return _PLACE + code.encode("ascii") + b"/" + index.to_bytes(_INDEX_BYTES, "big")


def collect(site: Site, topics: Mapping[str, Handler]) -> int:
    """Handle what came in and say how many letters that were. Raises StoreError."""
    count = 0
    for letter in unhandled(site, topics):
        try:
            topics[letter.topic](site, letter)
        except StoreError:
            raise
        except NotYetError:
            continue
        except EvenhandError as error:
            _LOG.warning("letter_refused", topic=letter.topic, sender=letter.sender, entry=letter.index, why=error.what)
        except Exception as error:  # noqa: BLE001 - one letter must not stop all others, whoever wrote it
            _LOG.error(
                "letter_failed", topic=letter.topic, sender=letter.sender, entry=letter.index, **fault(error)
            )
            site.handled.add((letter.sender, letter.index))  # not on disk: at the next start it is tried again
            continue
        site.member.store.apply({_row(letter.sender, letter.index): b"1"})
        site.handled.add((letter.sender, letter.index))
        count += 1
    return count


class Postman:
    """Looks into the post every second while the node runs; `look` says whether nothing is left to do."""

    def __init__(self, site: Site, look: Callable[[Site], bool]) -> None:
        self._site = site
        self._look = look
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        seen = -1
        while True:
            activity = self._site.member.activity
            if activity != seen:
                try:
                    if self._look(self._site):
                        seen = activity
                except EvenhandError as error:
                    _LOG.warning("post_not_collected", why=error.what)
                except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the post in silence
                    _LOG.error("post_not_collected", **fault(error))
            await asyncio.sleep(_LOOK_SECONDS)
