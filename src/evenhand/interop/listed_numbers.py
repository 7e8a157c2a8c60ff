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
_ENDS: Final = " ,;:."
"""Marks behind a number that are not of it."""
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_WITH_DIGIT: Final = re.compile(
    rf"(?=.*\d)(?:[\w./\\°№#'\u2018\u2019\u02bc`\u00b4&+*<\[\]{_DASHES}-]|(?<=\d),(?=\d)|\([\w./-]{{1,12}}\))+"
)
"""A word that holds a digit: `12/BAHANA(N)010023`, `N°235/SP`, `C234897(0)`. A bracket is closed where it is opened."""
_SEVERAL: Final = re.compile(r"(?<=\w{5})[,;](?=\w{5})")
"""Two numbers in one word: a comma of thousands has fewer digits beside it."""
_TWO: Final = re.compile(
    r"\b[^\W\d_]{1,3} ?\d{5,}(?:\s*[/|]\s*|\s+)[^\W\d_]{1,3} ?\d{5,}\b|\b\d{7,}\s*[/|]\s*\d{7,}\b"
)
"""Two numbers beside each other, each with a series of its own (`A1234567 / B7654321`), or as long as one alone is."""
_YEAR_ALONE: Final = re.compile(r"\(?(?:19|20)\d\d\)")
_LONG_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_LETTERS: Final = re.compile(r"[^\W\d_]{1,4}(?:[./-][^\W\d_]{1,4})?[./-]?")
_LETTERS_MAX: Final = 2
"""Words of letters alone in a row in one number, and letters of one that is not in Latin capitals."""
_WORDS_MAX: Final = 12
"""Words of one number, and brackets behind it: more are a text, and each would be looked at again."""
_MARK: Final = frozenset({"-", "/", "№", "N°", "#", *_DASHES})
_JOINING: Final = frozenset({"ET", "OF", "OR", "IN", "ON", "BY", "AT", "TO"})
"""Words that in capitals before a number are its series: identity cards have been printed from AA to AZ."""
_NO_SERIES: Final = frozenset({
    "and", "or", "und", "et", "no", "nr", "nos", "num", "id", "of", "in", "on", "by", "at", "to", "the", "for", "exp",
    "dob", "old", "new", "ssn", "pp", "card", "code", "visa", "nif", "nic", "cnic", "dni", "aka", "lost",
})  # fmt: skip
"""Words as short as a series' letters."""
_WITHOUT_DIGIT: Final = re.compile(r"[B-DF-HJ-NP-TV-Z]{7,12}")
"""German serial numbers, which have no vowels, may by chance have no digit either."""
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_AFTER: Final = re.compile(
    r"\b(?:issued?|expir[^\W\d_]*|valid|date|dated|cancell?ed|stolen|lost|revoked|under|delivered|from)\b|[,;]\s",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"\b(?:number|no|nr|nos|num|num[eé]ro|card|ssn|code|series|serial|nif|nic|cnic|dni|id|pp)$"
    r"|(?:№|n°|#|серия|номер|паспорт|رقم|جواز سفر)$",
    re.IGNORECASE,
)
_LABEL_ENDS: Final = f"{_ENDS}-()[]\"'\u201c\u201d"
_GLUED: Final = re.compile(r"[^\W\d_]+:|[^\W\d_]{3,}[.#-]?")
"""A label that no space divides from its number: `Passport:12345`, `passport12345`."""
_FORMER: Final = re.compile(r"(?:old|former|formerly|previous|previously|prior|earlier)\b", re.IGNORECASE)
_SHORT_NAMES: Final = {"US": "USA", "UK": "GBR", "USA": "USA", "UAE": "ARE", "DRC": "COD"}
"""Names of countries as short as codes. Other short words are none: NO, ID, NIC, IN and BY are codes too."""
_NAME_MIN: Final = 4
_BARE_WORDS: Final = 2
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
    follows. A country is taken from its name, never from a code: `No 123456` and `NIC 123456` begin with labels.
    Where it is not sure which part is the number, or none is stated, the number is empty; the words are kept.
    """
    if states_no_number(field):
        return "", None, ""
    if len(field) > _FIELD_MAX:
        return "", None, field
    if _TWO.search(field):
        return "", None, field
    rest = _SERIES_AND_NUMBER.sub(r"\1 \2", field).strip().rstrip(_ENDS)
    if _is_number(rest):
        return rest, None, ""
    rest, around = _around(rest)
    number, label = _labelled(rest)
    if not number:
        number, label = _one_word(rest)
    if not number or any(map(_holds_another, around)):
        return "", None, field
    words = [one for one in (label, *around) if one]
    return number, next(filter(None, map(_country_in, words)), None), "; ".join(words)


def take_bare_number(field: str) -> tuple[str, str | None, str]:
    """Return the same as `take_number` out of a field that is meant to hold a bare number.

    There one word or two, of which one holds a digit, are the number where nothing else is sure: its editor says so.
    """
    taken = take_number(field)
    words = field.split()
    bare = len(field) <= _FIELD_MAX and len(words) <= _BARE_WORDS and sum(map(_has_digit, words)) == 1
    if taken[0] or not bare or states_no_number(field):
        return taken
    if "(" in field or _SEVERAL.search(field) or _TWO.search(field) or _AFTER.search(field):
        return taken
    return " ".join(words), None, ""


def number_in(note: str) -> str | None:
    """Find a document number that a note states where the number field says nothing."""
    found = _IN_NOTE.search(note)
    return found["number"].strip(" .") if found else None


def _around(text: str) -> tuple[str, list[str]]:
    """Return a text without what stands behind its number, and that: brackets, sentences, a label or a country."""
    rest, around = text, list[str]()
    for _ in range(_WORDS_MAX):
        if _is_number(rest) or (ended := _bracket_off(rest)) is None:
            break
        rest, around = ended[0], [ended[1], *around]
    if not _is_number(rest) and (after := _AFTER.search(rest)) and after.start() > 0:
        rest, around = rest[: after.start()].rstrip(" ,;:-"), [rest[after.start() :].strip(" ,;:-"), *around]
    words = rest.split()
    while len(words) > 1 and not _has_digit(words[-1]) and (_is_label(words[-1]) or _country(words[-1])):
        around = [words.pop(), *around]
    return " ".join(words), around


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
    sure = not label or _is_label(label) or _country(label)
    return (number, label) if sure and not _has_digit(label) else ("", "")


def _one_word(text: str) -> tuple[str, str]:
    """Return a text of one word with a digit and no bracket: the number, without the label it may begin with."""
    if len(text.split()) != 1 or not _has_digit(text) or "(" in text or ")" in text or _SEVERAL.search(text):
        return "", ""
    glued = _GLUED.match(text)
    number, label = _labelled(f"{glued[0]} {text[glued.end() :]}") if glued else ("", "")
    return (number, label) if label else (text, "")


def _is_label(words: str) -> bool:
    """Whether words that stand beside a number end with one for a number, or name a kind of document."""
    return _LABEL.search(words.rstrip(_LABEL_ENDS)) is not None or document_type(words) != "other"


def _country(name: str) -> str | None:
    """Return the country that a text names; a code is no name, as it may be any short word."""
    bare = name.strip(_LABEL_ENDS)
    return country_named(bare) if len(bare) >= _NAME_MIN else _SHORT_NAMES.get(bare)


def _country_in(words: str) -> str | None:
    """Return the country that words around a number name, alone or beside labels: `Libya`, `UK passport no.`."""
    beside = (word for word in words.split() if word in _SHORT_NAMES or not _is_label(word))
    return _country(words) or _country(" ".join(beside))


def _is_number(text: str) -> bool:
    """Whether a text is a number as documents print them: words with digits, and few short ones without."""
    words = text.split()
    if not any(map(_has_digit, words)):
        return _WITHOUT_DIGIT.fullmatch(text) is not None
    if len(words) > _WORDS_MAX:
        return False
    row = 0
    for place, word in enumerate(words):
        if _has_digit(word):
            row = 0
            if not _is_digits(word):
                return False
        elif word not in _MARK:
            row += 1
            series = place == 0 and (word in _JOINING or _is_letters(word.strip("[]")))
            if row > _LETTERS_MAX or not (series or _is_letters(word)):
                return False
    return True


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_letters(word: str) -> bool:
    plain = word.strip("./-").casefold()
    if _LETTERS.fullmatch(word) is None or plain in _NO_SERIES:
        return False
    return (word.isascii() and word.isupper()) or len(plain) <= _LETTERS_MAX


def _is_digits(word: str) -> bool:
    """Whether a word with a digit is of a number: outside its brackets no long word that is not in capitals."""
    bare = re.sub(r"\([^()]*\)", "", word)
    long = (found for found in _LONG_WORD.findall(bare) if not found.isupper())
    if any(long) or _YEAR_ALONE.fullmatch(word) or _SEVERAL.search(word) or _ends_with_words(word):
        return False
    return _WITH_DIGIT.fullmatch(word) is not None


def _ends_with_words(word: str) -> bool:
    """Whether a word ends with words in a bracket: `B011111(Libya)`."""
    return word.endswith(")") and _WORD.search(word[word.rfind("(") + 1 :]) is not None


def _holds_another(words: str) -> bool:
    """Whether words around a number hold what may count as well: digits that are no date and no former number."""
    return _FORMER.match(words) is None and _has_digit(_DATED.sub(" ", words))
