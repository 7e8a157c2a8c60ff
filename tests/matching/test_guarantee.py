"""Retrieval loses nobody: it answers what a walk over every reading answers."""

from __future__ import annotations

from random import Random

import numpy as np

from evenhand.matching.invented import invent
from evenhand.matching.neighbours import KEYS_MAX, keys_of
from evenhand.matching.packing import Packed, Packer
from evenhand.matching.retrieval import TABLES, asked_mass, near, passes, retrieves
from evenhand.matching.segment import Segment
from evenhand.names.forms import ABJAD, NICKNAME, forms


def pack(names: list[str], *, nicknames: bool) -> Packed:
    packer = Packer(nicknames=nicknames)
    for owner, name in enumerate(names):
        for reading in forms(name):
            packer.add(reading, owner)
    return packer.packed()


def listed_keys(p: Packed) -> list[frozenset[int]]:
    row = np.zeros(KEYS_MAX, np.uint64)
    found = []
    for form in range(p.letters.shape[0]):
        count = keys_of(p.keys[form], p.sizes[form, 2], p.bones[form], p.sizes[form, 3], p.bare[form], 0, 0, row)
        found.append(frozenset(row[:count].tolist()))
    return found


def brute(q: Packed, i: int, p: Packed, keys: list[frozenset[int]]) -> set[int]:
    """Apply the definition to every reading: shared keys, nearness, weight of what was hit."""
    row = np.zeros(KEYS_MAX, np.uint64)
    lines = np.zeros((3, 32), np.int32)
    hit = [0] * len(keys)
    for slot in range(q.slot_start[i], q.slot_start[i + 1]):
        if not retrieves(q, slot):
            continue
        for u in range(q.spelling_start[slot], q.spelling_start[slot + 1]):
            f, kind = q.form[u], int(q.kind[u])
            count = keys_of(q.keys[f], q.sizes[f, 2], q.bones[f], q.sizes[f, 3], kind & ABJAD, 1, kind & NICKNAME, row)
            mine = set(row[:count].tolist())
            for form, theirs in enumerate(keys):
                if mine & theirs and near(q, u, p, form, TABLES, lines):
                    hit[form] |= int(q.span[slot])
    found = set()
    for reading in range(p.owner.size):
        first, last = p.spelling_start[p.slot_start[reading]], p.spelling_start[p.slot_start[reading + 1]]
        mask = 0
        for u in range(first, last):
            mask |= hit[p.form[u]]
        if passes(q, i, mask, asked_mass(q, i), p.mass[reading]):
            found.add(reading)
    return found


def test_retrieval_equals_brute_force() -> None:
    dice = Random(5)
    people = [name for names in invent(400, seed=3) for name in names]
    p = pack([*people, "طارق البلوشاني", "Радомир Тишарин", "백진희", "李進勇"], nicknames=False)
    segment, keys = Segment(p, p.owner.size), listed_keys(p)
    for _ in range(60):
        name = list(dice.choice(people))
        for _ in range(dice.randrange(3)):
            name[dice.randrange(len(name))] = dice.choice("aeiousmtrnl ")
        q = pack(["".join(name)], nicknames=True)
        for i in range(q.owner.size):
            found, _ = segment.search(q, i)
            assert set(found.tolist()) == brute(q, i, p, keys), "".join(name)
