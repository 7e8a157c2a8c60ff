# ruff: noqa: E501 - tables of letters
"""Thai words in Latin letters: as Thais write their own names, and as they write foreign ones.

Knows:    vowels written around their consonant, vowels not written, clusters, silenced letters, final sounds.
Told:     one Thai word.
Answers:  Latin spellings, the likeliest first; sounds of a foreign name.
Trusted:  yes: part of the matcher's version.

After the Royal Thai General System (1999) for sounds; names are often spelt by letters (Sirikul, not Sirikun), and
foreign names keep the letters that Thai silences (Karl as khar(l)), so both spellings are given.
"""

from __future__ import annotations

import re
from typing import Final

_LETTERS: Final = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦวศษสหฬอฮ"
_SOUNDS: Final = dict(zip(_LETTERS, [
    "k", "kh", "kh", "kh", "kh", "kh", "ng", "ch", "ch", "ch", "s", "ch", "y", "d", "t", "th", "th", "th", "n", "d", "t", "th", "th", "th", "n", "b", "p", "ph", "f", "ph", "f", "ph", "m", "y", "r", "rue", "l", "lue", "w", "s", "s", "s", "h", "l", "o", "h"], strict=True))  # fmt: skip
_PLAIN: Final = {**_SOUNDS, "ข": "k", "ค": "k", "ฆ": "k", "จ": "j", "ฐ": "t", "ถ": "t", "ท": "t", "ธ": "t", "ผ": "p",
                 "พ": "p", "ภ": "p", "ว": "v"}  # fmt: skip
_FINALS: Final = {**dict.fromkeys("จชซฎฏฐฑฒดตถทธศษส", "t"), **dict.fromkeys("บปผฝพฟภ", "p"), **dict.fromkeys("กขคฆ", "k"),
                  **dict.fromkeys("ญณนรลฬ", "n"), "ย": "i", "ว": "o"}  # fmt: skip
_C: Final = "([กขคตทปผพฟบดสซศ][รลว](?=[^\u0e4c]|$)|ห[งญนมยรลว]|[ก-ฮ])"
_TONES: Final = re.compile("[\u0e48-\u0e4b\u0e4e]")
_SILENT: Final = re.compile("[ก-ฮ][ิุ]?\u0e4c")
_AROUND: Final = tuple((re.compile(pattern.replace("C", _C)), vowel) for pattern, vowel in (
    ("เ([ก-ฮ])(?=[รล](?:ี(?!ย)|[ุูัึำเแโไใ])|ว[ิีุู])", "e"), ("แ([ก-ฮ])(?=[รลว][าิีึืุูัำaเแโไใ])", "ae"), ("โ([ก-ฮ])(?=[รลว][าิีึืุูัำเแโไใ])", "o"),
    ("เCียว", "iao"), ("เCียะ?", "ia"), ("เCือะ?", "uea"), ("เCาะ", "o"), ("เCา", "ao"), ("เCอะ?", "oe"), ("เCิ", "oe"),
    ("เCย(?![ะาิีึืุู])", "oei"), ("เC็?ะ?", "e"), ("แC็?ะ?", "ae"), ("โCะ?", "o"), ("[ใไ]Cย?", "ai"), ("C็อ", "o"),
    ("Cัวะ?", "ua"), ("Cรร(?=[ก-ฮ])", "a"), ("Cรร", "an"), ("Cั", "a"), ("Cะ", "a"), ("Cา", "a"), ("Cำ", "am"), ("Cิ", "i"), ("Cี", "i"),
    ("Cึ", "ue"), ("Cื", "ue"), ("Cุ", "u"), ("Cู", "u"), ("^(อ)อ", "o"), ("([^อ])อ(?![a-z])", "o"),
))  # fmt: skip
_SHORT_RI: Final = re.compile("(?<=[กตทปศส])ฤ|ฤ(?=ท)")
_RUN: Final = re.compile("[ก-ฮ]+|[a-z']+")


def _vowels(text: str) -> str:
    """Put every written vowel, in Latin letters, behind its consonants."""
    for pattern, vowel in _AROUND:
        text = pattern.sub(lambda found, vowel=vowel: found[1] + vowel, text)  # type: ignore[misc]
    return text


def _spelt(text: str, letters: dict[str, str], *, finals: bool, voiced: bool = True) -> str:
    """Give consonants their letters, with the vowels that are not written between them if `voiced`."""
    runs = _RUN.findall(text)
    out = ""
    for at, run in enumerate(runs):
        if run[0] < "ก":
            out += run
            continue
        before, after = at > 0, at + 1 < len(runs)
        marks = [letters[mark] for mark in run]
        if len(marks) > 1 and run[0] == "ห" and run[1] in "งญนมยรลว" and not before:
            marks[0] = ""
        if run[0] == "อ" and after and not before:
            marks[0] = ""
        onset = 0 if not after else 2 if len(run) > 1 + before and re.fullmatch(_C, run[-2:]) else 1
        onset = min(onset, len(run))
        head, ends = "", run[: len(run) - onset]
        if before and len(ends) % 2:
            head, marks, ends = (_FINALS.get(run[0], marks[0]) if finals else marks[0]), marks[1:], ends[1:]
        loose, kept = marks[: len(marks) - onset], marks[len(marks) - onset :]
        for place in range(0, len(loose), 2):
            pair = loose[place : place + 2]
            if len(pair) == 2:  # noqa: PLR2004 - a closed syllable
                last = _FINALS.get(ends[place + 1], pair[1]) if finals else pair[1]
                head += f"{pair[0]}o{last}"
            else:
                head += pair[0] + ("a" if after else "")
        out += head + "".join(kept) if voiced else "".join(letters[mark] for mark in run if mark != "อ")
    return out


def thai(word: str) -> tuple[str, ...]:
    """Return spellings of a Thai word: by sound, by letters, and with the letters that are silenced."""
    text = _SHORT_RI.sub("ริ", _TONES.sub("", word))
    heard = _vowels(_SILENT.sub("", text))
    whole = _vowels(text.replace("\u0e4c", ""))
    found = (
        _spelt(heard, _SOUNDS, finals=True), _spelt(whole, _PLAIN, finals=False, voiced=False), _spelt(heard, _SOUNDS, finals=False),
        _spelt(heard, _PLAIN, finals=True), _spelt(heard, _PLAIN, finals=False),
    )  # fmt: skip
    return tuple(dict.fromkeys(one for one in found if one))


_FOREIGN: Final = {**_PLAIN, "ฌ": "zh", "จ": "j", "ฤ": "ri", "ฦ": "li", "ญ": "n", "อ": ""}
_VOWELS_FOREIGN: Final = (("iao", "iau"), ("ao", "au"), ("oei", "ey"), ("oe", "e"), ("ai", "ay"))
_MUTE: Final = re.compile("[หย]\u0e4c")
_NASAL_IN: Final = re.compile(f"แ{_C}็ง")
_NASAL_ON: Final = re.compile("(?<=[ก-ฮ])ง(?![a-z])")
_AU: Final = re.compile("aว(?![a-z])")
_CARRIER: Final = re.compile("(?<=[a-z])อ(?=[a-z])")
_GLIDE: Final = re.compile("iย(?=[aeou])")
_TWO_WAYS: Final = (({"ก": "k", "ช": "sh"}, "e"), ({"ก": "g", "ช": "ch"}, "a"), ({"ก": "g", "ช": "sh"}, "e"))
"""Letters that stand for two sounds of Europe each, and the vowel แ: as in French, as in English, as in either."""


def foreign(word: str) -> tuple[str, ...]:
    """Return the sounds of a foreign name in Thai letters, as the Royal Society has foreign names written (1992).

    Thai has one letter each for k and g, for sh and ch; French nasal vowels end in ng; foreign names write all their
    vowels, and the letters they silence are said abroad.
    """
    text = _MUTE.sub("", _TONES.sub("", word))
    french = "ฌ" in text or "็อง" in text or _NASAL_IN.search(text) is not None
    text = _vowels(_NASAL_IN.sub(r"\1eน", text.replace("็อง", "aน"))).replace("\u0e4c", "")
    text = _NASAL_ON.sub("oน", _GLIDE.sub("i", _AU.sub("au", _CARRIER.sub("'", text))))
    for thai_vowel, vowel in _VOWELS_FOREIGN:
        text = text.replace(thai_vowel, vowel)
    ways = _TWO_WAYS if french else (_TWO_WAYS[1], _TWO_WAYS[2], _TWO_WAYS[0])
    found = (_spelt(text.replace("ae", e), {**_FOREIGN, **letters}, finals=False, voiced=False) for letters, e in ways)
    return tuple(dict.fromkeys(one for one in found if one))
