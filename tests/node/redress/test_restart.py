"""A start from the snapshot forgets no kind of record: numbers, messages, outcomes, suspensions, erasures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from evenhand.matching.build import build_matcher
from evenhand.node.guard import MemoryGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.snapshot import open_with_snapshot, save_snapshot
from tests.node.cases.drafts import published
from tests.node.people.coalition import Coalition

from .test_desk import KEEP, matter_of
from .test_numbers_and_protection import OWN


def folded(member: Member) -> dict[str, Any]:
    ledgers = member.watchlist.fold.ledgers
    return {
        code: (msgspec.to_builtins(msgspec.structs.replace(one, notices={})), msgspec.to_builtins(dict(one.notices)))
        for code, one in ledgers.items()
    }  # fmt: skip


async def test_every_kind_of_record_is_there_after_a_restart(coalition: Coalition, tmp_path: Path) -> None:
    key, phl = await published(coalition), coalition["PHL"]
    await phl.ask("a-redress-officer", "redress.number", documents=[OWN], notices=[key])
    number = await phl.ask("a-redress-officer", "redress.number", documents=[OWN], notices=[key])
    await phl.ask("a-redress-officer", "redress.take-back", number=number["number"])
    await phl.ask("a-redress-officer", "redress.decide", **KEEP | {"matter": await matter_of(coalition, key)})
    coalition.share()
    member, path = coalition["ITA"].site.member, tmp_path / "snapshot"
    save_snapshot(member, path)
    pinned = member.rosters._pinned
    around = Surroundings(member.store, MemoryGuard(), coalition.clock, os.urandom, build_matcher())
    again = Member(member.keys, around, pinned_genesis=pinned)
    assert open_with_snapshot(again, path)
    assert folded(again) == folded(member)
    held = again.watchlist.fold.ledgers["PHL"]
    assert len(held.numbers) == 1
    assert held.messages
    assert held.gone
