"""A person as described: names, dates, places, documents and marks.

Knows:    the fields by which people are told apart, in ISO and ICAO codes.
Told:     by list importers, analysts and travel documents.
Answers:  immutable values that print back the same bytes.
Trusted:  yes: matching relies on every value having been checked here.

There is no field for religion, ethnicity, politics, health or orientation, and none may be added.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

import msgspec

from evenhand.ground.errors import InputError
from evenhand.ground.limits import (
    ITEMS_PER_FIELD_MAX,
    NAME_CHARACTERS_MAX,
    NAMES_PER_NOTICE_MAX,
    TEXT_CHARACTERS_MAX,
)
from evenhand.identity.dates import BirthDate, check_partial_date

NameKind = Literal[
    "primary", "alias_good", "alias_low", "birth", "maiden", "kunya", "nickname", "transliteration"
]
Sex = Literal["F", "M", "X", "U"]
"""ICAO 9303 part 3: female, male, unspecified; U where the source does not say."""
DocumentStatus = Literal["valid", "expired", "lost", "stolen", "blank_stolen", "revoked", "forged", "unknown"]

_COUNTRY: Final = re.compile(r"[A-Z]{1,3}", re.ASCII)
_SCRIPT: Final = re.compile(r"[A-Z][a-z]{3}", re.ASCII)
_UNPRINTABLE: Final = re.compile("[\x00\ud800-\udfff]")
_SHA256_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@lru_cache(maxsize=1024)
def check_country(code: str) -> None:
    """Refuse what is not an ICAO 9303 part 3 section 5 code by form (ITA, D, XXA …). Raises InputError."""
    if not _COUNTRY.fullmatch(code):
        raise InputError(f"not a country code: {code[:20]!r}", remedy="use the three-letter ICAO 9303 code")


def check_text(text: str, *, characters_max: int = TEXT_CHARACTERS_MAX) -> None:
    """Refuse empty text, text over the limit, and lone surrogates or NUL. Raises InputError."""
    if text[:1] > " " and len(text) <= characters_max and text.isprintable():
        return  # as nearly every text: no NUL and no surrogate is printable, no other blank is either
    if not text or text.isspace():
        raise InputError("a text field is present but empty", remedy="leave the field out")
    if len(text) > characters_max:
        raise InputError(f"text of {len(text)} characters", why=f"the limit is {characters_max}")
    if "\x00" in text if text.isascii() else _UNPRINTABLE.search(text):
        raise InputError("text holds a NUL or a lone surrogate")


class Name(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """One name as written. `script` is ISO 15924 (Latn, Arab, Hani …); parts only where stated."""

    text: str
    script: str = "Latn"
    kind: NameKind = "primary"
    given: str | None = None
    family: str | None = None
    patronymic: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        """Check text and code. Raises InputError."""
        check_text(self.text, characters_max=NAME_CHARACTERS_MAX)
        for part in (self.given, self.family, self.patronymic):
            if part is not None:
                check_text(part, characters_max=NAME_CHARACTERS_MAX)
        if not _SCRIPT.fullmatch(self.script):
            raise InputError(f"not an ISO 15924 script code: {self.script[:20]!r}")


class Place(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """A place as described; `country` is an ICAO code where known."""

    text: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None

    def __post_init__(self) -> None:
        """Check that something is said. Raises InputError."""
        if self.country is not None:
            check_country(self.country)
        said = self.country is not None
        for part in (self.text, self.city, self.region):
            if part is not None:
                check_text(part)
                said = True
        if not said:
            raise InputError("a place with nothing in it", remedy="leave the place out")


class Document(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """A travel or identity document.

    `type` is an open lower-case word (passport, identity_card, visa, residence_permit, driving_licence,
    national_id, other); `number` as printed; `issuer` an ICAO code, None where the source does not say.
    """

    type: str
    number: str
    issuer: str | None = None
    issued: str | None = None
    expires: str | None = None
    status: DocumentStatus = "unknown"
    note: str | None = None

    def __post_init__(self) -> None:
        """Check every part. Raises InputError."""
        check_text(self.type, characters_max=100)
        check_text(self.number, characters_max=200)
        if self.issuer is not None:
            check_country(self.issuer)
        for moment in (self.issued, self.expires):
            if moment is not None:
                check_partial_date(moment)
        if self.note is not None:
            check_text(self.note)


class FileReference(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A photo or biometric sample held by the originator: its SHA-256, never the sample."""

    kind: Literal["photo", "fingerprint", "palmprint", "face", "iris", "dna"]
    sha256: str
    media_type: str

    def __post_init__(self) -> None:
        """Check the hash by form. Raises InputError."""
        if not _SHA256_HEX.fullmatch(self.sha256):
            raise InputError("a file reference needs a lower-case SHA-256 in hex")
        check_text(self.media_type, characters_max=100)


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a post needs to tell one person from another."""

    names: tuple[Name, ...]
    birth_dates: tuple[BirthDate, ...] = ()
    birth_places: tuple[Place, ...] = ()
    sex: Sex = "U"
    nationalities: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    biometrics: tuple[FileReference, ...] = ()

    def __post_init__(self) -> None:
        """Check counts and codes. Raises InputError."""
        if not self.names:
            raise InputError("a person without a name", remedy="give at least one name")
        if len(self.names) > NAMES_PER_NOTICE_MAX:
            raise InputError(f"{len(self.names)} names", why=f"the limit is {NAMES_PER_NOTICE_MAX}")
        for items in (
            self.birth_dates,
            self.birth_places,
            self.nationalities,
            self.documents,
            self.biometrics,
        ):
            if len(items) > ITEMS_PER_FIELD_MAX:
                raise InputError(
                    f"{len(items)} items in one field", why=f"the limit is {ITEMS_PER_FIELD_MAX}"
                )
        for code in self.nationalities:
            check_country(code)
