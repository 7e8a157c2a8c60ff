"""A person whose identity a notice's subject misuses: what tells the two apart, with consent.

Knows:    distinguishing data and the consent it rests on.
Told:     by a redress officer, from the victim.
Answers:  immutable values that print back the same bytes.
Trusted:  yes: this data is used only to tell two people apart, and goes with the notice or the consent.

Source: PROCEDURE section 5; Regulation (EU) 2018/1862 art 62.
"""

from __future__ import annotations

import msgspec

from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError
from evenhand.identity.person import Document, FileReference, Name, check_text


class MisusedIdentity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The victim's own names, documents, marks and photo; `consent` is the file reference of the consent."""

    consent: str
    consented_at: str
    names: tuple[Name, ...] = ()
    documents: tuple[Document, ...] = ()
    marks: tuple[str, ...] = ()
    photos: tuple[FileReference, ...] = ()

    def __post_init__(self) -> None:
        """Refuse data without a consent, and a consent without data. Raises InputError."""
        check_text(self.consent, characters_max=200)
        parse_ms(self.consented_at)
        for mark in self.marks:
            check_text(mark, characters_max=500)
        if not (self.names or self.documents or self.marks or self.photos):
            raise InputError("nothing here tells the victim from the subject", remedy="add a document, mark or photo")
