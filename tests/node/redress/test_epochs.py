"""Epochs: an erasure ends one, a start does not, and a crash between the two is made good."""

from __future__ import annotations

import os
from typing import Any

from evenhand.ground.store import MemoryStore, Store
from evenhand.matching.build import build_matcher
from evenhand.node.epochs import key_of_epoch
from evenhand.node.guard import MemoryGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.redress import shelf
from tests.node.cases.drafts import published
from tests.node.people.coalition import Coalition

from .test_desk import matter_of
from .test_numbers_and_protection import OWN


def key(store: Store) -> bytes:
    return key_of_epoch(store, b"k" * 32, b"title")


def again(member: Member, store: Store, clock: Any) -> None:
    """Start a member anew on a store, by replay of everything."""
    around = Surroundings(store, MemoryGuard(), clock, os.urandom, build_matcher())
    Member(member.keys, around, pinned_genesis=member.rosters._pinned).open()


def copied(store: Store) -> MemoryStore:
    made = MemoryStore()
    made.apply(dict(store.scan(b"", b"\xff" * 9)))
    return made


async def test_an_erasure_ends_an_epoch_and_a_start_does_not(coalition: Coalition) -> None:
    notice, phl = await published(coalition), coalition["PHL"]
    member = phl.site.member
    first = key(member.store)
    number = await phl.ask("a-redress-officer", "redress.number", documents=[OWN], notices=[notice])
    assert key(member.store) == first
    before = dict(member.store.scan(b"erased/", b"erased0"))
    await phl.ask("a-redress-officer", "redress.take-back", number=number["number"])
    second = key(member.store)
    assert second != first
    assert key_of_epoch(member.store, b"k" * 32, b"other") != second
    store = copied(member.store)
    again(member, store, coalition.clock)
    assert key(store) == second, "what was erased long ago ends no epoch once more"
    crashed = copied(member.store)
    crashed.apply({b"erased/epoch": None, **before})
    assert key(crashed) == first
    again(member, crashed, coalition.clock)
    assert key(crashed) not in {first, second}, "the erasure was durable, and its epoch was not"


async def test_what_is_forgotten_without_a_ledger_ends_an_epoch_too(coalition: Coalition) -> None:
    notice, phl = await published(coalition), coalition["PHL"]
    store = phl.site.member.store
    matter = await matter_of(coalition, notice, "ACCESS", plausible=False)
    said = {"result": "NEITHER_CONFIRM_NOR_DENY", "reasons": "an investigation is under way"}
    await phl.ask("a-redress-officer", "redress.decide", matter=matter, **said)
    request = shelf.requests(phl.site)[0].request
    await phl.ask("a-redress-officer", "redress.answer", request=request, text="Nothing is said.")
    before = key(store)
    await phl.ask("a-redress-officer", "redress.forget", request=request)
    assert key(store) != before
    granted = await phl.ask("a-redress-officer", "protection.grant", documents=[OWN], against=["ITA"])
    before = key(store)
    await phl.ask("a-redress-officer", "protection.end", protection=granted["protection"])
    assert key(store) != before
