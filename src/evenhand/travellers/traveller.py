"""A traveller: who presents themselves, with which documents, on which journey.

Knows:    persons as documents and carriers describe them.
Told:     machine-readable zones, visible zones, carriers' messages.
Answers:  one value per person, and the fields a search asks for.
Trusted:  yes: an unknown part must stay unknown here, and never become a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, Final, Literal

import msgspec

from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_NAMES_MAX
from evenhand.identity.dates import check_partial_date
from evenhand.identity.numbers import states_no_number
from evenhand.identity.person import Document, Sex, check_country, check_text
from evenhand.travellers.arabic_readings import READINGS_MAX, arabic_readings
from evenhand.travellers.codes import KNOWN_CODES, is_protected, iso_code
from evenhand.travellers.mrz_values import Mrz, MrzValues
from evenhand.travellers.titles import may_be_titled, untitled
from evenhand.travellers.transliteration import mrz_spellings, plain_spellings

UNKNOWN_NAMES: Final = frozenset({"FNU", "LNU", "UNK", "UNKNOWN", "NFN", "NLN", "NMN", "NONAMEGIVEN"})
"""What carriers and states write for a name that is not known (first, last, middle name unknown)."""
NAMES_LONGEST: Final = 100
AGE_MAX: Final = 130
"""Years: nobody has become older, and whoever writes so has written another date."""


class TravellerName(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """A name in two identifiers; `given` is None where unknown; `truncated`: it may go on, compare as prefix."""

    family: str
    given: str | None = None
    truncated: bool = False

    def __post_init__(self) -> None:
        """Refuse empty parts. Raises InputError."""
        for part in (self.family, self.given):
            if part is not None:
                check_text(part, characters_max=NAMES_LONGEST)

    @property
    def text(self) -> str:
        """The name as one string, given names first."""
        return f"{self.given} {self.family}" if self.given is not None else self.family


class Journey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Where a traveller boards and leaves (IATA or UN location codes), and the carrier's references."""

    transport: str | None = None
    embarks: str | None = None
    disembarks: str | None = None
    departs: str | None = None
    arrives: str | None = None
    booking: str | None = None
    reference: str | None = None


class Traveller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One person in hand. Codes are those of ISO 3166 and ICAO 9303; dates YYYY, YYYY-MM or YYYY-MM-DD.

    `two_digit_year`: the birth year was written with two digits, as in every zone, and read as the latest that is not
    to come; who is young by it may be a hundred years older.
    """

    names: tuple[TravellerName, ...] = ()
    birth_date: str | None = None
    sex: Sex = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    journey: Journey | None = None
    role: Literal["passenger", "crew", "transit", "unknown"] = "unknown"
    unknown: tuple[str, ...] = ()
    two_digit_year: bool = False

    def __post_init__(self) -> None:
        """Refuse a traveller about whom nothing can be asked, and impossible values. Raises InputError."""
        if not self.names and not self.documents:
            raise InputError("a traveller without name and document", remedy="give at least one of them")
        if self.birth_date is not None:
            check_partial_date(self.birth_date)
        for code in self.nationalities:
            check_country(code)

    @property
    def needs_protection_check(self) -> bool:
        """Tell whether a document or nationality marks a refugee or stateless person (XXA, XXB, XXC)."""
        issuers = [document.issuer for document in self.documents if document.issuer is not None]
        return any(is_protected(code) for code in (*self.nationalities, *issuers))


def known_name(family: str, given: str = "", *, truncated: bool = False) -> TravellerName | None:
    """Return a name of what is known of it; None if nothing is. FNU and its like are unknown, never a name."""
    parts = [_without_unknown(part) for part in (family, given)]
    if not parts[0]:
        # A single component counts as the family name: searching compares all parts with all.
        parts = [parts[1], ""]
    if not parts[0]:
        return None
    return TravellerName(family=parts[0], given=parts[1] or None, truncated=truncated)


def known_names(family: str, given: str = "", *, truncated: bool = False) -> tuple[TravellerName, ...]:
    """Return the names that what is known of a name may stand for: as written, then without titles (ABDUL MR, ABDULMR).

    A given name that is a title only is unknown, and so is one that says unknown before its title (FNUMR). Nobody is
    named by titles alone.
    """
    if not may_be_titled(given) and not may_be_titled(family):
        name = known_name(family, given, truncated=truncated)
        return (name,) if name is not None else ()
    givens = untitled(given, run_on=True) if given else ("",)
    if not _without_unknown(givens[-1]):
        givens = ("",)
    families = untitled(family, run_on=not givens[0])
    if not _without_unknown(families[-1]):
        # A family name may be written as a title is, beside a given name; alone it names nobody.
        families = (family, "") if givens[0] and _without_unknown(family) else ("",)
    found = {
        known_name(one, other, truncated=truncated): None
        for one in families for other in givens
    }  # fmt: skip
    return tuple(name for name in found if name is not None)


def _without_unknown(part: str) -> str:
    return " ".join(word for word in part.split() if not _is_unknown(word))


def _is_unknown(word: str) -> bool:
    """Tell whether a word stands where a name is not known: FNU and its like, XX, or no letter at all (-, .)."""
    upper = word.upper()
    if upper.isalpha():  # as nearly every word
        return upper in UNKNOWN_NAMES or (upper[:2] == "XX" and not upper.strip("X"))
    return not _LETTER(upper)


_LETTER: Final = re.compile(r"\w").search


def unknown_parts(names: Sequence[TravellerName], *dated: str | None) -> tuple[str, ...]:
    """Return what is not known of a traveller by our words; `dated` is a birth date, where one may be told.

    Whoever has no name at all cannot be told from anybody who is listed by name.
    """
    missing = () if None not in dated else ("birth date",)
    if not names:
        return ("name", "given name", *missing)
    return missing if any(name.given is not None for name in names) else ("given name", *missing)


_TYPES: Final = {"P": "passport", "V": "visa", "I": "identity_card", "A": "identity_card", "C": "identity_card"}


def traveller_of_mrz(mrz: MrzValues, *, truncated: bool = False) -> Traveller:
    """Return the traveller a zone describes; `truncated` is `Mrz.names_truncated`.

    A zone whose number is missing still has a holder. A code that nobody has was misread: it is no issuer or
    nationality, which would speak against whoever is listed, and neither is a birth date beside a wrong check digit.
    Raises InputError if it has neither number nor name.
    """
    problems = mrz.problems if isinstance(mrz, Mrz) else ()
    misread = any(one.field == "birth_date" and one.kind == "check_digit" for one in problems)
    born = None if misread else mrz.birth_date
    names = known_names(mrz.primary, mrz.secondary, truncated=truncated)
    documents: tuple[Document, ...] = ()
    if not states_no_number(mrz.number):
        document = Document(
            type=_TYPES.get(mrz.document_code[:1], "other"),
            number=mrz.number,
            issuer=iso_code(mrz.issuer) if mrz.issuer in KNOWN_CODES else None,
            expires=mrz.expiry,
        )
        documents = (document,)
    return Traveller(
        names=names,
        birth_date=born,
        sex=mrz.sex,
        nationalities=(iso_code(mrz.nationality),) if mrz.nationality in KNOWN_CODES else (),
        documents=documents,
        unknown=unknown_parts(names, born),
        two_digit_year=born is not None,
    )


def query_fields(traveller: Traveller) -> dict[str, Any]:
    """Return the fields of a search: names in every spelling a zone may stand for, dates, documents.

    The result converts to the matcher's question as it is: every name comes before any other spelling of one, and of
    those as many as a question has room for, each name's in turn. `asks_every_name` tells whether the names fit. Which
    of them may be cut short is told by `truncated_names`.
    """
    spelt = [
        (*sorted(plain_spellings(text.upper())), *sorted(mrz_spellings(text)))
        for text in dict.fromkeys(name.text for name in traveller.names)
    ]
    names = dict.fromkeys((*_names(traveller), *in_turn(spelt)))
    return {
        "names": tuple(names)[:QUERY_NAMES_MAX],
        "birth_date": traveller.birth_date,
        "sex": traveller.sex,
        "nationalities": traveller.nationalities,
        "documents": tuple(
            {"number": document.number, "type": document.type, "issuer": document.issuer}
            for document in traveller.documents
        ),
    }


def asks_every_name(traveller: Traveller) -> bool:
    """Tell whether a question has room for all names of a traveller: who has more is asked for by some, never clear."""
    return (1 + READINGS_MAX) * len(traveller.names) <= QUERY_NAMES_MAX or len(_names(traveller)) <= QUERY_NAMES_MAX


def _names(traveller: Traveller) -> dict[str, None]:
    """Return every name as it is said, and behind them those that a zone's letters tell in Arabic script."""
    states = [*traveller.nationalities, *(one.issuer for one in traveller.documents if one.issuer is not None)]
    arabic = [arabic_readings((name.given or "", name.family), states) for name in traveller.names]
    return dict.fromkeys((*(name.text for name in traveller.names), *in_turn(arabic)))


def in_turn(lists: Iterable[Sequence[str]]) -> list[str]:
    """Return the first of every list, then the second of every one that has it, and so on."""
    return [one for turn in zip_longest(*lists) for one in turn if one is not None]


def truncated_names(traveller: Traveller) -> tuple[str, ...]:
    """Return the names that fill their field: a listed name that begins so agrees with them."""
    return tuple(name.text for name in traveller.names if name.truncated)


def document_keys(traveller: Traveller) -> tuple[tuple[str, str, str | None], ...]:
    """Return type, number and issuer of each document: stolen and lost ones are found by all three."""
    return tuple((document.type, document.number, document.issuer) for document in traveller.documents)
