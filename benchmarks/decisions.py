"""How long a year of decisions takes to verify: a book of a million entries, each with its payload.

Knows:    a lookup a day's work is made of, by arithmetic; the same on every machine but for the salts.
Told:     how many entries.
Answers:  `audit_verify_s` for them (wall clock), what writing cost, and how large the file is.
Trusted:  not a trust boundary.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import oversight
from benchmarks.figures import Figure
from evenhand.casework.book import DecisionBook
from evenhand.casework.office import Item
from evenhand.casework.records import EventRecord
from evenhand.casework.retention import DecisionStore
from evenhand.casework.verifying import Keys, verify_book
from evenhand.screening.events import CandidatesShown, QueryMade
from evenhand.trust.note_keys import COSIGNATURE, Signer

START_MS = 1_798_761_600_000
BATCH = 5_000


def fill(book: DecisionBook, entries: int) -> None:
    """Record queries and answers in batches, a second apart."""
    for start in range(0, entries, BATCH):
        items: list[Item] = []
        for number in range(start, min(start + BATCH, entries), 2):
            at = START_MS + start
            told = {"at_ms": at, "member": "ITA", "unit": "u1", "officer": "o1", "encounter": f"x{number}"}
            query = QueryMade(event_id=f"q{number}", authority="border police", post="airport", device="lane 4",
                              purpose="BORDER_CHECK", legal_basis="Code art 8", terms="t" * 43, view="v" * 43,
                              person=f"{number:043d}", lane="l4", nationality="ITA", sex="F", **told)  # type: ignore[arg-type]
            shown = CandidatesShown(event_id=f"s{number}", matcher="m", **told)  # type: ignore[arg-type]
            items += [(EventRecord(event=query), "log"), (EventRecord(event=shown), "log")]
        book.append(items, START_MS + start)


def run(entries: int = 1_000_000, place: Path | None = None) -> dict[str, float]:
    """Write a book, have it witnessed, verify it once; return seconds and bytes."""
    signer = Signer("c.example/ITA/decisions", b"\x01" * 32)
    witness = Signer("c.example/PHL/witness", b"\x02" * 32, COSIGNATURE)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        path = Path(folder) / "decisions.sqlite"
        store = DecisionStore(path)
        book = DecisionBook(store, signer, os.urandom)
        began = time.perf_counter()
        fill(book, entries)
        wrote = time.perf_counter() - began
        note = book.sign()
        text = note.decode().split("\n\n")[0] + "\n"
        now_ms = START_MS + entries
        book.seal(book.size, note + witness.sign_at(text, now_ms // 1000).encode(), now_ms)
        began, spent = time.perf_counter(), time.process_time()
        verdict = verify_book(book, Keys(member=[signer.verifier], witnesses=[witness.verifier]), now_ms=now_ms)
        verified, spent = time.perf_counter() - began, time.process_time() - spent
        assert verdict.good, verdict.problems[:3]
        size = path.stat().st_size
        store.close()
    return {"audit_verify_s": round(verified, 2), "audit_verify_cpu_s": round(spent, 2), "audit_entries": entries,
            "audit_write_s": round(wrote, 2), "audit_file_bytes": size}  # fmt: skip


def measured(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of issue 4: verifying a year of decisions, and rules that keep up."""
    entries, encounters = (2_000, 500) if quick else (1_000_000, 100_000)
    audit, rules = run(entries, folder), oversight.run(encounters)
    return [
        Figure(name="audit_verify_s", value=audit["audit_verify_s"], samples=1, wanted=60,
               note=f"{entries:,} decisions; {audit['audit_verify_cpu_s']} s of processor time"),
        Figure(name="findings_events_per_s", value=rules["findings_events_per_s"], samples=1, wanted=20_000,
               better="higher", note=f"{rules['findings_events']:,} events on one core"),
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
