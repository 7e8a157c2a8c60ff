"""Which parser each fuzzing target reads with: names only, so that a run imports and instruments no more than its own.

A target is a function of bytes in `tests.fuzz.<module>.TARGETS`. It returns where the parser read or refused;
anything else it lets through is a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, NamedTuple


class Target(NamedTuple):
    """What reads, small sound inputs to begin from, and the longest input worth trying."""

    read: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    bytes_max: int = 1024


class Home(NamedTuple):
    """Where targets live: a module of this folder, and the rooms whose branches guide the search."""

    module: str
    rooms: tuple[str, ...]
    names: tuple[str, ...]


HOMES: Final = (
    Home("zones", ("evenhand.travellers",), ("mrz", "mrz-typed", "visible-zone", "mrz-spellings")),
    Home("carriers", ("evenhand.interop.carriers", "evenhand.travellers"), (
        "edifact", "paxlst", "pnrgov", "carrier-answer",
    )),
    Home("lists", ("evenhand.interop",), (
        "un-sc", "ofac-advanced", "ofac-sdn", "ofac-legacy", "eu-fsf", "uk-sanctions", "interpol-public", "us-csl",
        "ca-sema", "au-dfat", "ftm", "template",
    )),
    Home("ledgers", ("evenhand.ledger", "evenhand.trust.note", "evenhand.trust.note_keys"), (
        "note", "checkpoint", "verifier-key", "bundle-of-entries", "tile", "tile-path", "ledger-entry", "ledger-proof",
        "witness-request", "witness-policy",
    )),
    Home("members", ("evenhand.exchange", "evenhand.trust", "evenhand.notices", "evenhand.casework"), (
        "roster", "member-card", "frames", "ledger-bundle", "heartbeat", "evidence", "notice", "notice-detail",
        "letter", "monthly-report",
    )),
    # Not evenhand.names.romanise and the matcher's kernels: what numba compiles cannot be instrumented.
    Home("questions", (
        "evenhand.matching.contract", "evenhand.matching.plain", "evenhand.matching.evidence", "evenhand.names.forms",
        "evenhand.names.parts", "evenhand.names.letters", "evenhand.names.latin", "evenhand.names.script",
    ), ("names", "question")),
    Home("requests", ("evenhand.api", "evenhand.node", "evenhand.interop.template", "evenhand.interop.tables"), (
        "cursor", "event-id", "http-body", "yente-body", "list-archive", "columns",
    )),
)  # fmt: skip
NAMES: Final = tuple(name for home in HOMES for name in home.names)


def home_of(name: str) -> Home:
    """Return where a target lives. Raises StopIteration for no target's name."""
    return next(home for home in HOMES if name in home.names)


def load(name: str) -> Target:
    """Import a target."""
    found: Target = import_module(f"tests.fuzz.{home_of(name).module}").TARGETS[name]
    return found
