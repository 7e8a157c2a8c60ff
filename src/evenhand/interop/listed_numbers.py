"""Number fields of documents taken apart: the number, and the words that list editors write around it.

Knows:    how numbers are written in any script, and which words stand before and after them.
Told:     the text of one number field, or of a note.
Answers:  the number alone, or none: a phrase that is published as a number finds nobody and hides the number in it.
Trusted:  yes: a document matches on type, number and issuer.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.identity.numbers import states_no_number
from evenhand.interop.countries import country_named
from evenhand.interop.listed_documents import document_type

_FIELD_MAX: Final = 500
"""A field with a number and words around it; longer ones are a text."""
_WITH_DIGIT: Final = re.compile(r"(?=.*\d)(?:[\w./\\°№#'&+*-]|\([\w./-]{1,12}\))+")
"""A word that holds a digit: `12/BAHANA(N)010023`, `N°235/SP`, `C234897(0)`. A bracket is closed where it is opened."""
_YEAR_ALONE: Final = re.compile(r"\(?(?:19|20)\d\d\)")
_LONG_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_LETTERS: Final = re.compile(r"[^\W\d_]{1,4}(?:[./-][^\W\d_]{1,4})?[./-]?")
_LETTERS_MAX: Final = 2
"""Words of letters alone in one number, and letters of one that is not in Latin capitals."""
_MARK: Final = frozenset({"-", "/", "№", "N°", "#"})
_NO_SERIES: Final = frozenset({
    "and", "or", "und", "et", "no", "nr", "nos", "num", "id", "of", "in", "on", "by", "at", "to", "the", "for", "exp",
    "dob", "old", "new", "ssn", "pp", "card", "code", "visa", "nif", "nic", "cnic", "dni", "aka", "lost",
})  # fmt: skip
"""Words as short as a series' letters."""
_WITHOUT_DIGIT: Final = re.compile(r"[B-DF-HJ-NP-TV-Z]{7,12}")
"""German serial numbers, which have no vowels, may by chance have no digit either."""
_BRACKET_OF_WORDS: Final = re.compile(r".*\([^()]*[^\W\d_]{2,}[^()]*\)")
"""A word that ends with words in a bracket: `B011111(Libya)`."""
_AFTER: Final = re.compile(
    r"[\s,;:-]*\b(?:issued?|expir[^\W\d_]*|valid|date|dated|cancell?ed|stolen|lost|revoked|under|delivered|from)\b|[,;]\s",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"\b(?:number|no\.?|nr\.?|num[eé]ro|card|ssn|code|series|serial|nif|cnic|dni|id)\W*$"
    r"|(?:№|n°|#|серия|номер|паспорт|رقم|جواز سفر)\W*$",
    re.IGNORECASE,
)
_DATED: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\b\d{1,2}\b|\b(?:19|20)\d\d\b")
_SERIES_AND_NUMBER: Final = re.compile(r"\b(\d{2} ?\d{2}) (?:No\.?|N°|№) ?(\d{6})\b")
"""A Russian internal passport: its series of four digits and its number of six are one number."""
_IN_NOTE: Final = re.compile(
    r"(?i)\b(?:number|no\.?|code|card|ssn|id)[\s:]*(?P<number>[A-Z]{0,4}[\s/-]?\s?\d[\w/.-]{3,})"
)


def take_number(field: str) -> tuple[str, str | None, str]:
    """Return (number, issuer or None, words around the number) out of one number field.

    `Afghan passport number SE 012345` gives the number and keeps the words; `R00001111, South Sudan` and
    `111222333 (US)` name the issuer after the number; `Libya B011111` before it; `A123456, issued in Kabul` keeps what
    follows. Where it is not sure which part is the number, or none is stated, the number is empty; the words are kept.
    """
    if states_no_number(field):
        return "", None, ""
    if len(field) > _FIELD_MAX:
        return "", None, field
    around: list[str] = []
    rest = _SERIES_AND_NUMBER.sub(r"\1 \2", field)
    if _is_number(rest):
        return rest, None, ""
    while not _is_number(rest) and (ended := _bracket_off(rest)) is not None:
        rest, around = ended[0], [ended[1], *around]
    if not _is_number(rest) and (after := _AFTER.search(rest)) and after.start() > 0:
        rest, around = rest[: after.start()].strip(), [rest[after.start() :].strip(" ,;:-"), *around]
    number, label = _labelled(rest)
    if not number or any(map(_holds_another, around)):
        return "", None, field
    issuers = (country_named("USA" if word == "US" else word) for word in (label, *around))
    issuer = next(filter(None, issuers), None)
    if label and country_named(label) is not None:
        label = ""
    return number, issuer, "; ".join(filter(None, [label, *around]))


def number_in(note: str) -> str | None:
    """Find a document number that a note states where the number field says nothing."""
    found = _IN_NOTE.search(note)
    return found["number"].strip(" .") if found else None


def _bracket_off(text: str) -> tuple[str, str] | None:
    """Return a text without the bracket that ends it, and what stands in that; None where none does."""
    bare = text.rstrip(" ,;.")
    begin = bare.rfind("(")
    if begin < 1 or not bare.endswith(")") or ")" in bare[begin:-1]:
        return None
    return bare[:begin].rstrip(" ,;"), bare[begin + 1 : -1].strip()


def _labelled(text: str) -> tuple[str, str]:
    """Return the number that ends a text and the label before it; neither where it is not sure that it is one."""
    words = text.split()
    begin = len(words)
    while begin > 0 and _is_number(" ".join(words[begin - 1 :])):
        begin -= 1
    while begin > 0 and begin < len(words) and _is_letters(words[begin - 1]):
        begin -= 1
    number, label = " ".join(words[begin:]), " ".join(words[:begin]).strip(" :;,")
    if not number or not _is_number(number):
        return "", ""
    sure = not label or country_named(label) or _LABEL.search(label) or document_type(label) != "other"
    return (number, label) if sure and not any(map(str.isdigit, label)) else ("", "")


def _is_number(text: str) -> bool:
    """Whether a text is a number as documents print them: words with digits, and few short ones without."""
    words = text.split()
    letters = [word for word in words if not any(map(str.isdigit, word)) and word not in _MARK]
    with_digits = [word for word in words if any(map(str.isdigit, word))]
    if not with_digits:
        return _WITHOUT_DIGIT.fullmatch(text) is not None
    return (
        len(letters) <= _LETTERS_MAX and all(map(_is_letters, letters)) and all(map(_is_digits, with_digits))
    )  # fmt: skip


def _is_letters(word: str) -> bool:
    plain = word.strip("./-").casefold()
    if _LETTERS.fullmatch(word) is None or plain in _NO_SERIES:
        return False
    return (word.isascii() and word.isupper()) or len(plain) <= _LETTERS_MAX


def _is_digits(word: str) -> bool:
    """Whether a word with a digit is of a number: outside its brackets no long word that is not in capitals."""
    bare = re.sub(r"\([^()]*\)", "", word)
    long = (found for found in _LONG_WORD.findall(bare) if not found.isupper())
    if any(long) or _YEAR_ALONE.fullmatch(word) or _BRACKET_OF_WORDS.fullmatch(word):
        return False
    return _WITH_DIGIT.fullmatch(word) is not None


def _holds_another(words: str) -> bool:
    """Whether words around a number hold what may be a number as well: digits that are no date."""
    return any(map(str.isdigit, _DATED.sub(" ", words)))
