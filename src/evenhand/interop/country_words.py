"""Countries, nationals and sexes as clerks write them in nine languages.

Knows:    country_words.tsv: CLDR's names of territories, and what nationals are called, by ICAO code.
Told:     the text of a cell.
Answers:  an ICAO code or a sex; None where no word of ours is meant.
Trusted:  yes: a guess here would be a wrong nationality.

H is a man where no M stands in the same column: in Spanish M beside it is a woman, so both are then refused.

Only a member's own table is read by these: official lists write English, where `Polka` is no nationality.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Final

from evenhand.interop.countries import country_code
from evenhand.interop.template_words import folded

_SEXES: Final[dict[str, str]] = {
    "M": (
        "male, man, masculin, homme, masculino, hombre, varon, mannlich, mann, herr, maschile, maschio, uomo, "
        "homem, erkek, e, bay, муж, мужской, мужчина, м, ذكر, رجل"
    ),
    "F": (
        "f, female, woman, feminin, femme, femenino, femenina, mujer, weiblich, w, frau, femminile, femmina, donna, "
        "feminino, mulher, kadin, k, bayan, жен, женский, женщина, ж, أنثى, انثى, امرأة"
    ),
    "U": "u, x, unknown, unbekannt, inconnu, desconocido, sconosciuto, desconhecido, bilinmiyor, неизвестно, غير معروف",
}
_HOMBRE_MUJER: Final = frozenset({"h", "m"})
_ENDINGS: Final = ("e", "er", "es", "en")
"""Of a German adjective, which is told by its end on -isch or -deutsch."""


@cache
def _sexes() -> dict[str, str]:
    return {folded(word): sex for sex, words in _SEXES.items() for word in words.split(",")}


@cache
def country_words() -> dict[str, str]:
    """Return the code for each folded name of a country or its nationals."""
    found: dict[str, str] = {}
    text = files("evenhand.interop").joinpath("country_words.tsv").read_text("utf-8")
    for row in text.splitlines()[1:]:
        code, names, nationals = row.split("\t")
        for word in filter(None, (*names.split("|"), *nationals.split("|"))):
            plain = folded(word)
            found[plain] = code
            if plain.endswith(("isch", "deutsch")):
                found.update((plain + ending, code) for ending in _ENDINGS)
    return found


def country_meant(text: str) -> str | None:
    """Return the ICAO code of a country or nationality in any of the nine languages, or by name or code as lists do."""
    return country_code(text) or country_words().get(folded(text))


def sex_meant(text: str, beside: Collection[str] = ()) -> str | None:
    """Return F, M or U for a word of sex in any of the nine languages; None for a word that is none of them.

    `beside` are the folded words of the same column.
    """
    word = folded(text)
    if word in _HOMBRE_MUJER:
        return None if _HOMBRE_MUJER.issubset({word, *beside}) else "M"
    return _sexes().get(word)
