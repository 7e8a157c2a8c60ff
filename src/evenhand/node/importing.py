"""Importing a list: read it, compare it with what we published of it, publish exactly the difference.

Knows:    where a list comes from, and which of our notices came from it.
Told:     a format, a place and a policy.
Answers:  what was done or would be done, every refusal, or an alarm and nothing done.
Trusted:  yes: it speaks in the member's name, for thousands of notices at once.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError, LimitError, NotFoundError, PeerUnreachableError, RefusedError, UsageError
from evenhand.ground.limits import LIST_BYTES_MAX
from evenhand.interop import template
from evenhand.interop.formats import LEGACY_FILES, one_file, read_list
from evenhand.interop.importing import HeldNotice, ImportPlan, plan_import
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.policy import ImportPolicy, content_digest, to_notice
from evenhand.node.details import detail_of, order_in
from evenhand.node.list_formats import list_formats
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Operation, Progress, Site
from evenhand.node.telling import reach
from evenhand.notices.model import Notice, Retraction, decode_record
from evenhand.watchlist.fold import Held
from evenhand.watchlist.release import ALL, parse_label

_GONE: Final = "No longer on the list it came from."
_CHUNK: Final = 250  # entries between two looks at the network, and two lines of progress
_FETCH_SECONDS: Final = 300
_HTTP_OK: Final = 200
_LOCAL: Final = {"127.0.0.1", "localhost", "::1"}


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list to import. `place` is an absolute path or a URL; `policy` overrides the careful default.

    `columns` is for the format `template`: the template's column for a column of the table.
    """

    format: str
    place: str
    dry_run: bool = False
    accept_mass_withdrawal: bool = False
    policy: ImportPolicy | None = None
    columns: dict[str, str] | None = None
    audience: str = ALL
    detail_audience: str = ALL


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, or would be: counts of notices; every refusal of the list with line and reason."""

    list: str
    edition: str
    dry_run: bool
    published: int
    corrected: int
    withdrawn: int
    unchanged: int
    refusals: tuple[Refusal, ...]
    alarm: str


async def import_list(site: Site, request: ImportRequest) -> Imported:
    """Import a list. Raises InputError before anything changed, RefusedError on a mass withdrawal."""
    formats = dict(list_formats())
    if request.columns is not None:
        if request.format != template.LIST_NAME:
            raise UsageError(f"columns are mapped for the format {template.LIST_NAME!r} alone")
        mapped = partial(template.parse, mapping=request.columns)
        formats[request.format] = replace(formats[request.format], parse=one_file(request.format, mapped))
    if request.format not in formats:
        raise UsageError(f"no list format is called {request.format[:40]!r}", remedy=f"use one of {', '.join(formats)}")
    await site.report(Progress(what="reading the list", done=0, total=0))
    files = await _files(request.format, request.place)
    parsed = await asyncio.to_thread(read_list, request.format, files, formats=formats)
    policy = _policy(site, request, formats[request.format].policy)
    held = held_of(site.member, parsed.name)
    entries, refusals = _set_apart(site.member, parsed, held)
    plan = await asyncio.to_thread(plan_import, entries, held, policy=policy, refusals=refusals)
    answer = _answer(parsed, plan, dry_run=request.dry_run)
    if request.dry_run:
        return answer
    if plan.alarm and not request.accept_mass_withdrawal:
        raise RefusedError(
            "the import was stopped and nothing was changed", why=plan.alarm,
            remedy="make sure the list is whole; if it truly shrank, repeat with --accept-mass-withdrawal",
        )  # fmt: skip
    await _publish(site, request, plan, policy)
    return answer


def _answer(parsed: ParsedList, plan: ImportPlan, *, dry_run: bool) -> Imported:
    return Imported(
        list=parsed.name, edition=parsed.edition, dry_run=dry_run, published=len(plan.publish),
        corrected=len(plan.correct), withdrawn=len(plan.withdraw), unchanged=len(plan.unchanged),
        refusals=plan.refusals, alarm=plan.alarm,
    )  # fmt: skip


def _policy(site: Site, request: ImportRequest, careful: ImportPolicy) -> ImportPolicy:
    if request.policy is not None:
        return request.policy
    percent = site.config.imports.withdraw_percent_max
    return msgspec.structs.replace(careful, withdraw_percent_max=percent)


def held_of(member: Member, list_name: str) -> dict[str, HeldNotice]:
    """Return what stands of a list in our own ledger, by entry id.

    A notice past its review date has an empty digest: an entry that the list still has is then confirmed by
    a new version, because the list's next edition is the review.
    """
    now = member.clock.now_ms()
    found = {}
    for held in member.watchlist.fold.ledger(member.code).notices.values():
        latest = held.latest
        if latest is None or held.retracted is not None or latest.source is None or latest.source[0] != list_name:
            continue
        notice, detail = decode_record(latest.text), detail_of(member, member.code, latest.index)
        assert isinstance(notice, Notice)
        due = detail is None or now >= parse_ms(notice.review_by)
        digest = "" if due or detail is None else content_digest(notice, detail)
        found[latest.source[1]] = HeldNotice(notice_id=held.notice_id, version=latest.number, digest=digest)
    return found


def imported_id(member: Member, entry: ImportedEntry, generation: int = 0) -> str:
    """Return the id of the notice an entry becomes: opaque to others, the same here at every import.

    So an entry is recognised even when erasure has left nothing of its notice but the id.
    """
    said = f"evenhand/import/v1/{entry.source.list}/{entry.entry_id}/{generation}"
    return hmac.digest(member.keys.storage_key, said.encode(), "sha256")[:16].hex()


def _fresh_id(member: Member, entry: ImportedEntry) -> tuple[str, bool]:
    """Return an unused id for an entry, and whether a person took its last notice back."""
    notices = member.watchlist.fold.ledger(member.code).notices
    generation = 0
    by_person = False
    while (last := notices.get(imported_id(member, entry, generation))) is not None:
        by_person = last.erased or not _withdrawn_by_import(member, last)
        generation += 1
    return imported_id(member, entry, generation), by_person


def _withdrawn_by_import(member: Member, held: Held) -> bool:
    record = None if held.retracted is None else order_in(member, member.code, held.retracted[0])
    return isinstance(record, Retraction) and record.reason == _GONE


def _set_apart(
    member: Member, parsed: ParsedList, held: dict[str, HeldNotice]
) -> tuple[list[ImportedEntry], list[Refusal]]:
    """Set apart entries whose notice a person withdrew or erased here: a list must not bring it back by itself."""
    entries: list[ImportedEntry] = []
    refusals = list(parsed.refusals)
    for entry in parsed.entries:
        if entry.entry_id not in held and _fresh_id(member, entry)[1]:
            reason = "its notice was withdrawn or erased here by a person; publish it by hand if it shall stand again"
            refusals.append(Refusal(line=entry.line, entry_id=entry.entry_id, field=WHOLE_ENTRY, reason=reason))
        else:
            entries.append(entry)
    return entries, refusals


# -- publishing the difference ---------------------------------------------------------------------------


async def _publish(site: Site, request: ImportRequest, plan: ImportPlan, policy: ImportPolicy) -> None:
    """Publish a plan in pieces: withdrawals first; whoever interrupts it repeats the import."""
    member = site.member
    now = member.clock.now_ms()
    match, detail = (
        parse_label(label, member.roster, member.code) for label in (request.audience, request.detail_audience)
    )
    withdrawals = [
        Outgoing(
            Retraction(notice_id=one.held.notice_id, reason=_GONE),
            match_label=reach(site, site.own(one.held.notice_id)),
        )
        for one in plan.withdraw
    ]
    said = [(one.entry, one.held.notice_id, one.held.version + 1) for one in plan.correct]
    said += [(entry, _fresh_id(member, entry)[0], 1) for entry in plan.publish]
    total = len(withdrawals) + len(said)
    done = 0
    if withdrawals:
        done = await _piece(site, withdrawals, done, total)
    for start in range(0, len(said), _CHUNK):
        notices = [
            Outgoing(
                *to_notice(entry, policy, notice_id=notice_id, version=version, now_ms=now),
                match_label=match, detail_label=detail,
            )
            for entry, notice_id, version in said[start : start + _CHUNK]
        ]  # fmt: skip
        done = await _piece(site, notices, done, total)


async def _piece(site: Site, piece: Sequence[Outgoing], done: int, total: int) -> int:
    site.member.publish(piece)
    site.wake()
    await site.report(Progress(what="publishing", done=done + len(piece), total=total))
    await asyncio.sleep(0)
    return done + len(piece)


# -- where lists come from ---------------------------------------------------------------------------------


async def _files(list_format: str, place: str) -> dict[str, bytes]:
    """Return the bytes of a list's files by name. Raises NotFoundError, LimitError or PeerUnreachableError."""
    if place.startswith(("http://", "https://")):
        if list_format == "ofac-legacy":
            base, _, _ = place.rpartition("/")
            names = LEGACY_FILES
            fetched = {name: await _fetch(f"{base}/{name}", missing_is_fine=name != names[0]) for name in names}
            return {name: data for name, data in fetched.items() if data is not None}
        data = await _fetch(place, missing_is_fine=False)
        return {urlsplit(place).path.rpartition("/")[2] or "list": data or b""}
    return await asyncio.to_thread(_local_files, list_format, Path(place))


def _local_files(list_format: str, path: Path) -> dict[str, bytes]:
    if list_format != "ofac-legacy":
        return {path.name: _read(path)}
    folder = path if path.is_dir() else path.parent
    wanted = [name for name in LEGACY_FILES if (folder / name).is_file() or name == LEGACY_FILES[0]]
    return {name: _read(folder / name) for name in wanted}


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIST_BYTES_MAX:
            raise LimitError(f"{path} is too large for a list", why=f"the limit is {LIST_BYTES_MAX} bytes")
        return path.read_bytes()
    except OSError as error:
        raise NotFoundError(
            f"cannot read {path}", why=error.strerror or str(error), remedy="give the path of the list's file"
        ) from error


async def _fetch(url: str, *, missing_is_fine: bool) -> bytes | None:
    if url.startswith("http://") and urlsplit(url).hostname not in _LOCAL:
        raise InputError(f"{url[:120]} is not https", why="anyone on the way could change the list", remedy="use https")
    try:
        timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            if response.status != _HTTP_OK:
                if missing_is_fine:
                    return None
                raise PeerUnreachableError(f"{url[:120]} answered {response.status}", remedy="check the address")
            chunks, size = [], 0
            async for chunk in response.content.iter_chunked(1 << 16):
                size += len(chunk)
                if size > LIST_BYTES_MAX:
                    raise LimitError(f"{url[:120]} is too large for a list", why=f"the limit is {LIST_BYTES_MAX} bytes")
                chunks.append(chunk)
            return b"".join(chunks)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise PeerUnreachableError(
            f"cannot fetch {url[:120]}", why=str(error) or type(error).__name__,
            remedy="check the address, or download the list and give its path",
        ) from error  # fmt: skip


IMPORTING: Final = (Operation("import", ImportRequest, "publish", import_list),)
