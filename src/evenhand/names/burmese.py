"""Burmese words in Latin letters, as Burmese spell their own names.

Knows:    consonants, medials, and the rhymes that vowel signs and a silenced last letter make together.
Told:     one Burmese word, often a whole name: Burmese puts no spaces between syllables.
Answers:  Latin spellings, the likeliest first.
Trusted:  yes: part of the matcher's version.
"""

from __future__ import annotations

import re
from typing import Final

_INITIALS: Final = dict(zip("ကခဂဃငစဆဇဈညဉဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအ",
    ["k", "kh", "g", "g", "ng", "s", "s", "z", "z", "ny", "ny", "t", "ht", "d", "d", "n", "t", "ht", "d", "d", "n",
     "p", "ph", "b", "b", "m", "y", "y", "l", "w", "th", "h", "l", ""], strict=True))  # fmt: skip
_ALONE: Final = {"ဣ": "i", "ဤ": "i", "ဥ": "u", "ဦ": "u", "ဧ": "e", "ဩ": "aw", "ဪ": "aw", "ဿ": "th"}
_RHYMES: Final = {
    "": "a", "ာ": "a", "ိ": "i", "ီ": "i", "ု": "u", "ူ": "u", "ေ": "e", "ဲ": "e",
    "ော": "aw", "ို": "o", "ံ": "an",
    "ုံ": "on", "ိံ": "ein",
    "က": "et", "တ": "at", "ပ": "at", "န": "an", "မ": "an", "င": "in", "ဉ": "in", "စ": "it", "ည": "i", "ယ": "e",
    "ောင": "aung", "ောက": "auk", "ိုင": "aing", "ိုက": "aik", "ိန": "ein", "ိမ": "ein", "ိတ": "eik", "ိပ": "eik", "ုန": "on",
    "ုမ": "on", "ုတ": "ok", "ုပ": "ok", "ာန": "an", "ာဉ": "in", "ိုယ": "o", "ေတ": "it", "ုဒ": "ok", "ိဒ": "eik",
}  # fmt: skip
_SYLLABLE: Final = re.compile(
    "([က-အ])([ျြွှ]*)([ာိီုူေဲံါ]*)((?:[က-အ](?![ာိီုူေဲံါျြွှ])[့]?်)?)(ံ?)([့း]*)"
)


def _syllable(first: str, medials: str, rhyme: str, *, creaky: bool) -> str:
    head = _INITIALS[first]
    if "ှ" in medials:
        head = "sh" if first in "ရယ" else f"h{head}"
    if "ျ" in medials or "ြ" in medials:
        head = {"kh": "ch", "hl": "sh"}.get(head, head + ("" if head == "y" else "y"))
    vowel = _RHYMES.get(rhyme) or _RHYMES.get(rhyme[:-1], "a")
    if "ွ" in medials:
        if vowel in {"an", "at"} and rhyme:
            vowel = {"an": "un", "at": "ut"}[vowel]
        else:
            head += "w"
    return head + vowel + ("t" if creaky and vowel in {"in", "un"} else "")


def _plain(word: str) -> str:
    return word.replace("ါ", "ာ").replace("ော်", "ော").replace("္", "်").replace("့်", "့်")


def syllables(word: str) -> list[str]:
    """Cut a Burmese word into its syllables: every one may be a word of its own in Latin letters."""
    text, found, at = _plain(word), [], 0
    while at < len(text):
        met = _SYLLABLE.match(text, at)
        end = met.end() if met else at + 1
        if met or text[at] in _ALONE:
            found.append(text[at:end])
        at = end
    return found


def burmese(word: str) -> tuple[str, ...]:
    """Return spellings of a Burmese word: the usual one, and without the h of ht, ph and kh."""
    out = ""
    for one in syllables(word):
        met = _SYLLABLE.match(one)
        if met:
            first, medials, signs, last, nasal, tone = met.groups()
            out += _syllable(first, medials, signs + last.strip("့်") + nasal, creaky="့" in tone + last)
        else:
            out += _ALONE[one]
    plain = out.replace("ht", "t").replace("ph", "p").replace("kh", "k")
    return tuple(dict.fromkeys(one for one in (out, plain) if one))
