"""What drives casework on a running node: the clock, letters to send, and partners who witness.

Knows:    how often to look, and how partners are asked to cosign or for their checkpoint.
Told:     a site with a running node.
Answers:  nothing; what partners said of our decision ledger is kept beside it.
Trusted:  yes for availability; judgement is the office's and the verifier's.

A partner sees the size and root of the decision ledger, never a leaf (C2SP tlog-witness). One that refuses
because the tree it cosigned is not a prefix of ours has caught this node with another history: rule O-02.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Final

import aiohttp
import msgspec
import structlog

from evenhand.exchange.tls import client_context
from evenhand.exchange.witness import DECISIONS
from evenhand.ground.errors import EvenhandError, PeerUnreachableError, StoreError
from evenhand.ground.faults import fault
from evenhand.ledger.checkpoint import Checkpoint, parse_checkpoint
from evenhand.ledger.witness_text import AddCheckpoint, print_add_checkpoint
from evenhand.node.deciding.casework import Casework
from evenhand.node.deciding.hearing import hear, remember
from evenhand.node.deciding.partners import audit, look_at_partners
from evenhand.node.people.managing import note_counted
from evenhand.node.site import Site
from evenhand.screening.notice_events import AuditChecked, ConnectionChanged
from evenhand.trust.note import parse_note
from evenhand.trust.roster import RosterMember

_TICK_SECONDS: Final = 0.25
_WITNESS_SECONDS: Final = 5.0
_LOOK_MS: Final = 1_000
_SHOWN_MS: Final = 3_600_000
"""Partners are shown our head once an hour even where nothing was decided: who stays away for a day is found."""
_TIMEOUT_SECONDS: Final = 3.0
_RETENTION_SECONDS: Final = 3600.0
_MEMORY_SECONDS: Final = 60.0
_OK: Final = 200
_CONFLICT: Final = 409
_UNPROCESSABLE: Final = 422
_LOG: Final = structlog.get_logger("evenhand.node.deciding")


class Witnessed(msgspec.Struct, frozen=True, kw_only=True):
    """What one partner said when asked to cosign: COSIGNED, REFUSED (another history), or UNREACHABLE."""

    partner: str
    verdict: str
    size: int
    why: str = ""


class DecisionDriver:
    """Ticks casework, and has its ledger witnessed, while the node runs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._tasks: list[asyncio.Task[None]] = []
        self._sealed = -1
        self._sealed_ms = 0
        self._looked_ms = 0
        self._online: bool | None = None

    async def start(self) -> None:
        """Begin: what was missed while the node was down is done first."""
        _ = self._site.casework
        works = (self._tick_forever, self._witness_forever, self._delete_forever, self._remember_forever)
        self._tasks = [asyncio.create_task(work()) for work in works]

    async def stop(self) -> None:
        """End, and sign what was recorded."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(EvenhandError):  # a store that failed has said so elsewhere
            note_counted(self._site, closing=True)
            hear(self._site)
            remember(self._site, closing=True)
        self._site.close()

    async def _tick_forever(self) -> None:
        while True:
            try:
                self._note_connection()
                self._look_at_partners()
                note_counted(self._site)
                if self._site.casework.tick():
                    self._site.wake()
            except StoreError as error:
                _LOG.error("casework_stopped", reason=error.what, why=error.why, remedy=error.remedy)
                return
            except EvenhandError as error:
                _LOG.warning("casework_tick_failed", reason=error.what)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the clocks in silence
                _LOG.error("casework_tick_failed", **fault(error))
            await asyncio.sleep(_TICK_SECONDS)

    def _note_connection(self) -> None:
        """Record when this node loses or regains its last partner: some clocks are longer without a line."""
        peers = [] if self._site.driver is None else self._site.driver.peer_status()
        active = [peer for peer in peers if peer.standing == "active"]
        online = not active or any(peer.connected for peer in active)
        if online is self._online:
            return
        casework, was = self._site.casework, self._online
        self._online = online
        if was is not None or not online:
            event = ConnectionChanged(
                event_id=casework.new_id(), at_ms=casework.now_ms, member=casework.member.code, unit="", online=online
            )
            casework.record(event)

    def _look_at_partners(self) -> None:
        if self._site.casework.now_ms - self._looked_ms >= _LOOK_MS:
            self._looked_ms = self._site.casework.now_ms
            look_at_partners(self._site)

    async def _delete_forever(self) -> None:
        while True:
            with _going_on("deleting_failed"):  # the verifier finds what was kept too long
                self._site.casework.delete_due()
            await asyncio.sleep(_RETENTION_SECONDS)

    async def _remember_forever(self) -> None:
        """Keep a fresh memory beside the book; only taking it holds anybody up, and writing it nobody."""
        while True:
            casework = self._site.casework
            if casework.keepsake is not None and casework.keepsake.is_due(casework.book):
                with _going_on("remembering_failed"):  # a store that failed has stopped the node elsewhere
                    taken = casework.keepsake.take(casework.office, casework.now_ms)
                    await asyncio.to_thread(casework.keepsake.keep, taken)
            await asyncio.sleep(_MEMORY_SECONDS)

    async def _witness_forever(self) -> None:
        while True:
            await asyncio.sleep(_WITNESS_SECONDS)
            with _going_on("witnessing_failed"):
                casework = self._site.casework
                if casework.book.size != self._sealed or casework.now_ms - self._sealed_ms >= _SHOWN_MS:
                    await have_witnessed(self._site)
                    self._sealed, self._sealed_ms = casework.book.size, casework.now_ms


@contextlib.contextmanager
def _going_on(event: str) -> Iterator[None]:
    """Let a loop go on after what is said elsewhere, and after a fault of ours, which is said here."""
    try:
        yield
    except EvenhandError:
        pass
    except Exception as error:  # noqa: BLE001 - it must not stop the loop in silence
        _LOG.error(event, **fault(error))


async def have_witnessed(site: Site) -> tuple[Witnessed, ...]:
    """Have every partner in reach cosign the decision ledger's checkpoint; keep what they signed."""
    casework = site.casework
    note = casework.book.sign()
    size = casework.book.size
    said: list[Witnessed] = []
    lines: list[bytes] = []
    for peer in site.member.roster.members:
        if peer.status == "active" and peer.code != site.member.code and peer.urls:
            verdict, line = await _ask(site, peer, note, size)
            said.append(verdict)
            lines += [line] if line else []
    if lines:
        casework.book.seal(size, note + b"".join(lines), casework.now_ms)
    for one in said:
        if one.verdict == "REFUSED":
            _accuse(casework, one)
    audited = audit(site, site.member.code, casework.now_ms) if lines else None
    if audited is not None:
        casework.record(audited)
    return tuple(said)


def _accuse(casework: Casework, said: Witnessed) -> None:
    """Record that a partner remembers another history of ours: found once for each size."""
    event = AuditChecked(
        event_id=f"witness:{said.partner}:{said.size}", at_ms=casework.now_ms, member=casework.member.code, unit="",
        problem="HASH",
    )  # fmt: skip
    casework.record(event)


async def _ask(site: Site, peer: RosterMember, note: bytes, size: int) -> tuple[Witnessed, bytes]:
    """Ask one partner; where it remembers another size than we thought, ask once more from there."""
    old, status, answer = 0, 0, b""
    for _ in range(2):
        proof = tuple(site.casework.book.log.consistency(old, size))
        body = print_add_checkpoint(AddCheckpoint(old, proof, note))
        try:
            status, answer = await _request(site, peer, "POST", "add-checkpoint", body)
        except PeerUnreachableError as error:
            return Witnessed(partner=peer.code, verdict="UNREACHABLE", size=old, why=error.why), b""
        remembered = answer.decode("ascii", "replace").strip()
        if status == _OK:
            return Witnessed(partner=peer.code, verdict="COSIGNED", size=size), answer
        if status != _CONFLICT or not remembered.isdigit() or not old != int(remembered) <= size:
            break
        old = int(remembered)
    why = f"it answered {status}: {answer.decode('utf-8', 'replace').strip()[:60]}"
    verdict = "REFUSED" if status in {_CONFLICT, _UNPROCESSABLE} else "UNREACHABLE"
    return Witnessed(partner=peer.code, verdict=verdict, size=old, why=why), b""


async def _request(site: Site, peer: RosterMember, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    if site.driver is not None and site.driver.is_cut(peer.code):
        raise PeerUnreachableError(f"{peer.code} is cut off", why="this node was told to keep it off")
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
    context, why = client_context(site.member.keys, peer.certificate), ""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context), timeout=timeout) as session:
        for url in peer.urls:
            try:
                async with session.request(method, f"{url}/{path}", data=body or None) as response:
                    return response.status, await response.read()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                why = str(error) or type(error).__name__
    raise PeerUnreachableError(f"{peer.code} does not answer", why=why)


async def live_head(site: Site, code: str) -> Checkpoint:
    """Return the checkpoint a member's own node serves now, unverified. Raises PeerUnreachableError."""
    status, body = await _request(site, site.member.roster.member(code), "GET", f"ledger/{code}/checkpoint")
    if status != _OK:
        raise PeerUnreachableError(f"{code} answered {status}", remedy="try again, or contact it by telephone")
    return parse_checkpoint(parse_note(body).text)


def decision_origin(site: Site) -> str:
    """Return the origin line of this member's decision ledger."""
    return site.member.keys.origin + DECISIONS
