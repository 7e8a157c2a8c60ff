"""Spoil names as clerks, keyboards, readers and passports do, to have true pairs to learn from.

The kinds of noise are those that the judged names describe; nothing here reads a judged split.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_CYRILLIC_KEYS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_OCR = {
    "o": ("0", "c"), "l": ("1", "i"), "i": ("l", "1"), "e": ("c",), "c": ("e",), "s": ("5",), "b": ("6", "8", "h"),
    "h": ("b",), "g": ("9", "q"), "t": ("f",), "f": ("t",), "m": ("rn",), "n": ("ri",), "d": ("cl",), "w": ("vv",),
    "u": ("v", "ii"), "v": ("u",), "z": ("2",), "rn": ("m",), "ri": ("n",), "cl": ("d",), "B": ("8",), "S": ("5",),
    "O": ("0",), "I": ("l",), "a": ("o",), "y": ("v",), "k": ("lc",), "q": ("g",),
}  # fmt: skip
_MRZ = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Å": "AA", "Ø": "OE", "Æ": "AE", "Ñ": "N", "Þ": "TH", "Đ": "D",
        "Ł": "L", "İ": "I", "Ə": "E", "Œ": "OE"}  # fmt: skip
_PARTICLES = ("de", "von", "van", "del", "di", "da", "al", "la", "dos", "el", "y")
_MRZ_CHARACTERS = 30


def keyboard(name: str, dice: Random, times: int = 1) -> str | None:
    """Change, drop, double or swap letters as on a keyboard; None if there is no letter to change."""
    rows = _CYRILLIC_KEYS if re.search("[а-яё]", name.lower()) else _KEYS
    near = {}
    for row, line in enumerate(rows):
        for at, mark in enumerate(line):
            beside = [line[at - 1 : at] if at else "", line[at + 1 : at + 2]]
            beside += [below[max(0, at - 1) : at + 1] for below in rows[row + 1 : row + 2]]
            beside += [above[at : at + 2] for above in rows[max(0, row - 1) : row]]
            near[mark] = [one for part in beside for one in part]
    for _ in range(times):
        places = [at for at, mark in enumerate(name) if mark.lower() in near]
        if not places:
            return None
        at = dice.choice(places)
        kind = dice.random()
        mark = name[at]
        if kind < 0.4:  # noqa: PLR2004 - shares of the kinds of slips
            new = dice.choice(near[mark.lower()])
            name = name[:at] + (new.upper() if mark.isupper() else new) + name[at + 1 :]
        elif kind < 0.65:  # noqa: PLR2004
            name = name[:at] + name[at + 1 :]
        elif kind < 0.8:  # noqa: PLR2004
            name = name[:at] + mark + name[at:]
        elif at + 1 < len(name) and name[at + 1] != " ":
            name = name[:at] + name[at + 1] + mark + name[at + 2 :]
        else:
            name = name[:at] + name[at + 1 :]
    return name.strip()


def misread(name: str, dice: Random) -> str | None:
    """Misread one to three letters as a scanner does."""
    changed = name
    for _ in range(dice.choice((1, 2, 2, 3))):
        places = [(found.start(), key) for key in _OCR for found in re.finditer(key, changed)]
        if not places:
            break
        at, key = dice.choice(places)
        changed = changed[:at] + dice.choice(_OCR[key]) + changed[at + len(key) :]
    return changed if changed != name else None


def bare(name: str) -> str:
    """Return a name without diacritics."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))


def zone(name: str, *, cut: bool) -> str | None:
    """Write `given … family` as a machine-readable zone; None if it does not fit the question."""
    plain = bare("".join(_MRZ.get(mark, mark) for mark in name.upper()))
    words = re.sub("[^A-Z -]", "", plain).replace("-", " ").split()
    if len(words) < 2:  # noqa: PLR2004 - family and given
        return None
    text = f"{words[-1]}<<{'<'.join(words[:-1])}"
    if (len(text) > _MRZ_CHARACTERS) is not cut:
        return None
    return text[:_MRZ_CHARACTERS]


def order(name: str, dice: Random) -> str | None:
    """Put the family name first, with or without a comma."""
    words = name.split()
    if len(words) < 2:  # noqa: PLR2004
        return None
    comma = "," if dice.random() < 0.5 else ""  # noqa: PLR2004
    return f"{words[-1]}{comma} {' '.join(words[:-1])}"


def missing(name: str, dice: Random) -> str | None:
    """Leave out one word of three or more, seldom the last."""
    words = name.split()
    if len(words) < 3:  # noqa: PLR2004
        return None
    at = dice.choice([*range(1, len(words) - 1)] * 4 + [len(words) - 1])
    return " ".join(words[:at] + words[at + 1 :])


def initials(name: str, dice: Random) -> str | None:
    """Shorten given names to their first letters."""
    words = name.split()
    if len(words) < 2 or not words[0][0].isalpha():  # noqa: PLR2004
        return None
    stop = dice.choice(("", "."))
    few = 1 if dice.random() < 0.5 else len(words) - 1  # noqa: PLR2004
    if len(words) > 2 and dice.random() < 0.4:  # noqa: PLR2004 - the middle name alone
        return " ".join([words[0], words[1][0] + stop, *words[2:]])
    return " ".join([*(word[0] + stop for word in words[:few]), *words[few:]])


def particles(name: str, dice: Random) -> str | None:
    """Add, change or drop a particle."""
    words = name.split()
    held = [at for at, word in enumerate(words) if word.lower() in _PARTICLES and at]
    if held:
        at = dice.choice(held)
        return " ".join(words[:at] + ([dice.choice(_PARTICLES)] if dice.random() < 0.4 else []) + words[at + 1 :])  # noqa: PLR2004
    if len(words) < 2:  # noqa: PLR2004
        return None
    return " ".join([*words[:-1], dice.choice(_PARTICLES), words[-1]])


def joined(name: str, dice: Random) -> str | None:
    """Join two words, or tie or untie them by a hyphen."""
    if "-" in name:
        return name.replace("-", dice.choice((" ", "")), 1)
    words = name.split()
    if len(words) < 2:  # noqa: PLR2004
        return None
    at = dice.randrange(len(words) - 1)
    between = dice.choice(("-", "", ""))
    second = words[at + 1].lower() if not between else words[at + 1]
    return " ".join([*words[:at], words[at] + between + second, *words[at + 2 :]])


def patronymic(name: str, dice: Random) -> str | None:
    """Drop a Slavic patronymic."""
    words = name.split()
    found = [at for at, word in enumerate(words) if at and re.search("(вич|вна|чна|vich|vna|chna)$", word.lower())]
    del dice
    if len(words) < 3 or not found:  # noqa: PLR2004
        return None
    return " ".join(word for at, word in enumerate(words) if at != found[0])


def twice(name: str, dice: Random) -> str | None:
    """Spoil a name in two ways at once: a word left out, shortened or moved, and then a slip or a misread letter."""
    first = dice.choice((missing, initials, order, particles))(name, dice)
    text = name if first is None or dice.random() < 0.3 else first  # noqa: PLR2004
    return dice.choice((keyboard, misread, keyboard))(text, dice)


Noise = Callable[[str, Random], str | None]
KINDS: dict[str, tuple[int, Noise]] = {
    "exact": (1500, lambda name, _: name),
    "case": (1500, lambda name, dice: dice.choice((bare(name), name.lower(), name.upper()))),
    "order": (2200, order),
    "missing": (2500, missing),
    "initials": (3200, initials),
    "particles": (1600, particles),
    "joined": (2500, joined),
    "patronymic": (1800, patronymic),
    "typo1": (4000, keyboard),
    "typo2": (3200, lambda name, dice: keyboard(name, dice, 2)),
    "ocr": (3500, misread),
    "twice": (3200, twice),
    "zone": (1800, lambda name, _: zone(name, cut=False)),
    "zone_cut": (1600, lambda name, _: zone(name, cut=True)),
}
"""Per kind of noise: how many pairs to make, and how."""
