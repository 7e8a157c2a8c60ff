"""One JSON object or table row read so that nothing in it can be overlooked.

Knows:    which fields of the record have been taken.
Told:     by an importer, which takes the fields it understands.
Answers:  texts, nested records, and at the end the names of fields that say something and nobody took.
Trusted:  yes: "nothing is dropped silently" rests on `leftovers`, here as in `fields`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import clean


class RecordReader:
    """Hands out a record's fields once. Numbers and truth values are read as the text they print as.

    Written for speed: a list has millions of fields, and most of those asked for are not there.
    """

    def __init__(self, record: Mapping[str, Any], line: int, *, path: str = "") -> None:
        self.line = line
        self._left = {name: value for name, value in record.items() if value or value == 0}
        self._path = path
        self._inside: list[RecordReader] = []

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields that say something and were not taken yet."""
        return tuple(self._left)

    def take(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Take a field as it is; None where it says nothing."""
        return self._left.pop(name, None)

    def text(self, name: str) -> str:
        """Take one text. A field that is no text, number or truth value stays and is reported."""
        if isinstance(self._left.get(name), dict | list):
            return ""
        return _word(self.take(name))

    def texts(self, name: str, *, divider: str = "") -> list[str]:
        """Take every text of a list, or the pieces of one text between dividers."""
        if name not in self._left:
            return []
        value = self._left[name]
        if isinstance(value, list) and not _NESTED & {*map(type, value)}:
            del self._left[name]
            return [word for one in value if (word := " ".join(one.split()) if type(one) is str else _word(one))]
        said = self.text(name)
        return [word for piece in (said.split(divider) if divider else [said]) if (word := piece.strip())]

    def inside(self, name: str) -> list[RecordReader]:
        """Take nested records, one or a list; what they leave is left here."""
        if name not in self._left:
            return []
        value = self._left[name]
        found: list[Any] = value if isinstance(value, list) else [value]
        if {*map(type, found)} != _RECORD:
            return []
        del self._left[name]
        path = f"{self._path}{name}/"
        made = [RecordReader(one, self.line, path=path) for one in found]
        self._inside += made
        return made

    def skip(self, *names: str) -> None:
        """Take fields that say nothing about a person: counters, stamps, addresses of web pages."""
        left = self._left
        for name in names:
            if name in left:
                del left[name]

    def leftovers(self) -> Iterator[str]:
        """Yield the path of each field that was never taken, nested ones after their parents'."""
        yield from (self._path + name for name in self._left)
        for one in self._inside:
            yield from one.leftovers()

    def refuse_leftovers(self, draft: EntryDraft) -> None:
        """Refuse, field by field, what nobody took."""
        for field in self.leftovers():
            draft.refuse(self.line, field, "a field the importer does not know")


_NESTED: Final = frozenset({dict, list})
_RECORD: Final = {dict}


def _word(value: object) -> str:
    if type(value) is str:  # by far the most
        return " ".join(value.split())
    return "" if value is None else clean(str(value))


def read_json(data: bytes, what: str) -> Any:  # noqa: ANN401 - any JSON value
    """Read a JSON document. Raises InputError; also for one nested deeper than a reader can follow."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not {what}: damaged JSON", why=str(error), remedy="fetch the list again") from error


def json_records(data: bytes, what: str, *keys: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the objects of a JSON list, each with its number from 1: the document, or what is under `keys`.

    JSON has no lines to speak of, so a refusal names the number of the record. Raises InputError.
    """
    found = read_json(data, what)
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else found
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InputError(f"not {what}: no list of records", remedy="choose the list's own format")
    return [(number, one) for number, one in enumerate(found, start=1)]
