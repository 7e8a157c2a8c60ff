"""Name fields of lists taken apart: several names, scripts and remarks written into one field.

Knows:    how list editors squeeze spellings, scripts and remarks into one name field.
Told:     the text of one name field.
Answers:  the names in it, each in one script, and what was no name.
Trusted:  yes: a name lost here is a person not found.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from evenhand.interop.scripts import COMMON, detect_script

_TRAILING_NOTE: Final = re.compile(r"(?P<name>[^()]*\S)\s*\((?P<note>[^()]*)\)[\s,.]*")
_IN_SCRIPT: Final = re.compile(
    r"(?i)(?:original script|in arabic|in cyrillic|in russian)\s*[:\s]\s*([^;.,()]+)"
)
_MARK: Final = re.compile(r"[;\u061b()]")
_QUOTES: Final = "\"'\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb"
_CAPITALISED: Final = re.compile(r"[A-Z][^\s\d.:]*(?:\s[A-Z][^\s\d.:]*)*")
_BIRTH_NAME: Final = re.compile(r"(?i)birth name|name at birth|born as")

Role = Literal["name", "variant", "birth", "note"]


class Part(NamedTuple):
    """One piece of a name field: a name as listed, a bracketed variant of it, a birth name, or a remark."""

    role: Role
    text: str


def unquoted(text: str) -> str:
    """Take off the quotation marks around a whole name; inner ones and apostrophes stay."""
    stripped = text.strip().rstrip(",").strip()
    inner = stripped.strip(_QUOTES).strip()
    if inner and stripped[0] in _QUOTES and stripped[-1] in _QUOTES:
        return inner
    return stripped


def split_names(field: str) -> list[Part]:
    """Take one name field apart.

    `A; B` are two names. `A (в)` in another script is two names, and so is `A в` without brackets where each
    script has at least two words. A bracket in the same script is a variant if its words are capitalised,
    otherwise a remark.
    """
    parts: list[Part] = []
    for piece in _pieces(field):
        if text := unquoted(piece):
            parts.extend(_one(text))
    return parts


def _pieces(field: str) -> list[str]:
    """Divide a field at its semicolons, but for those inside a bracket: the next bracket after one closes it."""
    breaks: list[int] = []
    since: list[int] = []  # semicolons since the last bracket: the next one says whether they were inside
    for mark in _MARK.finditer(field):
        if mark[0] in "()":
            breaks += since if mark[0] == "(" else []
            since = []
        else:
            since.append(mark.start())
    ends = [*breaks, *since, len(field)]
    return [field[start:end] for start, end in zip([0, *(end + 1 for end in ends)], ends, strict=False)]


def names_in_note(note: str) -> list[str]:
    """Find names in their original script that a remark quotes, as in `original script: …`."""
    found = (match[1].strip() for match in _IN_SCRIPT.finditer(note))
    return [name for name in found if detect_script(name) not in {COMMON, "Latn"}]


def _one(text: str) -> list[Part]:
    bracketed = _TRAILING_NOTE.fullmatch(text)
    if bracketed is None:
        return [Part("name", name) for name in _by_script(text)]
    name, note = unquoted(bracketed["name"]), bracketed["note"].strip()
    quoted = names_in_note(note)
    if quoted:
        return [Part("name", name), *(Part("name", each) for each in quoted)]
    outer, inner = detect_script(name), detect_script(note)
    if COMMON not in {outer, inner} and outer != inner:
        return [
            Part("name", name),
            *(Part("name", unquoted(each)) for each in note.split(";") if each.strip()),
        ]
    if _BIRTH_NAME.search(note):
        return [Part("birth", name)]
    if _CAPITALISED.fullmatch(note) and not note.isupper():
        return [Part("name", name), Part("variant", note)]
    return [Part("name", name), *([Part("note", note)] if note else [])]


def _by_script(text: str) -> list[str]:
    runs: list[tuple[str, list[str]]] = []
    for word in text.split():
        script = detect_script(word)
        if runs and script in {COMMON, runs[-1][0]}:
            runs[-1][1].append(word)
        else:
            runs.append((script, [word]))
    pair = len(runs) == 2 and "Latn" in {runs[0][0], runs[1][0]} and COMMON not in {runs[0][0], runs[1][0]}  # noqa: PLR2004 - one run each
    if pair and all(len(words) > 1 for _, words in runs):
        return [unquoted(" ".join(words)) for _, words in runs]
    return [text]
