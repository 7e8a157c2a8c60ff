"""One list entry collected field by field; what cannot be held becomes a refusal, never an exception.

Knows:    the fields of a person and what each accepts.
Told:     by an importer: line, field name, value, in the order of the list.
Answers:  the finished entry and its refusals.
Trusted:  yes: it decides what a list entry says about a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

from evenhand.ground.errors import InputError
from evenhand.ground.limits import TEXT_CHARACTERS_MAX
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, NameKind, Person, Place, Sex
from evenhand.interop.countries import country_code
from evenhand.interop.export.released import stricter
from evenhand.interop.list_dates import partial_date
from evenhand.interop.listed_names import names_in_note, split_names
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, Material, Refusal
from evenhand.interop.neutrality import REASON, neutral, protected
from evenhand.interop.scripts import COMMON, detect_script
from evenhand.notices.model import Handling, Source

T = TypeVar("T")

_SEXES: Final[dict[str, Sex]] = {"male": "M", "m": "M", "female": "F", "f": "F", "unknown": "U"}
_DAY: Final = len("2026-01-31")
_STAMPED: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*|Z|[+-]\d\d:\d\d)")
"""A day with a time or a zone, of which the day is kept."""
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_ORDER_OF_KINDS: Final = (
    "primary",
    "birth",
    "maiden",
    "alias_good",
    "kunya",
    "nickname",
    "transliteration",
    "alias_low",
)


class EntryDraft:
    """The fields of one entry while its record is being read."""

    def __init__(self, *, entry_id: str, line: int) -> None:
        self.entry_id = entry_id
        self.line = line
        self.refusals: list[Refusal] = []
        self.remarks: list[str] = []
        self.marks: list[str] = []
        self.handling: Handling | None = None
        self._names: dict[tuple[str, str], Name] = {}
        # in the order of the list, each once: keys of a dictionary, because an entry may have thousands
        self._births: dict[BirthDate, None] = {}
        self._birth_places: dict[Place, None] = {}
        self._nationalities: dict[str, None] = {}
        self._documents: dict[Document, None] = {}
        self._addresses: dict[Place, None] = {}
        self._remarked: set[str] = set()
        self._sex: Sex = "U"

    @property
    def has_name(self) -> bool:
        """Whether a name has been told yet."""
        return bool(self._names)

    def handled(self, stated: Handling | None) -> None:
        """Take the marks of a part of the record, if it states any: the entry has the strictest of all its parts."""
        self.handling = self.handling if stated is None else stricter(self.handling or stated, stated)

    def refuse(self, line: int, field: str, reason: str) -> None:
        """Record that a field was not taken over."""
        self.refusals.append(Refusal(line=line, entry_id=self.entry_id, field=field, reason=reason))

    def name(
        self, line: int, field: str, text: str, kind: NameKind, *, parts: tuple[str, str] = ("", "")
    ) -> None:
        """Add one name as listed; `parts` are given and family name where the list tells them apart.

        A name said twice is kept once, in its stronger kind.
        """
        script = detect_script(text)
        if script == COMMON and not any(mark.isalnum() for mark in text):
            self.refuse(line, field, f"a name without a letter or digit: {text[:40]!r}")
            return
        given, family = parts if all(parts) else ("", "")
        made = self._made(
            line,
            field,
            lambda: Name(
                text=text,
                script="Latn" if script == COMMON else script,
                kind=kind,
                given=given or None,
                family=family or None,
            ),
        )
        if made is None:
            return
        key = (made.text.casefold(), made.script)
        held = self._names.get(key)
        if held is None or _ORDER_OF_KINDS.index(kind) < _ORDER_OF_KINDS.index(held.kind):
            self._names[key] = made

    def name_field(self, line: int, field: str, text: str, kind: NameKind) -> None:
        """Add every name in one field; remarks inside it become remarks."""
        for role, part in split_names(text):
            if role == "note":
                self.remark(line, field, f"{field}: {text}")
            elif role == "variant":
                self.name(line, field, part, "alias_low")
            else:
                self.name(line, field, part, "birth" if role == "birth" else kind)

    def alias_note(self, line: int, field: str, alias: str, note: str, kind: NameKind) -> None:
        """Add the names in original script that an alias's note quotes, and the note itself as a remark."""
        for name in names_in_note(note):
            self.name(line, field, name, kind)
        self.remark(line, field, f"{alias}: {note}")

    def birth(self, line: int, field: str, born: BirthDate | None, said: str) -> None:
        """Add one stated birth date; None means the text `said` is no date we know."""
        if born is None:
            self.refuse(line, field, f"not a date of birth: {said[:80]!r}")
        else:
            self._births[born] = None

    def birth_place(
        self, line: int, field: str, *, city: str, region: str, country: str, text: str = ""
    ) -> None:
        """Add one birth place; an unknown country name is kept as text."""
        self._place(line, field, self._birth_places, (text, city, region, country))

    def address(self, line: int, field: str, *, city: str, region: str, country: str, text: str = "") -> None:
        """Add one address; an unknown country name is kept as text."""
        self._place(line, field, self._addresses, (text, city, region, country))

    def nationality(self, line: int, field: str, name: str) -> None:
        """Add one nationality by country name; an unknown one is refused, not guessed."""
        code = country_code(name)
        if code is None:
            self.refuse(line, field, f"not a country we have a code for: {name[:60]!r}")
        else:
            self._nationalities[code] = None

    def document(self, line: int, field: str, make: Callable[[], Document]) -> None:
        """Add one document, made by the importer; a field it cannot hold refuses the document."""
        made = self._made(line, field, make)
        if made is not None:
            self._documents[made] = None

    def numberless(self, line: int, field: str, words: str) -> None:
        """Refuse a document in whose number field no number stands that could be compared; keep its words."""
        self.refuse(line, field, f"a document without a number cannot be matched; its words are kept: {words[:60]!r}")
        self.remark(line, field, f"Document: {words}")

    def issuer(self, line: int, field: str, name: str) -> str | None:
        """Return the ICAO code of an issuing country; an unknown one is refused and left open."""
        code = country_code(name) if name else None
        if name and code is None:
            self.refuse(line, field, f"not a country we have a code for: {name[:60]!r}")
        return code

    def day(
        self, line: int, field: str, text: str, *, read: Callable[[str], str | None] = partial_date
    ) -> str | None:
        """Return a date that the list states, of a document or of the listing; an unreadable one is refused."""
        found = (read(text) or (read(text[:_DAY]) if _STAMPED.fullmatch(text) else None)) if text else None
        if text and found is None:
            self.refuse(line, field, f"not a date: {text[:40]!r}")
        return found

    def flag(self, line: int, field: str, word: str) -> bool | None:
        """Return a truth value that the list states; None where it states none, or a word that is refused."""
        found = _FLAGS.get(word.casefold())
        if word and found is None:
            self.refuse(line, field, f"neither true nor false: {word[:40]!r}")
        return found

    def sex(self, line: int, field: str, word: str) -> None:
        """Set the sex; a second, different statement is refused."""
        found = _SEXES.get(word.casefold())
        if found is None or self._sex not in {"U", found}:
            self.refuse(line, field, f"not a sex we know, or in conflict with another: {word[:40]!r}")
        else:
            self._sex = found

    def remark(self, line: int, field: str, text: str) -> None:
        """Add one remark without its sentences on protected characteristics, which are refused."""
        if len(text) > TEXT_CHARACTERS_MAX:
            self.refuse(line, field, f"text of {len(text)} characters: the limit is {TEXT_CHARACTERS_MAX}")
            return
        kept, taken_out = neutral(text)
        for _ in range(taken_out):
            self.refuse(line, field, REASON)
        if kept and kept not in self._remarked:
            self._remarked.add(kept)
            self.remarks.append(kept)

    def labelled(self, line: int, label: str, text: str) -> None:
        """Add a remark of the form `label: text`; a protected label refuses the whole."""
        if protected(label):
            self.refuse(line, label, REASON)
        else:
            self.remark(line, label, f"{label}: {text}")

    def finish(
        self,
        *,
        source: Source,
        offence: str,
        reference: str,
        listed_on: str | None = None,
        updated_on: tuple[str, ...] = (),
        list_version: str | None = None,
    ) -> ImportedEntry | None:
        """Make the entry; None, with a refusal of the whole entry, where it breaks a rule of form."""
        if not self.entry_id:
            self.refuse(self.line, WHOLE_ENTRY, "an entry without its number: two such could not be told apart")
            return None
        return self._made(
            self.line,
            WHOLE_ENTRY,
            lambda: ImportedEntry(
                entry_id=self.entry_id,
                kind="person",
                source=source,
                line=self.line,
                person=Person(
                    names=tuple(self._names.values()),
                    birth_dates=tuple(self._births),
                    birth_places=tuple(self._birth_places),
                    sex=self._sex,
                    nationalities=tuple(self._nationalities),
                    documents=tuple(self._documents),
                ),
                material=Material(
                    offence=offence,
                    decision_reference=reference,
                    addresses=tuple(self._addresses),
                    marks=tuple(self.marks),
                    remarks=tuple(self.remarks),
                ),
                listed_on=listed_on,
                updated_on=updated_on,
                list_version=list_version,
                handling=self.handling,
            ),
        )

    def _place(self, line: int, field: str, places: dict[Place, None], said: tuple[str, str, str, str]) -> None:
        text, city, region, country = said
        code = country_code(country) if country else None
        if country and code is None:
            text = f"{text}, {country}" if text else country
        if not (text or city or region or code):
            return
        made = self._made(
            line,
            field,
            lambda: Place(text=text or None, city=city or None, region=region or None, country=code),
        )
        if made is not None:
            places[made] = None

    def _made(self, line: int, field: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except InputError as error:
            self.refuse(line, field, str(error))
            return None
