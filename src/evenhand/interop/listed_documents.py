"""Document fields of lists read: type and status out of free wording.

Knows:    how lists name kinds of documents, and what became of one.
Told:     labels and notes.
Answers:  the notice's document words; the list's own words stay in the note.
Trusted:  yes: a document matches on type, number and issuer.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.identity.person import DocumentStatus
from evenhand.interop.remembered import remembered

_TYPES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        (r"travel document|stateless person passport|reiseausweis|laissez", "travel_document"),
        (r"passport|passeport|pasaporte|booklet", "passport"),
        (r"seafarer|seaman", "seafarer_identity"),
        (r"visa", "visa"),
        (r"residen(?:t|cy|ce|tial)|immigration", "residence_permit"),
        (r"driv(?:ing|er)", "driving_licence"),
        (r"birth certificate", "birth_certificate"),
        (r"social security|\bssn\b", "social_security"),
        (
            r"tax|fiscal|r\.?f\.?c\.?|\bnit\b|\bruc\b|\brif\b|c\.u\.i\.[tl]\.|\bnuit\b|\brtn\b|n\.i\.f\.",
            "tax_number",
        ),
        (r"military|militar|armed forces|fardc|service ?m[ae]n", "military_identity"),
        (
            (
                r"identity card|identification card|identity document|id card|citizen.s card|tazkira"
                r"|identidad|d\.n\.i\.|credencial|personalausweis|refugee id"
            ),
            "identity_card",
        ),
        (
            (
                r"national|cedula|c\.u\.r\.p\.|c\.u\.i\.p\.|n\.i\.e\.|\bcnp\b|personal id|identification"
                r"|identity|\bid\b|kenyan id|turkish|uae|electoral|i\.f\.e\.|nationality"
            ),
            "national_id",
        ),
    )
)
DOCUMENT_TYPES: Final = (*(word for _, word in _TYPES), "other")
"""The words that a list's kinds of document become."""
_STATUSES: Final[tuple[tuple[re.Pattern[str], DocumentStatus], ...]] = (
    (re.compile(r"(?i)blank.{0,20}stolen|stolen.{0,10}blank"), "blank_stolen"),
    (re.compile(r"(?i)stolen"), "stolen"),
    (re.compile(r"(?i)\blost\b"), "lost"),
    (re.compile(r"(?i)counterfeit|forged|fraudulent|\bfalse\b|fake"), "forged"),
    (re.compile(r"(?i)revoked|cancell?ed|annulled|withdrawn"), "revoked"),
    (re.compile(r"(?i)expired"), "expired"),
)
UNSAID: Final = {"", "na", "n/a", "none", "unknown", "-0-"}


@remembered
def document_type(label: str) -> str:
    """Return the notice's word for a list's kind of document; `other` where no word fits."""
    for pattern, word in _TYPES:
        if pattern.search(label):
            return word
    return "other"


def unknown_kind(label: str) -> str:
    """Return a list's word for a kind of document that the notice has no word for, to be kept in a note."""
    return label if document_type(label) == "other" and label.casefold() not in UNSAID | {"other"} else ""


def document_status(words: str) -> DocumentStatus:
    """Return the status a note states; `unknown` where it states none."""
    for pattern, word in _STATUSES:
        if pattern.search(words):
            return word
    return "unknown"
