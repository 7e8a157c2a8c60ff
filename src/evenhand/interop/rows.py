"""One JSON object or table row read so that nothing in it can be overlooked.

Knows:    which fields of the record have been taken.
Told:     by an importer, which takes the fields it understands.
Answers:  texts, nested records, and at the end the names of fields that say something and nobody took.
Trusted:  yes: "nothing is dropped silently" rests on `leftovers`, here as in `fields`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError
from evenhand.ground.limits import LIST_FIELD_CHARACTERS_MAX
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import clean, too_long, why_left


class RecordReader:
    """Hands out a record's fields once, out of the record itself: it is empty of what was taken.

    Numbers and truth values are read as the text they print as. Written for speed: a list has millions of fields,
    and most of those asked for are not there.
    """

    __slots__ = ("_inside", "_left", "_path", "_skipped", "line")

    def __init__(self, record: dict[str, Any], line: int, *, path: str = "") -> None:
        self.line = line
        self._left = record
        self._path = path
        self._inside: tuple[RecordReader, ...] = ()
        self._skipped: frozenset[str] = _NONE

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields that say something and were neither taken nor skipped yet."""
        skipped = self._skipped
        return tuple([
            name for name, value in self._left.items() if name not in skipped and (value or value == 0)
        ])  # fmt: skip

    def holds(self, names: Iterable[str]) -> bool:
        """Tell whether any of some fields is there and was not taken: whoever asks this first seldom needs `names`."""
        return not self._left.keys().isdisjoint(names)

    def take(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Take a field as it is; None where it says nothing."""
        value = self._left.pop(name, None)
        return value if _says(value) else None

    def text(self, name: str) -> str:
        """Take one text. A field that is no text, number or truth value, or is too long, stays and is reported."""
        value = self._left.get(name)
        if type(value) is str:
            text = " ".join(value.split())
            if len(text) > LIST_FIELD_CHARACTERS_MAX:
                return ""
            del self._left[name]
            return text
        if value is None or type(value) in _NESTED:
            return ""
        del self._left[name]
        return _word(value) if _says(value) else ""

    def texts(self, name: str, *, divider: str = "") -> list[str]:
        """Take every text of a list, or the pieces of one text between dividers; what is too long stays."""
        value = self._left.get(name)
        if value is None:
            return []
        if type(value) is list:
            if len(value) == 1 and type(value[0]) is str:  # nearly every list there is
                word = " ".join(value[0].split())
                if len(word) > LIST_FIELD_CHARACTERS_MAX:
                    return []
                del self._left[name]
                return [word] if word else []
            if not _NESTED & {*map(type, value)}:
                words = [word for one in value if (word := _word(one))]
                if any(map(too_long, words)):
                    self._left[name] = [word for word in words if too_long(word)]
                    return [word for word in words if not too_long(word)]
                del self._left[name]
                return words
        said = self.text(name)
        return [word for piece in (said.split(divider) if divider else [said]) if (word := piece.strip())]

    def inside(self, name: str) -> list[RecordReader]:
        """Take nested records, one or a list; what they leave is left here."""
        value = self._left.get(name)
        if value is None:
            return []
        found: list[Any] = value if type(value) is list else [value]
        if not found or any(type(one) is not dict for one in found):
            return []
        del self._left[name]
        path = f"{self._path}{name}/"
        made = [RecordReader(one, self.line, path=path) for one in found]
        self._inside += (*made,)
        return made

    def skip(self, *names: str) -> None:
        """Take fields that say nothing about a person: counters, stamps, addresses of web pages."""
        self.skip_all(frozenset(names))

    def skip_all(self, names: frozenset[str]) -> None:
        """Take a set of such fields."""
        self._skipped = self._skipped | names if self._skipped else names

    def leftovers(self) -> list[tuple[str, str]]:
        """Return (path, reason) of each field that was never taken, nested ones after their parents'."""
        left = () if self._left.keys() <= self._skipped else self.names()
        found = [(self._path + name, _why_left(self._left[name])) for name in left]
        for one in self._inside:
            found += one.leftovers()
        return found

    def refuse_leftovers(self, draft: EntryDraft) -> None:
        """Refuse, field by field, what nobody took."""
        for field, reason in self.leftovers():
            draft.refuse(self.line, field, reason)


def _why_left(value: object) -> str:
    texts = [one for one in (value if type(value) is list else [value]) if type(one) is str]
    return why_left(max(map(clean, texts), key=len, default=""))


def _says(value: object) -> bool:
    return bool(value) or value == 0


_NONE: Final[frozenset[str]] = frozenset()
_NESTED: Final = frozenset({dict, list})


def _word(value: object) -> str:
    if type(value) is str:  # by far the most
        return " ".join(value.split())
    return "" if value is None else clean(str(value))


def read_json(data: bytes, what: str) -> Any:  # noqa: ANN401 - any JSON value
    """Read a JSON document. Raises InputError; also for one nested deeper than a reader can follow."""
    try:
        return msgspec.json.decode(data)
    except UNREADABLE as error:
        raise InputError(f"not {what}: damaged JSON", why=str(error), remedy="fetch the list again") from error


def json_records(data: bytes, what: str, *keys: str) -> list[tuple[int, dict[str, Any]]]:
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
