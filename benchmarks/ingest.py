"""How fast one core takes in verified entries: mirrored, on disk, both parts opened, folded; also indexed.

Knows:    the frames an owner's feed would send.
Told:     how many entries, how often.
Answers:  entries per second, and the same for a bare Ed25519 verification.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.coalition import FOLLOWER, OWNER, NoMatcher, Plan, build_member, make_plan, outgoing
from benchmarks.figures import Figure, middle
from evenhand.exchange.frames import Batch, FrameReader, print_frame
from evenhand.ground.store import MemoryStore
from evenhand.matching.build import build_matcher
from evenhand.matching.contract import Matcher
from evenhand.trust import ed25519


def prepare(plan: Plan, entries: int) -> list[bytes]:
    """Publish notices at the owner, in memory, and return the frames its feed sends for them."""
    owner = build_member(plan, OWNER, store=MemoryStore(), matcher=NoMatcher())
    owner.open()
    owner.publish(list(outgoing(0, entries)))
    feed = owner.desk.open(FOLLOWER, {OWNER: 0}, "ordinary")
    batches: list[Batch] = []
    while more := owner.desk.next_frames(feed):
        batches += [frame for frame in more if isinstance(frame, Batch)]
    return [print_frame(_joined(batches[at : at + 4])) for at in range(0, len(batches), 4)]


def _joined(batches: Sequence[Batch]) -> Batch:
    """Join neighbouring batches of 64 into one of 256, the size in which tiles are caught up from."""
    return Batch(
        ledger=OWNER, start=batches[0].start, checkpoint=batches[-1].checkpoint, proof=batches[-1].proof,
        leaves=tuple(leaf for one in batches for leaf in one.leaves),
        parts=tuple(part for one in batches for part in one.parts),
    )  # fmt: skip


def ingest(folder: Path, frames: Sequence[bytes], plan: Plan, matcher: Matcher) -> tuple[float, float]:
    """Take prepared frames in at a fresh member on disk; return seconds, and seconds of processor time."""
    fresh = Plan(folder=str(folder), ports=plan.ports)
    folder.mkdir()
    for name in (f"{FOLLOWER}.keys", "genesis", "genesis.hash"):
        (folder / name).write_bytes((Path(plan.folder) / name).read_bytes())
        (folder / name).chmod(0o600)
    member = build_member(fresh, FOLLOWER, matcher=matcher)
    member.open()
    ed25519._remembered.cache_clear()
    reader = FrameReader()
    begun, worked = time.perf_counter(), time.process_time()
    for data in frames:
        for frame in reader.feed(data):
            member.receive(frame, OWNER)
    return time.perf_counter() - begun, time.process_time() - worked


def run(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the ingest figures: medians of several runs on fresh stores."""
    entries, repeats = (512, 1) if quick else (10_240, 5)
    plan = make_plan(folder / "ingest")
    frames = prepare(plan, entries)
    bare, indexed = [], []
    for turn in range(repeats):
        bare.append(ingest(folder / f"ingest-bare-{turn}", frames, plan, NoMatcher()))
        indexed.append(ingest(folder / f"ingest-indexed-{turn}", frames, plan, build_matcher()))
    kb = sum(len(data) for data in frames) / entries / 1024
    verified = _verifications_per_s(200 if quick else 4_000)
    rate = middle(
        "ingest_verified_entries_per_s", [entries / clock for clock, _ in bare], wanted=5_000,
        better="higher",
        note=f"batches of 256, {kb:.1f} KB an entry, both parts opened and folded, SQLite on disk",
    )  # fmt: skip
    return [
        rate,
        middle("ingest_verified_entries_per_processor_s", [entries / worked for _, worked in bare],
               better="higher", note="the same by processor time, which other programs disturb less"),
        middle("ingest_with_index_entries_per_s", [entries / clock for clock, _ in indexed], better="higher",
               note="the same, and the matcher's index"),
        Figure(name="peer_ed25519_verify_per_s", value=verified, samples=1, better="higher",
               note="a bare verification of a leaf, strict checks included"),
        Figure(name="ingest_share_of_bare_verify", value=rate.value / verified, samples=1, better="higher",
               note="1 would mean that nothing but the signature costs time"),
    ]  # fmt: skip


def _verifications_per_s(count: int) -> float:
    seed, message = bytes(range(32)), b"x" * 600
    key = ed25519.public_key(seed)
    texts = [message + str(i).encode() for i in range(count)]
    signed = [(text, ed25519.sign(seed, text)) for text in texts]
    begun = time.perf_counter()
    good = sum(ed25519.verify(key, text, signature) for text, signature in signed)
    assert good == count
    return count / (time.perf_counter() - begun)
