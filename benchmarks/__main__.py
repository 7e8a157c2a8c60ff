"""`python -m benchmarks`: measure, print a table, write bench/results.json.

Knows:    the benchmarks by name.
Told:     names of benchmarks (`matching`), or `--only NAME` more than once; `--quick`, `--out`.
Answers:  a table for people, a file for later comparison; status 1 if a figure was missed and not `--quick`.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks import decisions, http, ingest, latency, matching, memory, parsers, peers, recovery, withdrawal
from benchmarks.figures import Figure
from benchmarks.machine import describe

Run = Callable[..., list[Figure]]
BENCHMARKS: dict[str, Run] = {
    "peers": peers.run,
    "ingest": ingest.run,
    "latency": latency.run,
    "withdrawal": withdrawal.run,
    "recovery": recovery.run,
    "memory": memory.run,
    "http": http.run,
    "decisions": decisions.measured,
    "parsers": parsers.run,
}


def ratios(figures: list[Figure]) -> list[Figure]:
    """Return our figures as multiples of what the machine itself costs, measured in the same run."""
    known = {figure.name: figure.value for figure in figures}
    ours, theirs = known.get("publish_to_partner_durable_ms_p50"), known.get("peer_synced_commit_ms_p50")
    if ours is None or not theirs:
        return []
    return [Figure(name="publish_durable_in_synced_commits", value=ours / theirs, samples=1,
                   note="how many bare synced commits fit into publish-to-partner-durable")]  # fmt: skip


def measure(names: list[str], folder: Path, *, quick: bool) -> list[Figure]:
    """Run the named benchmarks and return their figures and ratios."""
    figures: list[Figure] = []
    for name in names:
        begun = time.monotonic()
        found = BENCHMARKS[name](folder, quick=quick)
        figures += found
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return figures + ratios(figures)


def merged(results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return results with those of an earlier run that were not measured again; each keeps its own date."""
    try:
        earlier = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return results
    known = {one["name"] for one in results["figures"]}
    kept = [
        {"measured_at": earlier.get("measured_at")} | one for one in earlier["figures"] if one["name"] not in known
    ]
    report = results.get("matching", earlier.get("matching"))
    return {**results, "figures": [*kept, *results["figures"]], "matching": report}


def show(figures: list[Figure]) -> None:
    """Print the table."""
    table = Table("figure", "wanted", "measured", "", "how")
    marks = {True: "met", False: "MISSED", None: ""}
    for one in figures:
        bound = "" if one.wanted is None else f"{'≤' if one.better == 'lower' else '≥'} {one.wanted:,g}"
        table.add_row(one.name, bound, f"{one.value:,.2f}", marks[one.is_met], one.note)
    Console(width=160).print(table)


def main(arguments: list[str] | None = None) -> int:
    """Measure and report; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    everything = [*BENCHMARKS, "matching"]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"run these: {', '.join(everything)} (default: all)")
    parser.add_argument("--only", action="append", choices=everything, help="run this one (repeatable)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: it runs, it measures nothing")
    parser.add_argument("--out", type=Path, default=Path("bench/results.json"), help="where the results go")
    chosen = parser.parse_args(arguments)
    names = [*chosen.names, *(chosen.only or ())] or everything
    if unknown := set(names) - set(everything):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    machine = describe()
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=chosen.out.parent) as folder:  # on the disk to be measured
        figures = measure([name for name in names if name in BENCHMARKS], Path(folder), quick=chosen.quick)
        report = None
        if "matching" in names:
            report = matching.run(quick=chosen.quick, page=Path(folder) if chosen.quick else matching.PAGE)
            figures += matching.figures(report)
    results: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "quick": chosen.quick,
        "machine": machine,
        "figures": [msgspec.to_builtins(one) | {"met": one.is_met} for one in figures],
    }  # fmt: skip
    if report is not None:
        results["matching"] = report
    if names != everything and not chosen.quick:
        results = merged(results, chosen.out)
    chosen.out.write_text(json.dumps(results, indent=1, ensure_ascii=False, default=str) + "\n")
    show(figures)
    return int(not chosen.quick and any(one.is_met is False for one in figures))


if __name__ == "__main__":
    sys.exit(main())
