"""Notices page by page, in key order: whatever is published or withdrawn meanwhile, none is shown twice or lost.

Knows:    keys in order, kept until something changes.
Told:     a filter, a limit and a cursor.
Answers:  one page and where it goes on; `next` is null on the last.
Trusted:  yes, as `notice list`.
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from evenhand.api.rows import Asked, Reply
from evenhand.ground.limits import API_PAGE_ITEMS
from evenhand.ground.paging import after_of, cursor, page_size
from evenhand.node.answering import listed_as
from evenhand.node.asking import Line, standing_of
from evenhand.node.member import Member
from evenhand.notices.model import DocumentNotice, PersonNotice, decode_record
from evenhand.watchlist.fold import Held


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notices: `mine` only, of one source list, also those that no longer stand; and which page."""

    mine: bool = False
    source: str = ""
    everything: bool = False
    limit: int = API_PAGE_ITEMS
    cursor: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Notices in key order; `next` is the cursor of the next page, null on the last."""

    notices: tuple[Line, ...]
    next: str | None


class Keys:
    """The keys of every notice held, in order, made again only after a change."""

    def __init__(self) -> None:
        self._keys: list[tuple[str, str]] = []
        self._activity = -1

    def of(self, member: Member) -> list[tuple[str, str]]:
        """Return (originator, notice id) of all notices, sorted."""
        if self._activity != member.activity:
            ledgers = member.watchlist.fold.ledgers
            self._keys = [(code, one) for code in sorted(ledgers) for one in sorted(ledgers[code].notices)]
            self._activity = member.activity
        return self._keys


async def list_page(asked: Asked) -> Reply:
    """Answer one page of notices. Raises InputError."""
    wanted: PageQuery = asked.query
    size, member = page_size(wanted.limit), asked.site.member
    question = [wanted.mine, wanted.source, wanted.everything]
    after = after_of(wanted.cursor, question)
    held_keys: Keys = asked.service.parts.setdefault("keys", Keys())
    keys, now = held_keys.of(member), member.clock.now_ms()
    code, _, notice_id = after.partition(":")
    at = bisect_right(keys, (code, notice_id)) if after else 0
    lines: list[Line] = []
    while at < len(keys) and len(lines) <= size:
        originator, notice_id = keys[at]
        at += 1
        if wanted.mine and originator != member.code:
            continue
        line = _line(member, member.watchlist.fold.ledgers[originator].notices[notice_id], now)
        if line is None or (line.standing != "stands" and not wanted.everything):
            continue
        if not wanted.source or line.source.partition(" ")[0] == wanted.source:
            lines.append(line)
    more = len(lines) > size
    page = lines[:size]
    following = cursor(page[-1].key, question) if more else None
    return Reply(body=msgspec.json.encode(Page(notices=tuple(page), next=following)))


def _line(member: Member, held: Held, now_ms: int) -> Line | None:
    standing, latest = standing_of(member, held, now_ms), held.latest
    if latest is None:
        return Line(
            key=held.key, listed_as="(its content is gone)", version=0, category="", action="NONE",
            standing=standing, source="", expires="",
        )  # fmt: skip
    notice = decode_record(latest.text)
    assert isinstance(notice, PersonNotice | DocumentNotice)
    return Line(
        key=held.key, listed_as=listed_as(notice), version=latest.number, category=notice.category,
        action=notice.action, standing=standing, expires=notice.expires,
        source=" ".join(latest.source) if latest.source else "",
    )  # fmt: skip
