# ruff: noqa: E501 - tables of letters and words
"""What a word does in a name: particle, title, generation, nasab, kunya, patronymic.

Knows:    closed lists of such words, folded.
Told:     folded Latin words (readings of other scripts included).
Answers:  the class of a word, and nicknames that stand for it.
Trusted:  yes: a kunya or a title must never count as a name.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from typing import Final

from evenhand.names.given import given

PLAIN, INITIAL, PARTICLE, TITLE, PATRONYMIC, TRUNCATED = range(6)
"""Classes of a word; TRUNCATED is the last word of a machine-readable zone that ran out of room."""
BESIDE_A_NAME: Final = frozenset({PARTICLE, TITLE})
"""The classes of words that a list of Latin words tells."""

PARTICLES: Final = frozenset(
    [
        "de",
        "del",
        "della",
        "delle",
        "dello",
        "degli",
        "dei",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "du",
        "des",
        "d",
        "l",
        "la",
        "le",
        "las",
        "les",
        "los",
        "lo",
        "van",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "der",
        "den",
        "dem",
        "ten",
        "ter",
        "te",
        "het",
        "af",
        "av",
        "y",
        "e",
        "i",
        "und",
        "and",
        "et",
        "al",
        "el",
        "ul",
        "ur",
        "ud",
        "ad",
        "as",
        "ash",
        "az",
        "at",
        "an",
        "bin",
        "ben",
        "ibn",
        "bint",
        "binti",
        "binte",
        "ould",
        "walad",
        "wald",
        "mac",
        "mc",
        "o",
        "st",
        "san",
        "santa",
        "saint",
        "sankt",
        "vander",
        "vande",
        "nee",
        "abu",
        "abou",
        "um",
        "umm",
        "ibne",
        "oglu",
        "ogly",
        "ogli",
        "uulu",
        "qizi",
        "kyzy",
        "kizi",
        "ap",
        "ab",
        "ferch",
        "a",
        "abd",
        "abdul",
        "of",
        "the",
        "uddin",
        "eddin",
        "udin",
    ]
)
GIVEN_TOO: Final = frozenset({"al", "ben", "del", "les"})
"""Particles that are short for a given name where a name begins with them: Ben Smith, but Mohamed Ben Ali."""
FAITH: Final = {
    "din": "uddin", "deen": "uddin", "dine": "uddin", "islam": "ulislam", "haq": "ulhaq", "haqq": "ulhaq",
    "abidin": "ulabidin", "abideen": "ulabidin",
}  # fmt: skip
"""Words of faith that are one with the name and the article before them, and how that ends: Nur al-Din, Nuruddin."""
ARTICLES: Final = frozenset(["al", "el", "ul", "ur", "us", "as", "ar", "az", "ash"])
TIED_ARTICLES: Final = frozenset(["ar", "er", "es", "esh", "ez", "ed", "en", "us", "ach", "ech", "ath", "eth", "adh"])
"""Articles where a hyphen ties them to what comes after (er-Ravi, ach-Chami), else words of names."""
SERVANTS: Final = frozenset(
    ["abd", "abdul", "abdel", "abdal", "abdur", "abdus", "abdun", "abduz", "abdut", "abdush", "abder", "abdes", "abden",
     "abdez", "abdu", "abdol", "abdoul", "abdoel", "mc", "mac"]
)
"""Words that are one with what comes after them."""
_BEFORE_ARTICLE: Final = {"abed": "abd", "dhu": "dh", "dhou": "dh", "thu": "dh", "zu": "dh", "zou": "dh"}
"""Servants before an article alone, and how they are written: Abed el-Latif, Dhu al-Fiqar, but not Zu."""
NASAB: Final = frozenset({"bin", "ben", "ibn", "ibne", "bint", "binti", "binte"})
"""Particles between a child and its father."""
KUNYA: Final = frozenset({"abu", "abou", "abi", "aboo", "ebu", "um", "umm", "oum", "om"})
NAMED_SO: Final = frozenset({"sayyid", "sayyed", "sayid", "seyyed", "seyed", "saiyid", "md"})
"""Titles that are given names as well: Sayyid, then often written Said; Md, which is Muhammad in Bengal."""
TITLES: Final = frozenset(
    ["mr", "mrs", "ms", "miss", "mister", "sir", "dame", "lord", "lady", "dr", "doctor", "prof", "professor", "hon", "rev", "father", "fr", "sister", "brother", "sheikh", "shaykh", "sheik", "shaikh", "cheikh", "seikh", "haji", "hajji", "hadji", "hajj", "hajja", "alhaj", "alhaji", "elhadj", "mullah", "mulla", "maulana", "mawlana", "maulvi", "mawlawi", "molvi", "mufti", "imam", "ayatollah", "sayyid", "sayed", "syed", "sayid", "said", "seyyed", "seyed", "mirza", "agha", "khan", "begum", "bibi", "shri", "sri", "smt", "shrimati", "pandit", "swami", "baba", "general", "gen", "colonel", "col", "major", "maj", "captain", "capt", "lieutenant", "lt", "sergeant", "sgt", "admiral", "marshal", "commander", "president", "minister", "senator", "judge", "prince", "princess", "king", "queen", "emperor", "empress", "pope", "saint", "count", "countess", "baron", "baroness", "duke", "duchess", "marquis", "marquess", "earl", "don", "dona", "donya", "senor", "senora", "herr", "frau", "monsieur", "madame", "mme", "mlle", "jr", "sr", "junior", "senior", "ii", "iii", "iv", "vi", "vii", "viii", "ix", "phd", "md", "esq", "nai", "daw", "u", "ko", "ma", "mg", "jonkheer", "graf", "ritter", "freiherr", "dato", "datuk", "tan", "tun", "tengku", "tunku", "raja", "rana", "chaudhry", "ch", "hafiz", "qari", "ustad", "ostad", "engr", "eng", "ing", "dipl", "mag", "fnu", "lnu"]
) - frozenset({"khan", "said", "tan", "ma", "u", "ko", "raja", "saint", "king", "prince", "don", "ch", "major", "count",
               "duke", "judge", "pope", "mirza", "baron", "earl", "baba", "general", "marshal", "sri", "sayed", "syed",
               "senior", "bishop", "fr", "vi", "ing", "gen", "col", "mag", "graf", "ritter"})  # fmt: skip
_PATRONYMIC_ENDS: Final = (
    "ovich", "evich", "ovych", "evych", "yovych", "iovych", "ovna", "evna", "ivna", "yivna", "ichna", "inichna", "ovic",
    "avich", "eyevich", "ievich", "yevich", "yevna", "ievna", "avna", "owna", "auna", "euna",
)  # fmt: skip
_PATRONYMIC_MIN: Final = 7


_LETTER_NAMES: Final = {
    "e": "a", "ei": "a", "ai": "i", "bi": "b", "si": "c", "di": "d", "i": "e", "ef": "f", "ji": "g", "Ji": "g", "eC": "h",
    "aiC": "h", "Je": "j", "Jei": "j", "ke": "k", "kei": "k", "el": "l", "em": "m", "en": "n", "o": "o", "pi": "p",
    "kiu": "q", "ar": "r", "es": "s", "ti": "t", "iu": "u", "yu": "u", "vi": "v", "dabliu": "w", "dablu": "w", "eks": "x",
    "vai": "y", "zed": "z", "Jed": "z", "a": "a",
}  # fmt: skip
"""The English names of letters as `evenhand.names.latin.sound` hears them."""


def class_of(word: str, place: int, count: int) -> int:
    """Return the class of a folded word at a place (0 first) among `count` words."""
    if len(word) == 1:
        return INITIAL
    if word in PARTICLES and count > 1:
        return PARTICLE
    if word in TITLES and count > 1:
        return TITLE
    if len(word) >= _PATRONYMIC_MIN and count > 2 and place > 0 and word.endswith(_PATRONYMIC_ENDS):  # noqa: PLR2004
        return PATRONYMIC
    return PLAIN


def depends(word: str) -> bool:
    """Tell whether what a folded word is depends on the words beside it: one letter, particle, title, Abd, -ovich."""
    return (
        len(word) == 1
        or word in PARTICLES
        or word in TITLES
        or may_serve(word)
        or (len(word) >= _PATRONYMIC_MIN and word.endswith(_PATRONYMIC_ENDS))
    )


def may_serve(word: str) -> bool:
    """Tell whether a folded word may be one with words beside it (see servant, FAITH)."""
    return word in SERVANTS or word in _BEFORE_ARTICLE or word in FAITH


def servant(word: str, after: str) -> str:
    """Return how a word that is one with the word `after` it is written: Abd, Dhu, Mac; empty for any other word.

    Abed is a servant before an article or before Rab (Abed el-Latif, Abed Rabbo), else a name of its own.
    """
    if word in _BEFORE_ARTICLE and (after in ARTICLES or (word == "abed" and after.startswith("rab"))):
        return _BEFORE_ARTICLE[word]
    return word if after and word in SERVANTS else ""


@cache
def nicknames() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the folded given names that stand for one another, with costs in twelfths of a bit: learned and by hand."""
    packed = files("evenhand.names").joinpath("tables/nicknames.tsv.gz").read_bytes()
    found: dict[str, dict[str, int]] = {}
    for line in gzip.decompress(packed).decode("ascii").split("\n"):
        word, _, others = line.partition("\t")
        parts = (one.partition(":") for one in others.split(","))
        found[word] = {text: int(cost) for text, _, cost in parts}
    for word, stood_for in given().items():
        known = found.setdefault(word, {})
        known.update({text: min(cost, known.get(text, cost)) for text, cost in stood_for})
    return {word: tuple(costs.items()) for word, costs in found.items()}


@cache
def _rarities() -> dict[str, int]:
    packed = files("evenhand.names").joinpath("tables/rarity.tsv.gz").read_bytes()
    found = {}
    for line in gzip.decompress(packed).decode("ascii").split("\n"):
        bits, _, words = line.partition("\t")
        found.update(dict.fromkeys(words.split(" "), int(bits)))
    return found


def letter_of(heard: str) -> str | None:
    """Return the letter whose English name sounds like this (an initial spelt out in another script)."""
    return _LETTER_NAMES.get(heard)


def rarity_words() -> frozenset[str]:
    """Return the words whose rarity is known."""
    return frozenset(_rarities())


def commonest(count: int) -> tuple[str, ...]:
    """Return the commonest words of names, the most usual first."""
    known = _rarities()
    return tuple(sorted(known, key=lambda word: (known[word], word))[:count])


RARITY_MAX: Final = 140
_SHORT_MAX: Final = 3


@cache
def _syllables() -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """Return per population the rarity of syllables that begin and that end a given name of two."""
    packed = files("evenhand.names").joinpath("tables/syllables.tsv.gz").read_bytes()
    found: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
    for line in gzip.decompress(packed).decode("ascii").split("\n"):
        group, place, bits, texts = line.split("\t")
        found.setdefault(group, ({}, {}))[int(place)].update(dict.fromkeys(texts.split(" "), int(bits)))
    return found


def is_known(word: str) -> bool:
    """Tell whether a folded word is in the list of names whose rarity is known."""
    return word in _rarities()


_SHAPES: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"), ("lc", "k"), ("ri", "n"))
_SHAPE: Final = str.maketrans("lcofjqhvy", "ieetigbuu")
_NO_VOWELS: Final = dict.fromkeys(map(ord, "aeiouy"))
_MISREAD_MIN, _MISREAD_MOST = 4, 2


def _shape(word: str) -> str:
    """Return a word with letters alike that a scanner takes for one another: katie and kafle."""
    for many, one in _SHAPES:
        word = word.replace(many, one)
    return word.translate(_SHAPE)


@cache
def _by_shape() -> dict[str, tuple[str, ...]]:
    """Return the known names of every shape, the commonest first."""
    found: dict[str, list[str]] = {}
    for word in sorted(_rarities(), key=lambda word: (_rarities()[word], word)):
        if len(word) >= _MISREAD_MIN:
            found.setdefault(_shape(word), []).append(word)
    return {shape: tuple(words[:_MISREAD_MOST]) for shape, words in found.items()}


def misread(word: str) -> tuple[str, ...]:
    """Return the known names that a scanner may have taken for a folded word it is not: more than other vowels."""
    if len(word) < _MISREAD_MIN:
        return ()
    bones = word.translate(_NO_VOWELS)
    return tuple(one for one in _by_shape().get(_shape(word), ()) if one.translate(_NO_VOWELS) != bones)


def lisped(word: str) -> tuple[str, ...]:
    """Return the known name that is the same with z for dh: Arabs write Ridha and Fadhil, Turks and Persians Riza."""
    other = word.replace("dh", "z")
    return (other,) if other != word and is_known(other) and not is_known(word) else ()


def are_syllables(first: str, second: str) -> bool:
    """Tell whether two folded words may be the syllables of one Korean or Chinese given name: Min-ho, Chi-wei."""
    return any(first in heads and second in tails for heads, tails in _syllables().values())


def _two_syllables(word: str) -> int:
    """Return the rarity of a word as a Korean or Chinese given name of two syllables."""
    best = RARITY_MAX
    for first, second in _syllables().values():
        for cut in range(1, len(word)):
            if word[:cut] in first and word[cut:] in second:
                best = min(best, first[word[:cut]] + second[word[cut:]])
    return best


def rarity(word: str) -> int:
    """Return how much a folded word says, in eighths of a bit: 24 (very common) to 140 (never seen)."""
    known = _rarities().get(word)
    if known is not None:
        return known
    return 88 if len(word) <= _SHORT_MAX else _two_syllables(word)
