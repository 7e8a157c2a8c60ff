"""Issuer and nationality codes of travel documents: states, organisations, and persons without a state.

Knows:    ICAO 9303 part 3 section 5 and ISO 3166-1 alpha-3 and alpha-2 (tables/codes.tsv).
Told:     codes as a machine-readable zone holds them, without fillers.
Answers:  what a code means, the ISO code it stands for, by which it is compared, and whether it marks a protected
          person; our word for a document's code.
Trusted:  yes: a refugee's code must reach the protection check, and never read as a country.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final, Literal

import msgspec

CodeKind = Literal["state", "status", "organisation", "protected", "unspecified", "specimen"]


class IssuerCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code.

    `iso` is empty where no single ISO 3166-1 country stands behind it, `alpha2` where it has no two letters of its own.
    """

    code: str
    iso: str
    meaning: str
    kind: CodeKind
    alpha2: str = ""


def _load() -> dict[str, IssuerCode]:
    text = files("evenhand.travellers").joinpath("tables/codes.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    fields = [dict(zip(("code", "iso", "meaning", "kind", "alpha2"), row, strict=True)) for row in rows]
    return {field["code"]: msgspec.convert(field, IssuerCode) for field in fields}


CODES: Final = _load()
KNOWN_CODES: Final = frozenset(CODES)


def iso_code(code: str) -> str:
    """Return the ISO 3166-1 alpha-3 code behind a zone's code (D gives DEU, GBN gives GBR), or the code itself."""
    found = CODES.get(code)
    return found.iso or code if found is not None else code


def read_code(text: str) -> str | None:
    """Return the ISO code behind what a page or a carrier writes: a zone's code, or two letters of ISO 3166-1 (IT).

    None if there is no such code.
    """
    return _READ.get(text)


_READ: Final = {code: iso_code(code) for code in CODES} | {one.alpha2: iso_code(one.code) for one in CODES.values()}
del _READ[""]


def compared_code(code: str) -> str:
    """Return the one code by which all codes of a country are compared: D is DEU, GBN is GBR, XKX is RKS."""
    return _COMPARED.get(code, code)


_COMPARED: Final = {code.code: code.iso for code in CODES.values() if code.iso and code.iso != code.code} | {
    "XKX": "RKS"
}
_DOCUMENT_WORDS: Final = {"P": "passport", "V": "visa", **dict.fromkeys("IAC", "identity_card")}
"""By the first letter of a zone's document code (parts 4 to 7); the second is the issuer's."""
_CODE_LETTERS: Final = 2
_WORDS: Final = frozenset({*_DOCUMENT_WORDS.values(), "travel_document", "residence_permit", "national_id", "other"})


def document_word(text: str) -> str:
    """Return our word for a kind of document: for a zone's code (P, PD, ID) or any writing of the word (Identity Card).

    The words are an open set: one that is not ours comes back in small letters.
    """
    if text in _WORDS:
        return text
    word = "_".join(text.lower().replace("-", " ").replace("_", " ").split()) or text
    known = _DOCUMENT_WORDS.get(word[:1].upper()) if len(word.rstrip("<")) <= _CODE_LETTERS else None
    return known or word


def is_protected(code: str) -> bool:
    """Tell whether the holder is stateless or a refugee (XXA, XXB, XXC): the protection check must run."""
    found = CODES.get(code)
    return found is not None and found.kind == "protected"
