"""What every list importer answers with: entries, refusals, and the edition they came from.

Knows:    the parts of a notice that a list can fill.
Told:     by the importers.
Answers:  values; nothing here has an id, a version or an instant of its own yet.
Trusted:  no: a list is outside input until a policy has turned it into notices.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from evenhand.identity.person import Document, Person, Place
from evenhand.notices.model import Handling, Source

WHOLE_ENTRY: Final = "entry"
"""The `field` of a refusal that concerns an entry as a whole: it yields no notice."""
NOT_A_PERSON: Final = "not a person"


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something the list says that no notice will: where it stands (line from 1) and why it was refused."""

    line: int
    entry_id: str
    field: str
    reason: str

    @property
    def whole(self) -> bool:
        """Whether the entire entry was refused, not one field of it."""
        return self.field == WHOLE_ENTRY


class Material(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a list knows for the `detail` part; law and proportionality come from the policy."""

    offence: str
    decision_reference: str
    addresses: tuple[Place, ...] = ()
    marks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class ImportedEntry(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One list entry in our terms.

    Exactly one of `person` and `document` is set, as `kind` says. `listed_on` and `updated_on` are
    YYYY-MM-DD as the list gives them; `list_version` is the list's own counter; `line` counts from 1. `handling` is
    how the entry is marked where it comes from: its notice is never marked more mildly.
    """

    entry_id: str
    kind: Literal["person", "document"]
    source: Source
    material: Material
    line: int
    person: Person | None = None
    document: Document | None = None
    listed_on: str | None = None
    updated_on: tuple[str, ...] = ()
    list_version: str | None = None
    handling: Handling | None = None


class ParsedList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole list, read to its end: `edition` is the list's own date or stamp, empty where it has none."""

    name: str
    edition: str
    entries: tuple[ImportedEntry, ...]
    refusals: tuple[Refusal, ...]
