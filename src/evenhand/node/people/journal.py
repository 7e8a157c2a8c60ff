"""The journal: who asked for what, signed in, or was refused, outside encounters.

Knows:    which records of the decision ledger are its own.
Told:     by whoever may read it; by every room that notes what staff do.
Answers:  pages of records, oldest first; all of them from an index on.
Trusted:  yes: it is read when somebody asks who looked.

A busy node notes every request of every program, so nobody is given all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from evenhand.casework.records import JournalRecord
from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_PAGE_ITEMS
from evenhand.ground.paging import after_of, cursor, page_size
from evenhand.node.site import Site

_JOURNAL: Final = "people.journal"


class JournalRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many records, from where on: `cursor` is where the last page ended."""

    limit: int = API_PAGE_ITEMS
    cursor: str = ""


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """A page of this node's records about who asked for what, oldest first."""

    records: tuple[dict[str, Any], ...]
    next: str | None


async def journal(site: Site, request: JournalRequest) -> Journal:
    """Return the journal of looks, sign-ins and changes of accounts, page by page. Raises InputError.

    It ends where it ended when its first page was asked for: to read it is a look as well.
    """
    size, book = page_size(request.limit), site.casework.book
    told = after_of(request.cursor, _JOURNAL) or f"-1 {book.size}"
    try:
        after, end = (int(one) for one in told.split(" "))
    except ValueError:
        raise _no_cursor() from None
    if f"{after} {end}" != told or not -1 <= after < end <= book.size:
        raise _no_cursor()
    read = list(islice(_records(site, after + 1, end), size + 1))
    following = cursor(f"{read[size - 1][0]} {end}", _JOURNAL) if len(read) > size else None
    return Journal(records=tuple(record for _, record in read[:size]), next=following)


def _no_cursor() -> InputError:
    return InputError("not a cursor of this API", remedy="begin again without a cursor")


def journal_of(site: Site, start: int = 0) -> list[dict[str, Any]]:
    """Return what people did outside encounters, read from the decision ledger in order, from an index on."""
    return [record for _, record in _records(site, start)]


def _records(site: Site, start: int, stop: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    for entry in site.casework.book.entries(start, stop):
        if isinstance(entry.decision, JournalRecord):
            yield entry.index, {"kind": entry.decision.kind, **msgspec.json.decode(entry.decision.text)}
