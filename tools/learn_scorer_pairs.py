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
from tools.learn_scorer_noise import KINDS

CROSS = {
    "Cyrillic": 5000, "Hebrew": 4000, "Hangul": 5000, "Han": 5000, "Kana": 3000, "Greek": 2500, "Devanagari": 2000,
    "Arabic": 600,
}  # fmt: skip
COMPOSED = {"ar": 3500, "fa": 3000, "hy": 2000, "ru": 1500, "el": 1500, "zh": 1500, "ja-kana": 1200, "ko": 1000}
NATURAL = {"chadwick": 6000, "Latin": 9000, "other": 6000}
_CHADWICK_LISTED = 0.2
_HELD_OUT = 0.16


class Person(NamedTuple):
    """One training person: id, names as (text, script), whether the Chadwick register alone knows them."""

    key: str
    names: tuple[tuple[str, str], ...]
    chadwick: bool


class Pair(NamedTuple):
    """A name asked, the listed name of the same person, and the kind of difference."""

    kind: str
    asked: str
    listed: str


def people(path: Path) -> list[Person]:
    """Return all training people."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            names = tuple(dict.fromkeys((name["name"].strip(), name["script"]) for name in row["names"][:12]))
            names = tuple(name for name in names if name[0])
            if names:
                found.append(Person(row["source_id"], names, row["source"] == ["chadwick"]))
    return found


def chance(key: str, salt: str) -> float:
    """Return a number from 0 to 1 that depends on the key alone."""
    return int.from_bytes(sha256(f"{salt}:{key}".encode()).digest()[:6], "big") / (1 << 48)


def split(everyone: list[Person]) -> tuple[list[Person], list[Person]]:
    """Return (listed, held out)."""
    listed = [
        one
        for one in everyone
        if chance(one.key, "held") >= _HELD_OUT and (not one.chadwick or chance(one.key, "list") < _CHADWICK_LISTED)
    ]
    return listed, [one for one in everyone if chance(one.key, "held") < _HELD_OUT]


def listed_names(one: Person) -> list[str]:
    """Return the names under which a person is listed: one, for some people two."""
    ranked = sorted((text for text, _ in one.names), key=lambda text: chance(text, one.key))
    return ranked[: 2 if chance(one.key, "two") < 0.08 else 1]  # noqa: PLR2004


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
            if script not in ("Latin", "Cyrillic") and kind not in ("exact", "order"):
                continue
            spoilt = noise(text, dice)
            if spoilt is None or (spoilt == text and kind not in ("exact", "case")):
                continue
            turn = kind in ("missing", "initials", "joined", "particles", "patronymic") and dice.random() < 0.4  # noqa: PLR2004
            found.append(Pair(kind, text, spoilt) if turn else Pair(kind, spoilt, text))
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
                groups[name].append(Pair(f"xs_{name}", asked, listed))
            elif script != other:
                groups["other"].append(Pair("xs_nonlatin", asked, listed))
            elif one.chadwick:
                groups["chadwick"].append(Pair("chadwick", asked, listed))
            elif asked.casefold() != listed.casefold():
                groups["Latin"].append(Pair("variant", asked, listed))
    found = []
    for name, most in {**CROSS, **NATURAL}.items():
        found.extend(dice.sample(groups[name], min(most, len(groups[name]))))
    return found


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
    latin = [text for one in everyone for text, script in one.names[:2] if script == "Latin"]
    found = []
    for language, count in COMPOSED.items():
        made, tries = 0, 0
        while made < count and tries < count * 60:
            tries += 1
            text = dice.choice(latin)
            if (other := native(text, words[language], dice)) is not None:
                kind = f"composed_{language}"
                found.append(Pair(kind, other, text) if dice.random() < 0.6 else Pair(kind, text, other))  # noqa: PLR2004
                made += 1
    back: dict[str, list[str]] = defaultdict(list)
    for language in ("ar", "fa"):
        for word, options in words[language].items():
            for other, _ in options:
                back[other].append(word)
    for _ in range(60_000):
        text = dice.choice(latin)
        turned = [dice.choice(back[dice.choice(options)[0]]) if (options := words["ar"].get(fold(word))) else fold(word)
                  for word in text.split()]  # fmt: skip
        if turned != [fold(word) for word in text.split()] and len(turned) > 1:
            found.append(Pair("roman", " ".join(turned), text))
        if sum(pair.kind == "roman" for pair in found[-3500:]) >= 3500:  # noqa: PLR2004
            break
    return found


def thinned(pairs: list[Pair], share: float, dice: Random) -> list[Pair]:
    """Return a share of some pairs, in a random order."""
    return dice.sample(pairs, round(len(pairs) * share))


def innocents(listed: list[Person], held: list[Person], pairs: Path, dice: Random) -> list[Pair]:
    """Return names of people who are not listed: held-out people, and mixtures of listed people's words."""
    chadwick = [one for one in held if one.chadwick]
    rest = [one for one in held if not one.chadwick]
    found = [Pair("real", one.names[0][0], "") for one in dice.sample(chadwick, min(2600, len(chadwick)))]
    for one in dice.sample(rest, min(4000, len(rest))):
        latin = [text for text, script in one.names if script == "Latin"]
        other = [text for text, script in one.names if script != "Latin"]
        use_native = bool(other) and dice.random() < 0.6  # noqa: PLR2004
        if use_native or latin:
            found.append(Pair("native" if use_native else "real", dice.choice(other if use_native else latin), ""))
    by_script: dict[str, list[list[str]]] = defaultdict(list)
    for one in listed:
        for text, script in one.names:
            words = text.split()
            if script == "Han" and len(text) in {2, 3}:
                words = [text[0], text[1:]]
            if len(words) == 2:  # noqa: PLR2004 - given and family name
                by_script[script].append(words)
    words = words_of(pairs)
    for script, count in (("Latin", 1300), ("Han", 900), ("Hangul", 300), ("Cyrillic", 300), ("Devanagari", 300)):
        for _ in range(count):
            first, second = dice.choice(by_script[script])[0], dice.choice(by_script[script])[1]
            found.append(Pair("mixed", first + second if script == "Han" else f"{first} {second}", ""))
            if script == "Latin" and (
                text := native(f"{first} {second}", words[dice.choice(("ar", "fa", "zh", "ko"))], dice)
            ):
                found.append(Pair("mixed", text, ""))
    return found
