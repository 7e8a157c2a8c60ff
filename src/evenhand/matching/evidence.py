"""What beside a name speaks for or against: birth date, sex, nationality, documents.

Knows:    how dates are mistyped, how document numbers are misread, and what each is worth.
Told:     values already checked by the identity room.
Answers:  reasons with integer weights in thousandths of strength.
Trusted:  yes: these weights decide who is stopped; they are part of the matcher's version.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Person
from evenhand.matching.contract import Query, QueryDocument, Reason

DATE_EQUAL: Final = 220
DATE_YEAR: Final = 70
DATE_SWAPPED: Final = 160
DATE_ONE_DIGIT: Final = 120
DATE_NEAR_YEAR: Final = -40
DATE_CONFLICT: Final = -320
SEX_EQUAL: Final = 10
SEX_CONFLICT: Final = -120
NATION_EQUAL: Final = 40
NATION_CONFLICT: Final = -60
DOCUMENT_EQUAL: Final = 950
DOCUMENT_NO_ISSUER: Final = 640
DOCUMENT_KIN: Final = 640
"""Number and issuer agree, and the kinds may be two words for one document: worth a look at the document in hand."""
DOCUMENT_NEAR: Final = 60
DOCUMENT_OTHER_KIND: Final = 60

_OCR: Final = str.maketrans("OQDILSZBG", "000115286")
"""Letters a machine-readable zone reader confuses with digits (ICAO 9303 part 3, table of check digits)."""

_SEEN_ALIKE: Final = str.maketrans("АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYXABEZHIKMNOPTYX")
"""Cyrillic and Greek capitals that look as Latin ones: the series of Greek, Russian or Ukrainian documents are written
with either, whatever keyboard is at hand (Greek identity cards have only letters that both alphabets have)."""
_BOOKS: Final = frozenset({"passport", "travel_document"})
"""Kinds of a booklet whose zone begins with P: of states, for refugees and stateless persons, laissez-passers."""
_CARDS: Final = frozenset({
    "identity_card", "national_id", "residence_permit", "seafarer_identity", "military_identity",
})  # fmt: skip
"""Kinds whose zone begins with I, A or C, and the number of a person that many of them bear: lists call the same card
an identity card, a national identification, or a residence permit."""
_UNSAID: Final = "other"
_YEAR_CHARACTERS: Final = 4
_DAY_CHARACTERS: Final = 10


def normal_number(number: str) -> str:
    """Return a document number in capitals without spaces, hyphens and other marks, in Latin letters and digits.

    Digits of any script are those of ours, wide letters are narrow, and letters that look alike are one.
    """
    bare = "".join(mark for mark in number.upper() if mark.isalnum())
    if bare.isascii():
        return bare
    plain = "".join(str(unicodedata.digit(mark, mark)) for mark in unicodedata.normalize("NFKC", bare))
    return plain.upper().translate(_SEEN_ALIKE)


def unmistaken(number: str) -> str:
    """Return a normal number with every letter that machines confuse with a digit made that digit."""
    return number.translate(_OCR)


def numberless(query: Query) -> tuple[str, ...]:
    """Return in words which documents in hand have no number that can be compared."""
    bare = (one.number[:60] for one in query.documents if not normal_number(one.number))
    return tuple(f"document number {number!r}: no letters or digits that can be compared" for number in bare)


def misread(one: str, other: str) -> bool:
    """Tell whether two different normal numbers may be one number misread in a single character."""
    if one == other or len(one) != len(other):
        return False
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return one.translate(_OCR) == other.translate(_OCR) and len(differing) == 1


def compare_dates(asked: str, listed: BirthDate) -> tuple[int, str]:
    """Grade one asked birth date against one listed: weight and words."""
    value, tolerance = listed.value, 2 if listed.certainty == "approximate" else 0
    first, last = int(value[:4]) - tolerance, int(listed.until or value[:4]) + tolerance
    year = int(asked[:4])
    if asked == value and len(asked) == _DAY_CHARACTERS and listed.until is None:
        return DATE_EQUAL, f"the birth date is the {'one listed as approximate' if tolerance else 'same'}"
    if listed.until is not None or tolerance:
        if first <= year <= last:
            return DATE_YEAR, "the birth year lies in the listed range"
        if first - 1 <= year <= last + 1:
            return DATE_NEAR_YEAR, "the birth year lies one outside the listed range"
        return DATE_CONFLICT, "the birth year lies outside the listed range"
    return compare_texts(asked, value)


def stated(listed: BirthDate) -> str:
    """Return a listed birth date as it is told to an officer: 1970-02-03, 1970 to 1975, about 1970."""
    text = listed.value if listed.until is None else f"{listed.value} to {listed.until}"
    return f"about {text}" if listed.certainty == "approximate" else text


def compare_texts(asked: str, value: str) -> tuple[int, str]:
    """Grade two dates as they are written (YYYY, YYYY-MM or YYYY-MM-DD), also such as a reader made impossible."""
    shorter = min(len(asked), len(value))
    if asked[:shorter] == value[:shorter]:
        if shorter == _DAY_CHARACTERS:
            return DATE_EQUAL, "the birth date is the same"
        return DATE_YEAR, "the birth date agrees as far as both are known"
    if shorter == _DAY_CHARACTERS:
        return _compare_full(asked, value)
    if abs(int(asked[:4]) - int(value[:4])) == 1:
        return DATE_NEAR_YEAR, "the birth years are one apart"
    return DATE_CONFLICT, "the birth dates differ"


def _compare_full(asked: str, value: str) -> tuple[int, str]:
    if asked[:4] == value[:4] and asked[5:7] == value[8:] and asked[8:] == value[5:7]:
        return DATE_SWAPPED, "day and month of birth are swapped"
    if sum(a != b for a, b in zip(asked, value, strict=True)) == 1:
        return DATE_ONE_DIGIT, "one digit of the birth date differs"
    if asked[:4] == value[:4] and "01-01" in (value[5:], asked[5:]):
        whose = "listed" if value[5:] == "01-01" else "asked"
        return DATE_YEAR, f"the birth year is the same; the {whose} day looks like a placeholder"
    return DATE_CONFLICT, "the birth dates differ"


def date_reason(asked: str | None, listed: tuple[BirthDate, ...]) -> Reason | None:
    """Return the best-graded comparison of an asked birth date with all listed ones; None if unknown."""
    if asked is None or not listed:
        return None
    graded = [(*compare_dates(asked, one), stated(one)) for one in listed]
    weight, text, value = max(graded, key=lambda item: item[0])
    return Reason(field="birth_date", weight=weight, text=text, asked=asked, listed=value)


def person_reasons(query: Query, person: Person) -> list[Reason]:
    """Return what birth date, sex and nationality say, for and against."""
    reasons = []
    dated = date_reason(query.birth_date, person.birth_dates)
    if dated is not None:
        reasons.append(dated)
    if query.sex in ("F", "M") and person.sex in ("F", "M"):
        same = query.sex == person.sex
        reasons.append(
            Reason(
                field="sex",
                weight=SEX_EQUAL if same else SEX_CONFLICT,
                text="the sex is the same" if same else "the sex differs",
                asked=query.sex,
                listed=person.sex,
            )
        )
    if query.nationalities and person.nationalities:
        common = sorted(set(query.nationalities) & set(person.nationalities))
        reasons.append(
            Reason(
                field="nationality",
                weight=NATION_EQUAL if common else NATION_CONFLICT,
                text="a nationality is the same" if common else "the nationalities differ",
                asked=" ".join(query.nationalities),
                listed=" ".join(person.nationalities),
            )
        )
    return reasons


def document_reason(asked: QueryDocument, listed: Document) -> Reason | None:
    """Compare one document in hand with one listed; None where they say nothing of each other."""
    if asked.issuer is not None and listed.issuer is not None and asked.issuer != listed.issuer:
        return None
    one, other = normal_number(asked.number), normal_number(listed.number)
    issued = asked.issuer is not None and listed.issuer is not None
    kin = asked.type == listed.type or are_kin(asked.type, listed.type)
    if one == other and one:
        graded = _grade_equal(asked.type, listed.type, issued=issued, kin=kin)
    elif kin and misread(one, other):
        graded = DOCUMENT_NEAR, "a document number differs in one character that machines confuse"
    else:
        graded = None
    if graded is None:
        return None
    weight, text = graded
    return Reason(field="document", weight=weight, text=text, asked=asked.number, listed=listed.number)


def are_kin(one: str, other: str) -> bool:
    """Tell whether two kinds may be words for one document: a list's national identification and an identity card."""
    return _UNSAID in (one, other) or {one, other} <= _BOOKS or {one, other} <= _CARDS


def _grade_equal(asked: str, listed: str, *, issued: bool, kin: bool) -> tuple[int, str] | None:
    """Grade an equal number by the kinds of its documents, and whether the issuer is known on both sides."""
    if asked == listed != _UNSAID:
        if issued:
            return DOCUMENT_EQUAL, "type, number and issuer of a document agree"
        return DOCUMENT_NO_ISSUER, "type and number of a document agree; the issuer is not known on both sides"
    kinds = f"{_in_words(asked)} in hand, {_in_words(listed)} listed"
    if issued and kin:
        return DOCUMENT_KIN, f"number and issuer of a document agree, the kind may be the same: {kinds}"
    if kin:
        return DOCUMENT_OTHER_KIND, f"a document number agrees; the issuer is not known on both sides: {kinds}"
    if issued:
        return DOCUMENT_OTHER_KIND, f"number and issuer of a document agree, but the kind differs: {kinds}"
    return None


def _in_words(kind: str) -> str:
    return "a document of unknown kind" if kind == _UNSAID else kind.replace("_", " ")


def document_reasons(query: Query, documents: tuple[Document, ...]) -> list[Reason]:
    """Return the strongest thing each number in hand says of the listed documents.

    Where a question does not know a number's kind it asks for it as several: they are one document, and count once.
    """
    kinds: dict[str, list[QueryDocument]] = {}
    for asked in query.documents if documents else ():
        kinds.setdefault(asked.number, []).append(asked)
    best: dict[str, Reason] = {}
    for text, several in kinds.items():
        number = normal_number(text)
        for one in documents:
            other = normal_number(one.number)
            if number != other and not misread(number, other):
                continue
            for asked in several:
                reason = document_reason(asked, one)
                if reason is not None and (number not in best or reason.weight > best[number].weight):
                    best[number] = reason
    return list(best.values())
