"""Documents and nationalities that themselves say refugee or stateless.

Knows:    the codes of ICAO 9303 part 3 section 5 for persons without a nationality.
Told:     documents.
Answers:  whether their holder is to be thought of as protected.
Trusted:  yes: whoever is missed here may be reported to the state they fled.
"""

from __future__ import annotations

from typing import Final

from evenhand.identity.person import Document

REFUGEE_CODES: Final = frozenset({"XXA", "XXB", "XXC"})
"""Stateless (1954 Convention), refugee (1951 Convention), refugee otherwise."""
REFUGEE_TYPES: Final = frozenset({"refugee_travel_document", "convention_1951"})


def is_refugee_document(document: Document) -> bool:
    """Say whether a document itself names its holder as refugee or stateless."""
    return document.issuer in REFUGEE_CODES or document.type in REFUGEE_TYPES
