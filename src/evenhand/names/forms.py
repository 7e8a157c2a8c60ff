"""A name as the matcher compares it: readings, each a row of words with Latin spellings.

Knows:    how to cut a name into words, which readings each script has, and which words belong together.
Told:     a name as written, in any script, or a machine-readable zone field.
Answers:  readings; none for a name whose script it does not know.
Trusted:  yes: what is not read here is never found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from evenhand.names import asia, letters
from evenhand.names.alphabets import alphabets, spelt
from evenhand.names.besides import readings_besides, with_nicknames, with_usual_tie
from evenhand.names.burmese import burmese, syllables
from evenhand.names.cleaning import ZONE_NAME_CHARACTERS, clean, mrz_words
from evenhand.names.latin import FORM_CHARACTERS_MAX, fold, sound, spellings, with_article
from evenhand.names.native import codes, is_burmese, word_code
from evenhand.names.parts import (
    ARTICLES,
    BESIDE_A_NAME,
    INITIAL,
    PARTICLE,
    PATRONYMIC,
    PLAIN,
    TIED_ARTICLES,
    TRUNCATED,
    are_syllables,
    class_of,
    is_known,
    letter_of,
    lisped,
    misread,
    servant,
)
from evenhand.names.romanise import readings
from evenhand.names.script import script_of
from evenhand.names.thai import foreign, thai
from evenhand.names.translated import translated
from evenhand.names.word import ABJAD, ASIAN, LEARNED, WRITTEN, Reading, Word
from evenhand.names.zawgyi import from_zawgyi

WORDS_MAX: Final = 12
READINGS_PER_NAME_MAX: Final = 5
SPELLINGS_MAX: Final = 6
_APOSTROPHES: Final = re.compile("['’‘`´ʼʻʽʾʿ′]")
_BREAK: Final = re.compile(r"[\s,;:/\\|()\[\]{}\"“”„«»<_=+*?!@#&%~^・·•‧∙.。॰、，]+")
_HYPHEN: Final = re.compile(r"[-‐‑‒–—―−⁃־]+")
_URDU: Final[dict[int, int | str | None]] = dict(str.maketrans("ٹڈڑںہھےټډړږښڼځڅګۍېۀۃ", "تدرنههیتدرژشنزسگییهه"))
_SERVANT_OF: Final = re.compile("(?<!\\w)عبد ال")
_STOP: Final = re.compile("(?<=[\u0590-\u0e7f])[.\u0970\u0966]")
"""A full stop after letters of scripts without capitals (Hebrew, Arabic, Indic, Thai); Hindi has a ring, or nought."""
_MISREAD_COST: Final = 90
_LISPED_COST: Final = 30
_SAID_OTHERWISE: Final = frozenset({PLAIN, PATRONYMIC, PARTICLE})
_BY_EAR_COST, _BY_EAR_MOST, _BY_EAR_WAYS = 12, 6, 3
_LETTER_NAME_MOST: Final = 5
"""Marks of the longest name of a letter in an Indic script that is told without a full stop (एक्स)."""
_INDIC: Final = ("Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh")
_BY_LETTER: Final = frozenset({"Cyrl", "Geor", "Thai", *_INDIC})
"""Scripts of which the first candidate is read letter by letter: it is kept, whatever is likelier."""
_KNOWN_BONUS: Final = 30
"""Twelfths of a bit by which a reading that is a known name is likelier (measured on training words)."""
_LOOKALIKES: Final = {
    "Cyrl": str.maketrans("aceopxyikmthb", "асеорхуікмтнв"),
    "Grek": str.maketrans("aeoiktnhmpvxyzb", "αεοικτνημρνχυζβ"),
}
"""Latin letters that hide among Cyrillic or Greek ones, in small letters."""


@lru_cache(maxsize=200_000)
def forms(name: str) -> tuple[Reading, ...]:
    """Return the readings of a name, the likeliest first; empty if no letter of it can be compared."""
    text = clean(name)
    zone = mrz_words(text)
    cut = zone is not None and len(text) >= ZONE_NAME_CHARACTERS and not text.endswith("<")
    if zone is not None:
        words = [(word, False) for word in zone.split()]
        last_given = len(text.strip("<").partition("<<")[2].replace("<", " ").split()) - 1
        return _one(words, cut_at=last_given if cut and last_given >= 0 else None)
    words = _divided(text)[:WORDS_MAX]
    scripts = {script_of(mark) for word, _ in words for mark in word} - {"Zyyy"}
    if scripts <= {"Hani", "Kana"} and "Hani" in scripts:
        return _han_readings(words)
    if scripts == {"Hang"}:
        return _hangul_readings(words)
    return _one(words)


def has_more(name: str) -> bool:
    """Tell whether a name has words beyond those that are compared."""
    if len(name) < 2 * WORDS_MAX:  # so many words with a space between them need more: nearly every name
        return False
    text = clean(name)
    zone = mrz_words(text)
    return len(_divided(text) if zone is None else zone.split()) > WORDS_MAX


def _divided(text: str) -> list[tuple[str, bool]]:
    return _words(_STOP.sub("． ", _SERVANT_OF.sub("عبدال", text)))


def _words(text: str) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    for piece in _BREAK.split(text):
        parts = [part for part in _HYPHEN.split(piece) if part]
        if len(parts) == 2 and _are_syllables(fold(parts[0]), fold(parts[1])):  # noqa: PLR2004
            parts = ["".join(parts)]
        found.extend((part, at + 1 < len(parts)) for at, part in enumerate(parts))
    return found


def _are_syllables(first: str, second: str) -> bool:
    """Tell whether words tied by a hyphen are syllables of one Chinese or Korean given name: Nai-ju, Moo-hyup."""
    return are_syllables(first, second) or (first in asia.syllables() and second in asia.syllables())


class _Read(NamedTuple):
    """One word read: its spellings, whether it is tied to the next, its own number in its script."""

    found: tuple[tuple[str, int, int], ...]
    tied: bool
    native: int


def _one(words: list[tuple[str, bool]], cut_at: int | None = None) -> tuple[Reading, ...]:
    read: list[_Read] = []
    initials = _initials([word for word, _ in words])
    for at, (word, tied) in enumerate(words):
        meant = translated(word, at, len(words))
        for part, joined in [(meant, False)] if meant else _parts(word.rstrip("．")):
            found = spell(part)
            if found:
                native = word_code(part) if found[0][2] & LEARNED else 0
                spelt_as = _initial(found, sure=word.endswith("．")) if word in initials else found
                read.append(_Read(spelt_as, tied or joined, native))
    read = _join_servants(read)
    out = []
    for at, (found, tied, native) in enumerate(read):
        kind = class_of(found[0][0], at, len(read))
        if kind == PLAIN and tied and found[0][0] in TIED_ARTICLES:
            kind = PARTICLE
        if kind in BESIDE_A_NAME and at and is_burmese(native):
            kind = PLAIN  # Tun, San and Di are words of names there
        if cut_at is not None and at == cut_at and kind != INITIAL:
            kind = TRUNCATED
        more = with_nicknames if kind in (PLAIN, PATRONYMIC) else with_usual_tie
        out.append(Word(more(found) if kind in _SAID_OTHERWISE else found, kind, tied, native))
    if out and all(word.kind != PLAIN for word in out):
        out = [word if word.kind == TRUNCATED else word._replace(kind=PLAIN) for word in out]
    return (tuple(out), *readings_besides(out)) if out else ()


def _initials(words: list[str]) -> set[str]:
    """Return the words that may be initials: before a full stop, or English names of letters in an Indic script."""
    stopped = {word for word in words if word.endswith("．")}
    letters = {word for word in words if _names_a_letter(word)}
    return stopped | letters if len(letters) < len(words) else stopped


def _names_a_letter(word: str) -> bool:
    if len(word) > _LETTER_NAME_MOST or script_of(word[0]) not in _INDIC:
        return False
    found = spell(word)
    return bool(found) and letter_of(sound(found[0][0])) is not None


def _initial(found: tuple[tuple[str, int, int], ...], *, sure: bool) -> tuple[tuple[str, int, int], ...]:
    """Return the letters that a short word may stand for: एच. is H; आई is I, and A where no stop makes that `sure`."""
    text, cost, kind = found[0]
    if not kind & LEARNED or len(text) > 6:  # noqa: PLR2004 - the longest name of a letter is double-u
        return found
    letters: dict[str, None] = dict.fromkeys(letter for one, _, _ in found if (letter := letter_of(sound(one))))
    if not (sure and letters):
        letters[text[0]] = None
    return tuple((letter, cost, kind) for letter in letters)


def _parts(word: str) -> list[tuple[str, bool]]:
    """Split the Arabic article off a word, and a Burmese word into its syllables."""
    if "\u1000" <= word[:1] <= "\u109f":
        cut = syllables(from_zawgyi(word))
        return [(one, at + 1 < len(cut)) for at, one in enumerate(cut)]
    if len(word) > 4 and word.startswith("ال") and not word.startswith("الله"):  # noqa: PLR2004 - article and root
        return [("ال", True), (word[2:], False)]
    return [(word, False)]


def _join_servants(read: list[_Read]) -> list[_Read]:
    """Join Abd, Dhu, Mc and Mac to the word they belong to."""
    out: list[_Read] = []
    at = 0
    while at < len(read):
        found, tied, native = read[at]
        after = read[at + 1].found[0][0] if at + 1 < len(read) else ""
        head = servant(found[0][0], after)
        if head:
            step = 1
            if after in ARTICLES and at + 2 < len(read) and head.startswith(("abd", "dh")):
                step, head = 2, head + "ul"
            last = read[at + step]
            if len(last.found[0][0]) > 1:
                found = _with_articles((head + text, cost, kind) for text, cost, kind in last.found)
                tied, native = last.tied, min(native, last.native) and word_code(f"{native} {last.native}")
                at += step
        out.append(_Read(found, tied, native))
        at += 1
    return out


@lru_cache(maxsize=400_000)
def spell(word: str) -> tuple[tuple[str, int, int], ...]:
    """Return (spelling, cost, kind) of one word, best first; empty if it has no letters that can be compared."""
    if word.isascii() and word.isalpha():
        return _latin(word)
    scripts = [script_of(mark) for mark in word]
    main = max(sorted(set(scripts) - {"Zyyy"}), key=scripts.count, default="Zyyy")
    if main in ("Latn", "Zyyy"):
        bare = _APOSTROPHES.sub("", word)
        return _latin(bare) if main == "Latn" and bare else ()
    if main == "Zzzz":
        return ()
    low = word.lower()
    if main in _LOOKALIKES and "Latn" in scripts:
        low = low.translate(_LOOKALIKES[main])
    found: dict[str, tuple[int, int]] = {}
    candidates = _candidates(low, main)
    for text, cost, kind in candidates:
        short = text[:24]
        paid = cost - _KNOWN_BONUS if is_known(short) else cost
        if short and (short not in found or found[short][0] > paid):
            found[short] = (paid, kind)
    least = min((paid for paid, _ in found.values()), default=0)
    ranked = sorted(
        ((text, (paid - least, kind)) for text, (paid, kind) in found.items()), key=lambda item: (item[1][0], item[0])
    )
    best: list[tuple[str, int, int]] = []
    sounds: set[str] = set()
    for text, (cost, kind) in ranked:
        heard = sound(text)
        if heard not in sounds or len(best) < 4:  # noqa: PLR2004 - four as spelt, then one a sound
            sounds.add(heard)
            best.append((text, cost, kind))
    best = best[:SPELLINGS_MAX]
    letters_alone = candidates[0][0][:24] if candidates and main in _BY_LETTER else ""
    if letters_alone in found and all(one[0] != letters_alone for one in best):  # two slips apart, whatever is read
        paid, kind = found[letters_alone]
        best[-1] = (letters_alone, paid - least, kind)
    return tuple(best)


def _with_articles(found: Iterable[tuple[str, int, int]]) -> tuple[tuple[str, int, int], ...]:
    """Return spellings and, behind them, those of Abdurrahman as Abdulrahman."""
    said = {one[0]: one for one in found}
    for text, cost, kind in [*said.values()]:
        if whole := with_article(text):
            said.setdefault(whole[:FORM_CHARACTERS_MAX], (whole[:FORM_CHARACTERS_MAX], cost, kind))
    return tuple(said.values())


def _latin(bare: str) -> tuple[tuple[str, int, int], ...]:
    written = spellings(bare)
    meant = () if not written or is_known(written[0]) else misread(written[0])
    return (*_with_articles((text, 6 * rank, WRITTEN) for rank, text in enumerate(written)),
            *((text, _MISREAD_COST, WRITTEN) for text in meant if text not in written),
            *((text, _LISPED_COST, WRITTEN) for text in lisped(bare.lower()) if text not in written))  # fmt: skip


def _by_ear(found: tuple[str, ...], kind: int = LEARNED) -> list[tuple[str, int, int]]:
    """Return how names that sound so are spelt in Europe, after the readings of Russian."""
    heard = [letters.by_ear(one) for one in found[:_BY_EAR_WAYS]]
    if heard and "е" in heard[0][1:]:
        heard.append(heard[0][0] + heard[0][1:].replace("е", "ей", 1))  # the long vowel of James and Jane
    return [
        (text, cost + _BY_EAR_COST + 4 * rank, kind)
        for rank, one in enumerate(heard)
        for text, cost in readings(one, "ru")[:_BY_EAR_MOST]
    ]


def _learned(word: str, language: str, kind: int, extra: int = 0) -> list[tuple[str, int, int]]:
    return [(text, cost + extra, kind) for text, cost in readings(word, language)]


def _rules(found: tuple[str, ...], first: int, step: int) -> list[tuple[str, int, int]]:
    return [(text, first + step * rank, LEARNED) for rank, text in enumerate(found)]


def _candidates(word: str, script: str) -> list[tuple[str, int, int]]:
    if script == "Cyrl":
        whole = unicodedata.normalize("NFC", word)
        return _rules(letters.cyrillic(whole), 4, 4) + _learned(letters.to_russian(whole), "ru", LEARNED)
    if script == "Arab":
        return _arabic(word)
    bare = "".join(mark for mark in word if not unicodedata.combining(mark))
    if script == "Hebr":
        return _learned(_APOSTROPHES.sub("'", bare.replace("׳", "'")), "he", LEARNED | ABJAD)
    if script == "Grek":
        return _learned(unicodedata.normalize("NFC", word), "el", LEARNED)
    if script == "Armn":
        return _learned(bare, "hy", LEARNED)
    if script == "Hang":
        return _learned(unicodedata.normalize("NFD", word), "ko", LEARNED)
    if script == "Kana":
        kana = "".join(chr(ord(mark) + 0x60) if "ぁ" <= mark <= "ん" else mark for mark in word)
        return _learned(kana, "kana", LEARNED)
    if script == "Hani":
        return _learned(word, "zh", LEARNED | ASIAN)
    return _by_rule(word, bare, script)


def _by_rule(word: str, bare: str, script: str) -> list[tuple[str, int, int]]:
    if script == "Geor":
        georgian = letters.georgian(bare)
        return _rules(georgian, 0, 4) + _by_ear(georgian[::-1])
    if script in _INDIC:
        indic = letters.indic(word, script)
        return _rules(indic, 0, 4) + _by_ear(indic[:2])
    if script == "Thai":
        heard = thai(word)
        return [(text, cost, kind | ABJAD) for text, cost, kind in _rules(heard, 0, 3)] + _by_ear(foreign(word))
    if script == "Mymr":
        return _rules(burmese(word), 0, 4)
    if script in alphabets():
        return _rules(spelt(word, script), 0, 4)
    return _rules(letters.plain(word), 0, 4)


def _arabic(word: str) -> list[tuple[str, int, int]]:
    bare = "".join(mark for mark in word if not unicodedata.combining(mark) or mark == "ٔ").replace("ـ", "")
    if bare == "ال":
        return [("al", 0, LEARNED), ("el", 4, LEARNED)]
    persian = bare.replace("ي", "ی").replace("ى", "ی").replace("ك", "ک")
    arab = bare.replace("ی", "ي").replace("ک", "ك")
    if any(mark in "ەێۆڕڵڤۇۈېڭۋ" for mark in bare):
        kurdish = letters.kurdish(bare)
        return [(kurdish, 0, LEARNED), *_by_ear((kurdish,)), *_learned(persian, "fa", LEARNED | ABJAD, 16)]
    urdu = persian.translate(_URDU)
    if any(mark in "پچژگٹڈڑںےہھټډړږښڼ" for mark in bare) or urdu != persian:
        return _learned(urdu, "fa", LEARNED | ABJAD)
    return _learned(arab, "ar", LEARNED | ABJAD) + _learned(urdu, "fa", LEARNED | ABJAD, 6)


def _asian(parts: tuple[asia.Spellings, ...], whole: str) -> Reading:
    return tuple(
        Word(tuple((text[:24], cost, LEARNED | ASIAN) for text, cost in part), PLAIN, tied=False, native=code)
        for part, code in zip((part for part in parts if part), codes(whole), strict=False)
    )


def _hangul_readings(words: list[tuple[str, bool]]) -> tuple[Reading, ...]:
    found = []
    whole = "".join(word for word, _ in words)
    if len(words) == 1 or (len(words) == 2 and len(words[0][0]) == asia.family_size(whole)):  # noqa: PLR2004
        native = asia.korean(whole)
        if native:
            found.append(_asian(native, whole))
    return (*found, *_one(words))


def _han_readings(words: list[tuple[str, bool]]) -> tuple[Reading, ...]:
    whole = "".join(word for word, _ in words)
    found: list[Reading] = []
    if len(words) <= 2:  # noqa: PLR2004 - family and given name
        chinese = asia.chinese(whole)
        korean = asia.hanja(whole)
        japanese = asia.japanese(whole)
        if len(words) == 2 and not japanese and all(words):  # noqa: PLR2004
            japanese = asia.japanese(words[0][0] + words[1][0])
        found.extend(_asian(one, whole) for one in (*([chinese] if chinese else []), *japanese) if one)
        if korean:
            found.append(_asian(korean, whole))
    if len(whole) > 3 or not found:  # noqa: PLR2004 - up to three characters are a native name
        found.extend(_one(words))
    return tuple(reading for reading in found if reading)[:READINGS_PER_NAME_MAX]
