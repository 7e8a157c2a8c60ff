"""The feed: what to send a reader next, urgent entries first, parts only to those who may have them.

Knows:    how far the reader is on each ledger it follows; who may read which part.
Told:     a reader, its positions and a lane.
Answers:  the next frames; none when there is nothing new.
Trusted:  the first lock of releasability; encryption is the second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from evenhand.exchange.frames import Batch, EvidenceFrame, Express, Frame
from evenhand.exchange.ledgers import Ledgers
from evenhand.ground.errors import RefusedError
from evenhand.ground.limits import BATCH_BYTES_MAX
from evenhand.ledger.envelope import Envelope, parse_leaf

Lane = Literal["ordinary", "express"]
_BATCH_ENTRIES: Final = 64
"""A reader takes in a frame in one go: 64 entries hold up an urgent one for some 15 ms, 256 for some 60."""
MayRead = Callable[[str, tuple[str, str, int]], bool]
"""(reader, (originator, audience, epoch)) -> may it be served this part."""


def envelope_of(leaf: bytes) -> Envelope:
    """Read a leaf of ours."""
    return parse_leaf(leaf)[0]


@dataclass
class Feed:
    """One reader's stream."""

    reader: str
    positions: dict[str, int]
    lane: Lane = "ordinary"
    sent_evidence: set[str] = field(default_factory=set)
    urgent_sent: dict[str, int] = field(default_factory=dict)


class FeedDesk:
    """Serves feeds from the ledgers held here."""

    def __init__(self, ledgers: Ledgers, may_read: MayRead) -> None:
        self._ledgers = ledgers
        self._may_read = may_read

    def open(self, reader: str, positions: Mapping[str, int], lane: Lane) -> Feed:
        """Begin a feed. Raises RefusedError for anyone who is not an active member."""
        self.check_reader(reader)
        return Feed(reader, dict(positions), lane)

    def check_reader(self, reader: str) -> None:
        """Refuse whoever is not an active member now. Raises RefusedError."""
        roster = self._ledgers.roster
        if not roster.is_active(reader):
            member = roster.by_code.get(reader)
            raise RefusedError(
                f"{reader[:10]} gets nothing from this node",
                why="it is not in the roster"
                if member is None
                else f"the roster lists it as {member.status}",
            )

    def next_frames(self, feed: Feed) -> list[Frame]:
        """Return what to send next: one round over the ledgers. Raises RefusedError once expelled."""
        self.check_reader(feed.reader)
        frames: list[Frame] = []
        for code, evidence in self._ledgers.evidence.items():
            if code not in feed.sent_evidence:
                feed.sent_evidence.add(code)
                frames.append(EvidenceFrame(evidence=evidence))
        known = self._ledgers.roster.by_code
        for code in feed.positions:
            if code not in known:
                continue  # the reader's roster is newer than ours: this ledger is served from when ours names it
            if feed.lane == "express":
                frames += self._urgent(feed, code)
            else:
                frames += self._batch(feed, code)
        return frames

    def _urgent(self, feed: Feed, code: str) -> list[Frame]:
        log = self._ledgers.log(code)
        start = max(feed.positions[code], feed.urgent_sent.get(code, 0))
        frames: list[Frame] = []
        covered = log.head.checkpoint_size
        if start >= covered:
            return frames
        stop = min(covered, self._ledgers.counted(code))
        urgent = self._ledgers.urgent_between(code, start, stop)
        feed.urgent_sent[code] = max(start, stop)
        for index in urgent[:_BATCH_ENTRIES]:
            (leaf,) = log.entries(index, index + 1)
            parts = self._parts(feed.reader, code, index, [leaf])
            frames.append(
                Express(
                    ledger=code, index=index, leaf=leaf, checkpoint=log.head.checkpoint,
                    parts=tuple((name, sealed) for _, name, sealed in parts),
                    proof=tuple(log.inclusion(index, covered)),
                )
            )  # fmt: skip
        if len(urgent) > _BATCH_ENTRIES:
            feed.urgent_sent[code] = urgent[_BATCH_ENTRIES]
        return frames

    def _batch(self, feed: Feed, code: str) -> list[Frame]:
        log, start = self._ledgers.log(code), feed.positions[code]
        covered = log.head.checkpoint_size
        if start >= covered:
            return []
        stop = min(covered, self._ledgers.counted(code))  # what nobody may accept is not offered
        if start >= stop:
            return []
        leaves = log.entries(start, min(start + _BATCH_ENTRIES, stop))
        parts = self._parts(feed.reader, code, start, leaves)
        total, keep = 0, 0
        sizes = {i: len(leaf) for i, leaf in enumerate(leaves)}
        for index, _, sealed in parts:
            sizes[index - start] += len(sealed)
        for i in range(len(leaves)):
            total += sizes[i]
            if total > BATCH_BYTES_MAX and keep:
                break
            keep = i + 1
        end = start + keep
        feed.positions[code] = end
        return [
            Batch(
                ledger=code, start=start, leaves=tuple(leaves[:keep]), checkpoint=log.head.checkpoint,
                parts=tuple(part for part in parts if part[0] < end),
                proof=tuple(log.consistency(end, covered)),
            )
        ]  # fmt: skip

    def _parts(self, reader: str, code: str, start: int, leaves: list[bytes]) -> list[tuple[int, str, bytes]]:
        log, parts = self._ledgers.log(code), list[tuple[int, str, bytes]]()
        held = log.parts(start, start + len(leaves)) if len(leaves) > 1 else None
        for index, leaf in enumerate(leaves, start):
            for header in envelope_of(leaf).parts:
                if self.may_have(reader, code, header.audience, header.epoch):
                    # One entry's parts by their keys: half as dear as a scan, and somebody waits for it.
                    sealed = log.part(index, header.name) if held is None else held.get((index, header.name))
                    if sealed is not None:
                        parts.append((index, header.name, sealed))
        return parts

    def may_have(self, reader: str, code: str, audience: str, epoch: int) -> bool:
        """Say whether a sealed part may be served to a reader: open, its own, or released to it."""
        return not audience or reader == code or self._may_read(reader, (code, audience, epoch))

    def parts_for(self, reader: str, code: str, indexes: list[int]) -> list[tuple[int, str, bytes]]:
        """Return the sealed parts of named entries that a reader may have. Raises RefusedError."""
        self.check_reader(reader)
        log = self._ledgers.log(code)
        found: list[tuple[int, str, bytes]] = []
        for index in indexes:
            if index < log.size:
                found += self._parts(reader, code, index, log.entries(index, index + 1))
        return found


_BACKLOG_ENTRIES: Final = 1024
"""A reader further behind than this fetches tiles first: they are static and any mirror or cache has them."""


def is_far_behind(held: int, offered: int) -> bool:
    """Say whether to catch up from tiles before following."""
    return offered - held > _BACKLOG_ENTRIES
