"""What OFAC's three formats share: its words for aliases, identifications and features.

Knows:    OFAC's vocabulary, the same in SDN.XML, SDN_ADVANCED.XML and the remarks of sdn.csv.
Told:     one identification, alias or feature at a time.
Answers:  the entry's draft, filled.
Trusted:  yes.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from evenhand.identity.person import Document, DocumentStatus, NameKind
from evenhand.interop.countries import country_named
from evenhand.interop.entry import EntryDraft
from evenhand.interop.listed_documents import document_type
from evenhand.interop.listed_numbers import take_number

_DOCUMENT_LABEL: Final = re.compile(
    r"(?i)(?:.*\bpassport(?: booklet| no\.?| #)?|.*\bidenti\w++ (?:card|document|number)"
    r"|.*identification|national(?: foreign)? id\b.*|cedula.*"
    r"|.*driver'?.?s license.*|travel document.*|.*personal id.*|ssn|.*fiscal code|tax id no\.?|r\.?f\.?c\.?"
    r"|d\.n\.i\.|nit #|n\.i\.[ef]\.|c\.u\.[ri]\.[pt]\.|c\.u\.i\.[pl]?\.?|c\.i\.f\."
    r"|ruc #|rif #|rtn|credencial electoral"
    r"|electoral registry no\.|cartilla.*|residency number|immigration no\."
    r"|public security and immigration no\."
    r"|kenyan id no\.|visanumberid|numero.*|cnp.*|romanian permanent resident|pilot license number|tazkira.*"
    r"|citizen.?s card number|birth certificate number|seafarer.*|le number|i\.f\.e\."
    r"|military registration number"
    r"|.*tax(?:payer)? identification number|refugee id card|stateless person id card|identification number"
    r"|chinese commercial code|folio mercantil no\.|matricula mercantil no|phone id)"
)
_NOT_DOCUMENTS: Final = (
    "chinese commercial code",
    "folio mercantil no.",
    "matricula mercantil no",
    "phone id",
)


_LABEL_MAX: Final = 200
"""OFAC's longest label has 50; what a longer one says is kept as a remark."""


class Identification(NamedTuple):
    """One identification as OFAC states it; empty where it does not say. Dates as printed."""

    label: str
    number: str
    country: str = ""
    issued: str = ""
    expires: str = ""
    note: str = ""


def alias_kind(*, low: bool) -> NameKind:
    """Return the kind of an alias: OFAC calls weak what we call low."""
    return "alias_low" if low else "alias_good"


def is_document(label: str) -> bool:
    """Whether OFAC's label names a document or number that a person can show."""
    plain = label.strip().casefold()
    return plain not in _NOT_DOCUMENTS and len(plain) <= _LABEL_MAX and _DOCUMENT_LABEL.fullmatch(plain) is not None


def identification(draft: EntryDraft, line: int, field: str, said: Identification) -> None:
    """Add an identification: as a document, as the sex, or as a labelled remark."""
    if said.label.strip().casefold() == "gender":
        draft.sex(line, field, said.number)
    elif is_document(said.label) and said.number:
        _document(draft, line, field, said)
    else:
        words = " ".join(
            part
            for part in (
                said.number,
                f"({said.country})" if said.country else "",
                f"issued {said.issued}" if said.issued else "",
                f"expires {said.expires}" if said.expires else "",
                said.note,
            )
            if part
        )
        draft.labelled(line, said.label.strip().rstrip(":-").strip(), words or "not stated")


def _document(draft: EntryDraft, line: int, field: str, said: Identification) -> None:
    number, hinted, around = take_number(said.number)
    issuer = draft.issuer(line, f"{field}/country", said.country) or hinted
    issued, expires = (
        draft.day(line, f"{field}/{name}", text) for name, text in (("issued", said.issued), ("expires", said.expires))
    )
    status: DocumentStatus = "forged" if "fraudulent" in said.note.casefold() else "unknown"
    note = "; ".join(
        part
        for part in (said.label.strip() if said.label.casefold() != "passport" else "", around, said.note)
        if part
    )
    if not number:
        words = (said.label.strip(), "" if around else said.number, said.country, around, said.note)
        draft.numberless(line, field, "; ".join(filter(None, words)))
        return
    draft.document(
        line,
        field,
        lambda: Document(
            type=document_type(said.label),
            number=number,
            issuer=issuer,
            issued=issued,
            expires=expires,
            status=status,
            note=note or None,
        ),
    )


def birth_place(draft: EntryDraft, line: int, field: str, text: str) -> None:
    """Add a birth place written as `town, region, country`; without a country we know, it stays one text."""
    parts = text.split(", ")
    for words in (2, 1):  # `Korea, South` and `Congo, Democratic Republic of the` hold a comma themselves
        if country_named(country := ", ".join(parts[-words:])) is not None:
            city, _, region = ", ".join(parts[:-words]).partition(", ")
            draft.birth_place(line, field, city=city, region=region, country=country)
            return
    draft.birth_place(line, field, text=text, city="", region="", country="")
