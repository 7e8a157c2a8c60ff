"""The list formats of this installation: the built-in ones, and those that installed packages add.

Knows:    entry points of the group `evenhand.formats`.
Told:     by the Python installation.
Answers:  formats by name, and why others cannot be used.
Trusted:  a plug-in runs in this process with this process's rights: whoever installs one trusts its author. What it
          answers is checked all the same: a mistake in it must not speak for another list, or end the node.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import Final, NoReturn

from evenhand.ground.errors import EvenhandError, InputError, UsageError
from evenhand.ground.faults import fault
from evenhand.interop.formats import BUILT_IN, ListFormat
from evenhand.interop.model import ImportedEntry, ParsedList, Refusal

GROUP: Final = "evenhand.formats"
_NOT_ITS_OWN: Final = (EvenhandError, KeyboardInterrupt, CancelledError, GeneratorExit)
"""What a parser may end by: words of the product, and an end that somebody else asked for."""


def list_formats(points: Iterable[EntryPoint] | None = None) -> Mapping[str, ListFormat]:
    """Return every format that can be used, by name; `points` are the installation's if absent."""
    return _look(points)[0]


def format_faults(points: Iterable[EntryPoint] | None = None) -> Mapping[str, UsageError]:
    """Return why the formats of packages that cannot be used cannot, by their names.

    One does not load, is no ListFormat, or takes a name that is taken: what a format reads must not depend on the
    order of installation. The others are not touched by it.
    """
    return _look(points)[1]


def format_called(
    name: str, formats: Mapping[str, ListFormat], points: Iterable[EntryPoint] | None = None
) -> ListFormat:
    """Return the format of a name. Raises UsageError, which says why if its package cannot be used."""
    if name in formats:
        return formats[name]
    if (fault := format_faults(points).get(name)) is not None:
        raise fault
    raise UsageError(f"no list format is called {name[:40]!r}", remedy=f"use one of {', '.join(formats)}")


def _look(points: Iterable[EntryPoint] | None) -> tuple[dict[str, ListFormat], dict[str, UsageError]]:
    added: dict[str, ListFormat] = {}
    faults: dict[str, UsageError] = {}
    for point in entry_points(group=GROUP) if points is None else points:
        try:
            made = _load(point)
        except UsageError as error:
            faults[point.name] = error
            continue
        if made.name in BUILT_IN:
            faults[point.name] = _second(made.name, point)
        elif made.name in added or made.name in faults:
            added.pop(made.name, None)
            faults[made.name] = _second(made.name, point)
        else:
            added[made.name] = _checked(made, point)
    return {**BUILT_IN, **added}, faults


def _second(name: str, point: EntryPoint) -> UsageError:
    return UsageError(
        f"two list formats are called {name!r}", why=f"the second is {point.value}",
        remedy="remove one of the two packages",
    )  # fmt: skip


def _load(point: EntryPoint) -> ListFormat:
    try:
        made = point.load()
    except _NOT_ITS_OWN:
        raise
    except BaseException as error:
        raise UsageError(
            f"the list format {point.name!r} does not load", why=f"{type(error).__name__}: {error}",
            remedy="repair or remove its package",
        ) from error  # fmt: skip
    if not isinstance(made, ListFormat):
        raise UsageError(
            f"the list format {point.name!r} is none", why=f"{point.value} is no ListFormat",
            remedy="remove the package that offers it, or have it corrected",
        )
    return made


def _checked(made: ListFormat, point: EntryPoint) -> ListFormat:
    """Return a plug-in's format whose answers are checked, and whose faults name it and nobody else.

    What an exception says may name a person of the list: its kind and its place are told.
    """

    def parse(files: Mapping[str, bytes]) -> ParsedList:
        try:
            parsed = made.parse(files)
        except _NOT_ITS_OWN:
            raise
        except BaseException as error:  # noqa: BLE001 - a parser that calls exit() must not end the node
            _failed(made, point, _raised(error))
        if not isinstance(parsed, ParsedList):
            _failed(made, point, f"answered {type(parsed).__name__}, and no ParsedList")
        if parsed.name != made.name:
            _failed(made, point, f"answered a list called {parsed.name[:40]!r}")
        for one in (*parsed.entries, *parsed.refusals):
            _check_told(made, point, one)
        return parsed

    def told(lines: Callable[[], Iterable[bytes]]) -> Iterator[ImportedEntry | Refusal]:
        assert made.lines is not None
        try:
            for one in made.lines(lines):
                _check_told(made, point, one)
                yield one
        except _NOT_ITS_OWN:
            raise
        except BaseException as error:  # noqa: BLE001 - as above
            _failed(made, point, _raised(error))

    return replace(made, parse=parse, lines=None if made.lines is None else told)


def _raised(error: BaseException) -> str:
    said = fault(error)
    return f"raised {said['kind']} at {said['at'].rpartition('/')[2]}"  # a file's name: who imports need not know where


def _check_told(made: ListFormat, point: EntryPoint, one: object) -> None:
    if isinstance(one, ImportedEntry):
        if one.source.list != made.name:
            _failed(made, point, f"answered an entry of the list {one.source.list[:40]!r}")
    elif not isinstance(one, Refusal):
        _failed(made, point, f"answered {type(one).__name__} for an entry")


def _failed(made: ListFormat, point: EntryPoint, how: str) -> NoReturn:
    package = point.value if point.dist is None else f"{point.dist.name} ({point.value})"
    raise InputError(
        f"the list format {made.name!r} failed at this, and nothing was changed", why=f"its package {package} {how}",
        remedy="have the package corrected, or remove it",
    ) from None
