"""The refugee check at publication: a notice of a state fled is compared with the register when it arrives.

Knows:    the register of protections here, and the documents of notices.
Told:     to look, whenever something came.
Answers:  notices that name a document of somebody protected here, each found once and kept for the redress officer.
Trusted:  yes: whoever is missed here is stopped at forty borders.

The originator cannot be asked to check: it would learn whom we protect. So the protecting member checks, and its
redress officer objects at the compliance desk, which blocks the notice in its own name. Source: PROCEDURE sections 2
and 5; docs/adr/0062.
"""

from __future__ import annotations

from typing import Final

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import NotReadyError
from evenhand.node.redress.protection import hunted, register
from evenhand.node.site import Site

_PLACE: Final = b"protection/hunted/"


def found(site: Site) -> list[tuple[str, str, str]]:
    """Return (protection, notice, since) of every notice of a state fled that names a protected person's document."""
    here = {one.protection for one in register(site)}
    listed = []
    for key, value in site.member.store.scan(_PLACE, _PLACE + b"\xff"):
        protection, _, notice = key[len(_PLACE) :].decode("utf-8").partition("/")
        if protection in here:
            listed.append((protection, notice, value.decode("ascii")))
    return listed


def watch(site: Site) -> int:
    """Compare notices of states fled with the register where either changed; say how many were found first now.

    Raises StoreError.
    """
    protected = register(site)
    stands = {"": sum(len(one.documents) for one in protected)} | {
        code: _size(site, code) for one in protected for code in one.against
    }
    if not protected or stands == site.watched:
        return 0
    try:
        every = hunted(site, protected)
    except NotReadyError:
        return 0  # the matcher is being made ready: the next look finds the same
    site.watched.clear()
    site.watched |= stands
    return sum(_keep(site, protection, notice) for protection, notice in every)


def _size(site: Site, code: str) -> int:
    """Return a number that changes when a ledger grows, or more of it can be read."""
    ledger = site.member.watchlist.fold.ledgers.get(code)
    return 0 if ledger is None else site.member.ledgers.log(code).size + len(ledger.notices)


def _keep(site: Site, protection: str, notice: str) -> int:
    key = _PLACE + f"{protection}/{notice}".encode()
    if site.member.store.get(key) is not None:
        return 0
    site.member.store.apply({key: format_ms(site.member.clock.now_ms()).encode("ascii")})
    site.record("protection.hunted", {"protection": protection, "notice": notice})
    return 1
