"""True pairs, an invented list, and innocents, from the training half of the judged names.

People are split by a hash: some are listed, some are held out and asked as innocents; true pairs need no list.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from random import Random
from typing import NamedTuple

from evenhand.names.latin import fold
from tools.learn_scorer_noise import KINDS, zone

CROSS = {
    "Cyrillic": 7000, "Hebrew": 4000, "Hangul": 5000, "Han": 6000, "Kana": 3500, "Greek": 2500, "Devanagari": 2000,
    "Arabic": 600,
}  # fmt: skip
COMPOSED = {"ar": 3500, "fa": 3000, "hy": 2500, "ru": 1500, "el": 1500, "zh": 1500, "ja-kana": 1200, "ko": 1500}
NATURAL = {"short": 5000, "chadwick": 5000, "Latin": 9000, "other": 9000, "zone": 1500}
NATIVE = {"Han": 1000, "Cyrillic": 900, "Hangul": 400, "Hebrew": 300, "Kana": 250, "Greek": 180, "Arabic": 150,
          "Devanagari": 100}  # fmt: skip
"""Innocents by the script their name is written in."""
MIXED = {"Latin": 2300, "Han": 550, "Devanagari": 450, "Arabic": 400, "Hangul": 200, "Cyrillic": 150}
REAL = 8_000
_HELD_OUT = {"chadwick": 0.35, "netrans": 0.08}
"""The share of people asked as innocents, by source; the sources that give few have most scripts."""
_HELD_OUT_ELSE = 0.2
_LATIN_LISTED = 0.85
"""The share of people listed by a Latin name if they have one: a list is mostly Latin, whoever is on it."""


class Person(NamedTuple):
    """One training person: id, names as (text, script), the only source that knows them or nothing."""

    key: str
    names: tuple[tuple[str, str], ...]
    source: str

    @property
    def chadwick(self) -> bool:
        """Tell whether the Chadwick register alone knows this person."""
        return self.source == "chadwick"


class Pair(NamedTuple):
    """A name asked, the listed name of the same person, the kind of difference, and who it is."""

    kind: str
    asked: str
    listed: str
    key: str = ""


def people(path: Path) -> list[Person]:
    """Return all training people."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            names = tuple(dict.fromkeys((name["name"].strip(), name["script"]) for name in row["names"][:12]))
            names = tuple(name for name in names if name[0])
            if names:
                found.append(Person(row["source_id"], names, row["source"][0] if len(row["source"]) == 1 else ""))
    return found


def chance(key: str, salt: str) -> float:
    """Return a number from 0 to 1 that depends on the key alone."""
    return int.from_bytes(sha256(f"{salt}:{key}".encode()).digest()[:6], "big") / (1 << 48)


def split(everyone: list[Person]) -> tuple[list[Person], list[Person]]:
    """Return (listed, held out)."""
    held = [one for one in everyone if chance(one.key, "held") < _HELD_OUT.get(one.source, _HELD_OUT_ELSE)]
    kept = {one.key for one in held}
    listed = [one for one in everyone if one.key not in kept]
    known = {_plainly(text) for one in listed for text, _ in one.names}
    # sources overlap: who shares a whole name with somebody listed may be he, and is no innocent to learn from
    return listed, [one for one in held if not any(_plainly(text) in known for text, _ in one.names)]


def _plainly(name: str) -> str:
    return " ".join(sorted(fold(word) for word in name.replace(",", " ").replace("-", " ").split()))


def listed_names(one: Person) -> list[str]:
    """Return the names under which a person is listed: one, for some people two."""
    ranked = sorted(one.names, key=lambda name: chance(name[0], one.key))
    if chance(one.key, "latin") < _LATIN_LISTED:
        ranked.sort(key=lambda name: name[1] != "Latin")
    return [text for text, _ in ranked[: 2 if chance(one.key, "two") < 0.05 else 1]]  # noqa: PLR2004


def noisy(everyone: list[Person], dice: Random) -> list[Pair]:
    """Return true pairs made by noise."""
    found = []
    for kind, (count, noise) in KINDS.items():
        made, tries = 0, 0
        while made < count and tries < count * 40:
            tries += 1
            one = dice.choice(everyone)
            if one.chadwick and dice.random() < 0.5:  # noqa: PLR2004
                continue
            text, script = dice.choice(one.names)
            if script not in ("Latin", "Cyrillic") and kind not in ("exact", "order", "missing", "joined"):
                continue
            spoilt = noise(text, dice)
            if spoilt is None or (spoilt == text and kind not in ("exact", "case")):
                continue
            turn = kind in ("missing", "initials", "joined", "particles", "patronymic") and dice.random() < 0.4  # noqa: PLR2004
            found.append(Pair(kind, text, spoilt, one.key) if turn else Pair(kind, spoilt, text, one.key))
            made += 1
    return found


def natural(everyone: list[Person], dice: Random) -> list[Pair]:
    """Return true pairs as the sources give them, in one script and across scripts."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for one in everyone:
        both = list(permutations(one.names, 2))
        for (asked, script), (listed, other) in dice.sample(both, min(len(both), 8)):
            if script != other and "Latin" in (script, other):
                name = script if other == "Latin" else other
                groups[name].append(Pair(f"xs_{name}", asked, listed, one.key))
                if other == "Cyrillic" and (text := zone(asked, cut=False)):
                    groups["zone"].append(Pair("xs_zone", text, listed, one.key))
            elif script != other:
                groups["other"].append(Pair("xs_nonlatin", asked, listed, one.key))
            elif one.chadwick:
                name = "short" if _shortened(asked, listed) else "chadwick"
                groups[name].append(Pair(name, asked, listed, one.key))
            elif asked.casefold() != listed.casefold():
                groups["Latin"].append(Pair("variant", asked, listed, one.key))
    found = []
    for name, most in {**CROSS, **NATURAL}.items():
        found.extend(dice.sample(groups[name], min(most, len(groups[name]))))
    return found


def _shortened(asked: str, listed: str) -> bool:
    """Tell whether only the given name differs, and is no initial: one is a short form of the other."""
    mine, theirs = ([fold(word) for word in name.split()] for name in (asked, listed))
    return (
        len(mine) == 2  # noqa: PLR2004 - given and family name
        and len(theirs) > 1
        and mine[-1] in theirs[1:]
        and mine[0] not in theirs
        and min(len(mine[0]), len(theirs[0])) > 2  # noqa: PLR2004
    )


def words_of(path: Path) -> dict[str, dict[str, list[tuple[str, int]]]]:
    """Return per language and folded Latin word the native words with their counts."""
    found: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["lang"] in COMPOSED:
                found[row["lang"]][fold(row["latin"])].append((row["native"], row["count"]))
    return found


def native(name: str, words: dict[str, list[tuple[str, int]]], dice: Random) -> str | None:
    """Write a Latin name word by word in another script; None if a word is not known there."""
    out = []
    for word in name.replace("-", " ").split():
        options = words.get(fold(word))
        if not options:
            return None
        out.append(dice.choices([text for text, _ in options], [count for _, count in options])[0])
    return " ".join(out) if len(out) > 1 else None


def composed(everyone: list[Person], pairs: Path, dice: Random) -> list[Pair]:
    """Return true pairs written word by word in another script, and by two spellings of one native word."""
    words = words_of(pairs)
    latin = [(text, one.key) for one in everyone for text, script in one.names[:2] if script == "Latin"]
    found = []
    for language, count in COMPOSED.items():
        made, tries = 0, 0
        while made < count and tries < count * 60:
            tries += 1
            text, key = dice.choice(latin)
            if (other := native(text, words[language], dice)) is not None:
                kind = f"composed_{language}"
                found.append(Pair(kind, *((other, text) if dice.random() < 0.6 else (text, other)), key))  # noqa: PLR2004
                made += 1
    back: dict[str, list[str]] = defaultdict(list)
    for language in ("ar", "fa"):
        for word, options in words[language].items():
            for other, _ in options:
                back[other].append(word)
    for _ in range(60_000):
        text, key = dice.choice(latin)
        turned = [dice.choice(back[dice.choice(options)[0]]) if (options := words["ar"].get(fold(word))) else fold(word)
                  for word in text.split()]  # fmt: skip
        if turned != [fold(word) for word in text.split()] and len(turned) > 1:
            found.append(Pair("roman", " ".join(turned), text, key))
        if sum(pair.kind == "roman" for pair in found[-3500:]) >= 3500:  # noqa: PLR2004
            break
    return found


def thinned(pairs: list[Pair], share: float, dice: Random) -> list[Pair]:
    """Return a share of some pairs, in a random order."""
    return dice.sample(pairs, round(len(pairs) * share))


def innocents(listed: list[Person], held: list[Person], pairs: Path, dice: Random) -> list[Pair]:
    """Return names of people who are not listed: held-out people, and mixtures of listed people's words.

    Real people who share their last word with somebody listed are of a kind of their own.
    """
    last = {fold(text.split()[-1]) for one in listed for text in listed_names(one)[:1]}
    found: list[Pair] = []
    by_script: dict[str, list[Pair]] = defaultdict(list)
    for one in dice.sample(held, len(held)):
        latin = [text for text, script in one.names if script == "Latin"]
        for text, script in one.names:
            if script in NATIVE:
                by_script[script].append(Pair("native", text, "", one.key))
        if latin and len(found) < REAL:
            text = latin[0] if one.chadwick else dice.choice(latin)
            found.append(Pair("kin" if fold(text.split()[-1]) in last else "real", text, "", one.key))
    for script, most in NATIVE.items():
        found.extend(by_script[script][:most])
    return found + mixed(listed, pairs, dice)


def mixed(listed: list[Person], pairs: Path, dice: Random) -> list[Pair]:
    """Return names made of the first and second words of different people."""
    by_script: dict[str, list[list[str]]] = defaultdict(list)
    for one in listed:
        for text, script in one.names:
            words = text.split()
            if script == "Han" and len(text) in {2, 3}:
                words = [text[0], text[1:]]
            if len(words) == 2:  # noqa: PLR2004 - given and family name
                by_script[script].append(words)
    known = words_of(pairs)
    found: list[Pair] = []
    for script, count in MIXED.items():
        made = 0
        while made < count:
            source = by_script["Latin" if script == "Arabic" else script]
            first, second = dice.choice(source)[0], dice.choice(source)[1]
            if script == "Latin" and dice.random() < 0.4:  # noqa: PLR2004 - a second given name
                first = f"{first} {dice.choice(source)[0]}"
            text = first + second if script == "Han" else f"{first} {second}"
            if script == "Arabic":
                text = native(text, known[dice.choice(("ar", "ar", "fa"))], dice) or ""
            if text:
                found.append(Pair("mixed", text, ""))
                made += 1
    return found
