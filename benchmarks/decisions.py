"""How long a year of decisions takes to verify, and to begin a day's work on: a book of a million entries.

Knows:    a year of lookups, by arithmetic; the same on every machine but for the salts.
Told:     how many entries.
Answers:  `audit_verify_s` and `decisions_start_s` for them (wall clock), what writing cost, how large the files are.
Trusted:  not a trust boundary.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks import oversight
from benchmarks.figures import Figure
from evenhand.casework.book import DecisionBook
from evenhand.casework.office import Office
from evenhand.casework.records import YEAR_MS, EventRecord
from evenhand.casework.retention import DecisionStore
from evenhand.casework.verifying import Keys, verify_book
from evenhand.node.deciding.remembering import Keepsake
from evenhand.screening.clocks import DEFAULT_POLICY
from evenhand.trust.note_keys import COSIGNATURE, Signer

BATCH = 5_000
EVENTS_PER_TEN = 39
"""Events of ten encounters of the stream."""


def fill(book: DecisionBook, entries: int) -> int:
    """Record a year of movements, queries, cases and holds in batches; return the instant it ends."""
    every_ms = YEAR_MS * EVENTS_PER_TEN // (entries * 10)
    events, last_ms = islice(oversight.stream(entries, every_ms), entries), oversight.START_MS
    while some := list(islice(events, BATCH)):
        last_ms = some[-1].at_ms
        book.append([(EventRecord(event=event), "log") for event in some], last_ms)  # type: ignore[arg-type]
    return last_ms


def run(entries: int = 1_000_000, place: Path | None = None) -> dict[str, float]:
    """Write a book, have it witnessed, verify it once, open it from a memory; return seconds and bytes."""
    signer = Signer("c.example/ITA/decisions", b"\x01" * 32)
    witness = Signer("c.example/PHL/witness", b"\x02" * 32, COSIGNATURE)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        path = Path(folder) / "decisions.sqlite"
        store = DecisionStore(path)
        book = DecisionBook(store, signer, os.urandom)
        began = time.perf_counter()
        now_ms = fill(book, entries) + 1
        wrote = time.perf_counter() - began
        note = book.sign()
        text = note.decode().split("\n\n")[0] + "\n"
        book.seal(book.size, note + witness.sign_at(text, now_ms // 1000).encode(), now_ms)
        began, spent = time.perf_counter(), time.process_time()
        verdict = verify_book(book, Keys(member=[signer.verifier], witnesses=[witness.verifier]), now_ms=now_ms)
        verified, spent = time.perf_counter() - began, time.process_time() - spent
        assert verdict.good, verdict.problems[:3]
        started = start(book, Path(folder) / "decisions.memory", now_ms)
        size = path.stat().st_size
        store.close()
    return {"audit_verify_s": round(verified, 2), "audit_verify_cpu_s": round(spent, 2), "audit_entries": entries,
            "audit_write_s": round(wrote, 2), "audit_file_bytes": size, **started}  # fmt: skip


def start(book: DecisionBook, path: Path, now_ms: int) -> dict[str, float]:
    """Read a book once, keep its memory, and open it from that; return seconds (wall clock and processor)."""
    began = time.perf_counter()
    office = Office(book, "ITA", now_ms=now_ms)
    read, begun = time.perf_counter() - began, time.perf_counter()
    keepsake = Keepsake(path, b"k" * 32)
    taken = keepsake.take(office, now_ms)
    took = time.perf_counter() - begun
    keepsake.keep(taken)
    findings = set(office.overseer.findings)
    del office, taken
    began, spent = time.perf_counter(), time.process_time()
    memory = Keepsake(path, b"k" * 32).recall(book, member="ITA", policy=DEFAULT_POLICY)
    again = Office(book, "ITA", now_ms=now_ms, memory=memory)
    started, spent = time.perf_counter() - began, time.process_time() - spent
    assert memory is not None
    assert set(again.overseer.findings) == findings
    return {"decisions_start_s": round(started, 2), "decisions_start_cpu_s": round(spent, 2),
            "decisions_read_s": round(read, 1), "decisions_memory_s": round(took, 2)}  # fmt: skip


def measured(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of issue 4: a year verified and begun on, rules and figures that keep up."""
    entries, encounters = (2_000, 500) if quick else (1_000_000, 100_000)
    audit, rules = run(entries, folder), oversight.run(encounters)
    month = oversight.month(20_000, 2_000) if quick else oversight.month()
    return [
        Figure(name="audit_verify_s", value=audit["audit_verify_s"], samples=1, wanted=60,
               note=f"{entries:,} decisions; {audit['audit_verify_cpu_s']} s of processor time"),
        Figure(name="decisions_start_s", value=audit["decisions_start_s"], samples=1, wanted=3,
               note=f"{entries:,} decisions, from the kept memory; {audit['decisions_read_s']} s without it"),
        Figure(name="findings_events_per_s", value=rules["findings_events_per_s"], samples=1, wanted=20_000,
               better="higher", note=f"{rules['findings_events']:,} events on one core"),
        Figure(name="month_report_s", value=month["month_report_s"], samples=1, wanted=60,
               note=f"{month['month_events']:,} events counted as they come; {month['month_at_once_s']} s at the end"),
        Figure(name="breach_shows_ms", value=oversight.shown()["breach_shows_ms"], samples=100, wanted=1000,
               note="from the event to its finding, the slowest of 100"),
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
