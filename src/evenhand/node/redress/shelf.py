"""Requests and matters in the deletable store.

Knows:    where they lie.
Told:     by the desk.
Answers:  by id or a beginning of it.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Final, TypeVar

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import NotFoundError
from evenhand.node.redress.model import MATTERS, REQUESTS, Matter, Request
from evenhand.node.site import Site

Row = TypeVar("Row", Request, Matter)
_REQUEST: Final = b"redress/request/"
_MATTER: Final = b"redress/matter/"


def put_request(site: Site, row: Request) -> Request:
    """Keep a request. Raises StoreError."""
    site.member.store.apply({_REQUEST + row.request.encode("ascii"): REQUESTS.encode(row)})
    return row


def put_matter(site: Site, row: Matter) -> Matter:
    """Keep a matter. Raises StoreError."""
    site.member.store.apply({_MATTER + row.matter.encode("ascii"): MATTERS.encode(row)})
    return row


def _every(site: Site, place: bytes, codec: Codec[Row]) -> list[Row]:
    rows = [codec.decode(value) for _, value in site.member.store.scan(place, place + b"\xff")]
    return sorted(rows, key=lambda one: one.since_ms)


def requests(site: Site) -> list[Request]:
    """Return every request made here, oldest first."""
    return _every(site, _REQUEST, REQUESTS)


def matters(site: Site) -> list[Matter]:
    """Return every matter known here, oldest first."""
    return _every(site, _MATTER, MATTERS)


def known(site: Site, name: str) -> Matter | None:
    """Return a matter by its whole id, or None."""
    data = site.member.store.get(_MATTER + name.encode("ascii", "replace"))
    return None if data is None else MATTERS.decode(data)


def request(site: Site, reference: str) -> Request:
    """Return the one request whose id begins so. Raises NotFoundError."""
    found = [one for one in requests(site) if reference and one.request.startswith(reference.lower())]
    if len(found) != 1:
        raise NotFoundError(f"no one request {reference[:40]!r}", remedy="see `evenhand redress list`")
    return found[0]


def matter(site: Site, reference: str) -> Matter:
    """Return the one matter whose id begins so. Raises NotFoundError."""
    found = [one for one in matters(site) if reference and one.matter.startswith(reference.lower())]
    if len(found) != 1:
        raise NotFoundError(f"no one matter {reference[:40]!r}", remedy="see `evenhand redress list`")
    return found[0]
