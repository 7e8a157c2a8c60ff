"""What surrounds the answers: health, readiness, figures for Prometheus, the contract and its pages.

Knows:    the node's vital signs; the rows served.
Told:     by operators' programs and by readers of the documentation.
Answers:  JSON, Prometheus text, HTML without scripts and without a word from another host.
Trusted:  no personal data is here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from evenhand.api.contract import document, print_document
from evenhand.api.page import print_page
from evenhand.api.rows import Asked, Reply
from evenhand.ground.errors import StoreError
from evenhand.node.warming import require_ready

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The last two do not follow from the first (CSP 3, section 6): no form goes out, and no page frames this one."""
PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`ok` while the node answers."""

    status: str


async def health(_: Asked) -> Reply:
    """Say that this process answers."""
    return Reply(body=msgspec.json.encode(Health(status="ok")))


async def ready(asked: Asked) -> Reply:
    """Say that questions are answered here. Raises StoreError after a failed write, NotReadyError after a start."""
    asked.site.member.require_whole()
    require_ready(asked.site.member.matcher)
    if asked.service.stopping:
        raise StoreError("this node is stopping", remedy="ask another one")
    return Reply(body=msgspec.json.encode(Health(status="ok")))


async def metrics(asked: Asked) -> Reply:
    """Return the figures in Prometheus' text form (0.0.4)."""
    return Reply(body="".join(_figures(asked)).encode("utf-8"), media=PROMETHEUS)


def _figures(asked: Asked) -> Iterator[str]:
    member, service, now = asked.site.member, asked.service, asked.site.member.clock.now_ms()
    yield from _figure("evenhand_up", "gauge", "1 while the node may write.", [("", int(member.broken is None))])
    yield from _figure("evenhand_roster_version", "gauge", "The roster in force.", [("", member.roster.version)])
    sizes = [(f'{{ledger="{code}"}}', member.ledgers.log(code).size) for code in member.ledgers.codes()]
    yield from _figure("evenhand_ledger_entries", "gauge", "Entries held of each ledger.", sizes)
    held = member.watchlist.fold.ledgers
    notices = [(f'{{ledger="{code}"}}', len(held[code].notices)) for code in sorted(held)]
    yield from _figure("evenhand_notices_held", "gauge", "Notices known of each ledger, standing or not.", notices)
    heard = [
        (f'{{member="{code}"}}', (now - at) / 1000) for code, at in sorted(member.ledgers.heard_ms.items())
    ]
    yield from _figure("evenhand_peer_heard_seconds", "gauge", "Seconds since a partner was heard.", heard)
    if asked.site.driver is not None:
        up = [(f'{{member="{one.code}"}}', int(one.connected)) for one in asked.site.driver.peer_status()]
        yield from _figure("evenhand_peer_connected", "gauge", "1 while the line to a partner is up.", up)
    faults = len(member.ledgers.evidence)
    yield from _figure("evenhand_split_histories", "gauge", "Members proved to have shown two.", [("", faults)])
    answered = [(f'{{route="{name}",status="{status}"}}', n) for (name, status), n in sorted(service.counts.items())]
    yield from _figure("evenhand_api_requests_total", "counter", "Requests answered by route and status.", answered)
    yield from _figure("evenhand_api_streams", "gauge", "Open streams of changes.", [("", service.streams.count)])


def _figure(name: str, kind: str, words: str, values: Sequence[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP {name} {words}\n# TYPE {name} {kind}\n"
    for labels, value in values:
        yield f"{name}{labels} {value}\n"


async def contract(asked: Asked) -> Reply:
    """Return the contract (OpenAPI 3.1)."""
    return Reply(body=_made(asked, "contract"))


def _made(asked: Asked, what: str) -> bytes:
    """Return the contract or its page: made when somebody first asks, since few starts are ever asked."""
    parts = asked.service.parts
    if what not in parts:
        rows = parts["rows"]
        parts[what] = print_document(rows) if what == "contract" else print_page(document(rows))
    made: bytes = parts[what]
    return made


async def documentation(asked: Asked) -> Reply:
    """Return the contract as a page for people."""
    headers = {"Content-Security-Policy": _POLICY}
    return Reply(body=_made(asked, "page"), media="text/html; charset=utf-8", headers=headers)
