"""Slavic names in Latin letters by the languages of the states that write them: Volodymyr, Uladzimir, Vladimir.

Knows:    tables/slavic.tsv, given names written by hand; how patronymics are made of them; what h, -ou, -enka and dj
          of a family name are next door.
Told:     a folded word.
Answers:  what it is in the other languages.
Trusted:  yes: the table and the rules are part of the matcher's version.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

_FAMILY_MIN: Final = 5
_WRITTEN: Final = (
    (re.compile(r"^(?:ye|je|ie|ju|iu|ya|ja|ia|yo|jo|io)"), lambda found: "y" + found[0][1:]),
    (re.compile(r"(?<!d)j"), "y"),
    (re.compile(r"(?:iy|ii|yy|yi|ie|iye|y|i)$"), "i"),
    (re.compile(r"[iy]+(?=[aeou])"), "y"),
    (re.compile(r"(?<=[aeou])[iy]+(?=[^aeou]|$)"), "y"),
    (re.compile(r"w"), "v"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"y(?=[^aeou]|$)"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)
"""How the systems of one language differ: Serhii, Serhiy and Serhij are written alike by these."""

_ENDS: Final = (
    "enko", "enka", "anka", "iuk", "yuk", "juk", "chuk", "shuk", "ovych", "ovich", "avich", "evych", "evich", "skyi",
    "skyy", "skiy", "skii", "skij", "sky", "ski", "ska", "skaya", "skaia", "ov", "ev", "ova", "eva", "ou", "au", "eu",
    "ava", "ko", "iak", "yak", "chak", "ets",
)  # fmt: skip
"""What the family names end in whose h and g are one letter, in Ukraine and Belarus the one and in Russia the other."""
_HOARSE: Final = re.compile(r"(?<![ksczptdgbr])h(?=[aeiouylrnmv])")
_BELARUSIAN: Final = (
    (re.compile(r"(?:ian|yan|en)ka$"), "enko"),
    (re.compile(r"(?:ian|yan|en)k[ao]u$"), "enkov"),
    (re.compile(r"(?<![aeiouy])(?:[iyj]ou|eu)$"), "ev"),
    (re.compile(r"(?<=[^aeiouy])au$|(?<=[knsrh])ou$"), "ov"),
    (re.compile(r"(?:ian|yan|en)kava$"), "enkova"),
    (re.compile(r"(?<=[^aeiouy])ava$"), "ova"),
    (re.compile(r"(?<=[^aeiouy])[iyj]ova$"), "eva"),
)
_RUSSIAN: Final = (
    (re.compile(r"enko$"), ("enka", "ianka")),
    (re.compile(r"enkov$"), ("enkau", "iankou")),
    (re.compile(r"(?<=[knsrh])ov$"), ("au", "ou")),
    (re.compile(r"(?<=[^aeiouy])ov$"), ("au",)),
    (re.compile(r"(?<=[^aeiouy])ev$"), ("eu", "iou")),
    (re.compile(r"enkova$"), ("enkava", "iankova")),
    (re.compile(r"(?<=[^aeiouy])ova$"), ("ava",)),
)
"""Endings next door; -ou only behind what is usual before it, so that Mamadou and Hamidou stay what they are."""
_SOUTHERN: Final = re.compile(r"i(?:c|ch|tch|tsch|cz)$")


class Given(NamedTuple):
    """A given name: its spellings, the Ukrainian, Belarusian and Russian first; its patronymics of men and women."""

    spellings: tuple[str, ...]
    sons: tuple[str, ...] = ()
    daughters: tuple[str, ...] = ()


def lines() -> tuple[Given, ...]:
    """Return the given names of the table with their patronymics, in its order."""
    text = files("evenhand.names").joinpath("tables/slavic.tsv").read_text(encoding="ascii")
    return tuple(_given(*line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


def _given(who: str, names: str, stems: str = "") -> Given:
    spelt = tuple(dict.fromkeys(names.split()))
    if who != "man":
        return Given(spelt)
    ukrainian, belarusian, russian = (
        [one.split(",") for one in stems.split()]
        if stems
        else [[_stem(name, vowel)] for name, vowel in zip(names.split(), "oao", strict=False)]
    )
    sons = [f"{one}vych" for one in ukrainian]
    daughters = [f"{re.sub('y?o$', '', one)}ivna" for one in ukrainian]
    for stem in belarusian:
        sons += [f"{one}vich" for one in _soft(stem)]
        daughters += [f"{one}una" for one in _soft(stem)]
    for stem in russian:
        sons += [f"{one}vich" for one in _soft(stem)]
        daughters += [f"{one}vna" for one in _soft(stem)]
    return Given(spelt, tuple(dict.fromkeys(sons)), tuple(dict.fromkeys(daughters)))


def _stem(name: str, vowel: str) -> str:
    """Return a patronymic as far as its v: Volodymyro-, Uladzimira-, Vladimiro-; Serhiyo-, Siarhee-, Sergee-."""
    if vowel == "a" and name.endswith("au"):  # Uladzislau: Uladzislavavich
        return name[:-1] + "va"
    if name[-1] not in "aeiouy":
        return name + vowel
    if name[-1] == "o":
        return name
    if name[-2:] in ("iy", "ey", "ei", "ay", "ai"):
        return name + "o" if name[-2:] == "iy" and vowel == "o" else name[:-1] + "e"
    return name[:-1] + "ie"


def _soft(stem: str) -> tuple[str, ...]:
    """Return a soft stem in both its usual spellings: Sergee-, Sergeye-; Grigorie-, Grigorye-."""
    if stem.endswith("ie"):
        return stem, stem[:-2] + "ye"
    return (stem, stem[:-1] + "ye") if stem[-2:] in ("ee", "ae") else (stem,)


def alike(word: str) -> str:
    """Return a word as all who write it down by its sound in one language have it: Serhii, Serhiy, Serhij."""
    for found, instead in _WRITTEN:
        word = found.sub(instead, word)
    return word


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for given in lines():
        for names in given:
            for word in names:
                found.setdefault(alike(word), {}).update(dict.fromkeys(names))
    return {word: tuple(others) for word, others in found.items()}


def slavic(word: str) -> tuple[str, ...]:
    """Return how other Slavic languages write a folded word: a given name, a patronymic or a family name."""
    return _by_word().get(alike(word)) or _families(word)


def _families(word: str) -> tuple[str, ...]:
    if len(word) < _FAMILY_MIN:
        return ()
    if _SOUTHERN.search(word) and "dj" in word:
        return (word.replace("dj", "d"),)
    ends = [word]
    if word.endswith(_ENDS):
        ends += [pattern.sub(end, word) for pattern, end in _BELARUSIAN if pattern.search(word)][:1]
        ends += [pattern.sub(end, word) for pattern, more in _RUSSIAN if pattern.search(word) for end in more][:2]
        ends += [_HOARSE.sub("g", one) for one in ends] + [_voiced(one) for one in ends]
    return tuple(dict.fromkeys(one for one in ends if one != word))


def _voiced(word: str) -> str:
    """Return a word with h for every g but that of ng, gh and zg, which Ukrainian has too."""
    return re.sub(r"(?<![nzdgk])g(?![hu])", "h", word)
