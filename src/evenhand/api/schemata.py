"""The schemata of FollowTheMoney, and which of them this node can be asked about.

Knows:    every schema's name; whom or what each may stand for here; which property of each says what.
Told:     a schema's name.
Answers:  what may be asked by it; a refusal of a name that FollowTheMoney does not have.
Trusted:  yes: a name misspelt must not read as "nobody of that kind is held".

A schema that others descend from covers them, as in yente: a Thing may be a person or a vehicle. We hold no
organisations, vessels or aeroplanes; a Vehicle's descendants are asked for by their registration, as vehicles.
Source: followthemoney.tech, schemata of release 4.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.interop.export.wording import VEHICLE_TYPES
from evenhand.interop.listed_documents import DOCUMENT_TYPES
from evenhand.node.refugees import REFUGEE_TYPES

SCHEMATA: Final = frozenset({
    "Address", "Airplane", "Analyzable", "Article", "Asset", "Associate", "Audio", "BankAccount", "Call",
    "CallForTenders", "Company", "Contract", "ContractAward", "Control", "CourtCase", "CourtCaseParty",
    "CryptoWallet", "Debt", "Directorship", "Document", "Documentation", "EconomicActivity", "Email", "Employment",
    "Event", "Family", "Folder", "HyperText", "Identification", "Image", "Interest", "Interval", "LegalEntity",
    "License", "Membership", "Mention", "Message", "Note", "Occupancy", "Organization", "Ownership", "Package",
    "Page", "Pages", "Passport", "Payment", "Person", "PlainText", "Position", "Project", "ProjectParticipant",
    "PublicBody", "RealEstate", "Representation", "Risk", "Sanction", "Security", "Similar", "Succession", "Table",
    "TaxRoll", "Territory", "Thing", "Trip", "UnknownLink", "UserAccount", "Value", "Vehicle", "Vessel", "Video",
    "Workbook",
})  # fmt: skip
NAMES: Final = ("name", "alias", "weakAlias", "previousName")
PARTS: Final = ("firstName", "middleName", "lastName")
COUNTRIES: Final = ("nationality", "citizenship", "country")
BOOKS: Final = ("passport", "travel_document")
VEHICLES: Final = tuple(sorted(VEHICLE_TYPES))
PAPERS: Final = (*dict.fromkeys(one for one in DOCUMENT_TYPES if one not in BOOKS), *sorted(REFUGEE_TYPES))
"""Papers that our export, and others, write as an Identification."""
ALL_KINDS: Final = (*BOOKS, *PAPERS, *VEHICLES)
_IDENTITY: Final = (*PAPERS, *VEHICLES)
"""What our export says of a person as `idNumber`: whatever is no passport."""
_OF_PERSONS: Final = {
    "passportNumber": BOOKS, "idNumber": _IDENTITY, "registrationNumber": _IDENTITY, "number": ALL_KINDS,
    "socialSecurityNumber": ("social_security",), "taxNumber": ("tax_number",), "innCode": ("tax_number",),
}  # fmt: skip


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What entities of a schema may be here. `numbers`: properties that hold a document's number, and of which kinds.

    `line`: a name may be our own line about a document. `issues`: `country` says who issued it.
    """

    words: str
    """The property that words alone are for."""
    names: bool = False
    numbers: dict[str, tuple[str, ...]] = {}
    line: bool = False
    issues: bool = False

    @property
    def reads(self) -> frozenset[str]:
        """The properties that a question is made of."""
        able = {*self.numbers, *((*NAMES, *PARTS, *COUNTRIES, "birthDate", "gender") if self.names else ())}
        return frozenset(able | ({"country", "type"} if self.issues else set()))


_PERSON: Final = Shape(words="name", names=True, numbers=_OF_PERSONS)
_PASSPORT: Final = Shape(
    words="number", issues=True,
    numbers={"number": BOOKS, "passportNumber": BOOKS, "idNumber": _IDENTITY, "personalNumber": _IDENTITY},
)  # fmt: skip
_PAPER: Final = msgspec.structs.replace(_PASSPORT, numbers={**_PASSPORT.numbers, "number": ALL_KINDS})
_VEHICLE: Final = Shape(
    words="registrationNumber", issues=True, line=True, numbers={"registrationNumber": VEHICLES, "number": VEHICLES},
)  # fmt: skip
_ASSET: Final = msgspec.structs.replace(
    _VEHICLE, numbers={"registrationNumber": VEHICLES, "number": ALL_KINDS}, words="number"
)
_SHAPES: Final = {
    "Thing": msgspec.structs.replace(_PERSON, line=True), "LegalEntity": _PERSON, "Person": _PERSON,
    "Passport": _PASSPORT, "Identification": _PAPER, "Interval": _PAPER,
    "Asset": _ASSET, "Value": _ASSET, "Vehicle": _VEHICLE, "Vessel": _VEHICLE, "Airplane": _VEHICLE,
}  # fmt: skip
READ: Final = frozenset().union(*(shape.reads for shape in _SHAPES.values()))


def shape_of(schema: str) -> Shape | None:
    """Return what may be asked by a schema, None where we hold nothing of it. Raises InputError for no schema at all.

    Their letters count, as in FollowTheMoney: `person` is none.
    """
    if schema not in SCHEMATA:
        near = next((one for one in sorted(_SHAPES) if one.casefold() == schema.casefold()), "")
        raise InputError(
            f"FollowTheMoney has no schema {schema[:40]!r}",
            remedy=f"write {near}" if near else "ask for Person, Passport, Identification or Vehicle",
        )
    return _SHAPES.get(schema)
