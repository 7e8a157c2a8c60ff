"""Visible-zone rows turned into travellers: what an officer types or a reader lifts off the page.

Knows:    the data elements of ICAO 9303 part 4 section 4.1 by our names.
Told:     a row of fields as text.
Answers:  a traveller; unknown fields are refused, empty ones are unknown.
Trusted:  yes: a date in the wrong order of day and month is refused, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.identity.dates import check_partial_date
from evenhand.identity.numbers import states_no_number
from evenhand.identity.person import Document, Sex
from evenhand.travellers.codes import document_word, read_code
from evenhand.travellers.traveller import AGE_MAX, Traveller, known_names, unknown_parts

ROW_FIELDS: Final = (
    *("family_name", "given_names", "birth_date", "sex", "nationality"),
    *("document_type", "document_number", "issuer", "expires"),
)
_SEXES: Final[dict[str, Sex]] = {"F": "F", "M": "M", "X": "X", "U": "U", "": "U"}


def traveller_of_row(row: Mapping[str, str], *, today: date) -> Traveller:
    """Return the traveller of a row with `ROW_FIELDS`; dates are ISO 8601. Raises InputError.

    Nobody is born after `today`: such a date is refused, for it would speak against whoever is listed.
    """
    unknown = sorted(set(row) - set(ROW_FIELDS))
    if unknown:
        raise InputError(f"unknown field {unknown[0][:40]!r}", remedy=f"use {', '.join(ROW_FIELDS)}")
    said = {field: " ".join(row.get(field, "").split()) for field in ROW_FIELDS}
    names = known_names(said["family_name"], said["given_names"])
    nationality = _code(said["nationality"])
    documents: tuple[Document, ...] = ()
    if not states_no_number(said["document_number"]):
        document = Document(
            type=document_word(said["document_type"] or "passport"),
            number=said["document_number"],
            issuer=_code(said["issuer"]),
            expires=said["expires"] or None,
        )
        documents = (document,)
    return Traveller(
        names=names,
        birth_date=_born(said["birth_date"], today),
        sex=_sex(said["sex"]),
        nationalities=(nationality,) if nationality is not None else (),
        documents=documents,
        unknown=unknown_parts(names),
    )


def _born(text: str, today: date) -> str | None:
    if not text:
        return None
    if check_partial_date(text) < today.year - AGE_MAX or text > today.isoformat()[: len(text)]:
        raise InputError(
            f"nobody alive was born on {text}", why=f"a birth date is neither to come nor over {AGE_MAX} years ago",
            remedy="read the date again",
        )  # fmt: skip
    return text


def _code(text: str) -> str | None:
    if not text:
        return None
    code = read_code(text.upper())
    if code is None:
        raise InputError(
            f"not an issuer or nationality code: {text[:20]!r}",
            remedy="use ICAO 9303 part 3 codes, or two letters of ISO 3166",
        )
    return code


def _sex(text: str) -> Sex:
    sex = _SEXES.get(text.upper())
    if sex is None:
        raise InputError(f"not a sex: {text[:20]!r}", remedy="write F, M or X, or leave it empty")
    return sex
