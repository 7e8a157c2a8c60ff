"""The lists this member can read, by name.

Knows:    which importer reads which format, which files it wants, and the careful policy for each.
Told:     a format's name and the files' bytes.
Answers:  the parsed list.
Trusted:  no: a switchboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from evenhand.ground.errors import InputError, LimitError, UsageError
from evenhand.ground.limits import LIST_BYTES_MAX
from evenhand.interop import (
    australia,
    canada,
    eu_fsf,
    ftm_list,
    interpol,
    ofac_advanced,
    ofac_legacy,
    ofac_sdn,
    template,
    uk_list,
    un_sc,
    us_csl,
)
from evenhand.interop.model import ImportedEntry, ParsedList, Refusal
from evenhand.interop.policy import POLICIES, ImportPolicy

LEGACY_FILES: Final = ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")
"""What `ofac-legacy` reads from the folder of sdn.csv; only the first must be there."""


@dataclass(frozen=True)
class ListFormat:
    """One format. `parse` gets the files by name and raises InputError before it answers anything.

    A format of one file with one record a line may have `lines` too, which reads the file as it streams by: it is
    given what begins the file anew, as often as it likes, and raises InputError at the first damaged line.
    A package adds a format by an entry point of the group `evenhand.formats` that names one of these.
    """

    name: str
    parse: Callable[[Mapping[str, bytes]], ParsedList]
    policy: ImportPolicy
    about: str = ""
    lines: Callable[[Callable[[], Iterable[bytes]]], Iterator[ImportedEntry | Refusal]] | None = None


def one_file(name: str, parse: Callable[[bytes], ParsedList]) -> Callable[[Mapping[str, bytes]], ParsedList]:
    """Make a reader of files out of a reader of one file's bytes."""

    def read(files: Mapping[str, bytes]) -> ParsedList:
        if len(files) != 1:
            raise InputError(f"{name} is one file, and {len(files)} were given")
        return parse(next(iter(files.values())))

    return read


def _built_in() -> dict[str, ListFormat]:
    single = (un_sc, ofac_advanced, ofac_sdn, eu_fsf, uk_list, interpol, us_csl, canada, australia, ftm_list, template)
    readers = {module.LIST_NAME: one_file(module.LIST_NAME, module.parse) for module in single}
    readers[ofac_legacy.LIST_NAME] = ofac_legacy.parse
    streamed = {ftm_list.LIST_NAME: ftm_list.read_lines}
    return {
        name: ListFormat(name=name, parse=parse, policy=POLICIES[name], lines=streamed.get(name))
        for name, parse in readers.items()
    }


BUILT_IN: Final[Mapping[str, ListFormat]] = _built_in()
FORMATS: Final = tuple(BUILT_IN)


def read_list(
    name: str, files: Mapping[str, bytes], *, formats: Mapping[str, ListFormat] = BUILT_IN
) -> ParsedList:
    """Read one list from the bytes of its files, keyed by file name.

    Raises UsageError for a format we do not know, InputError with line and cause for a damaged list, before
    anything is answered.
    """
    found = formats.get(name)
    if found is None:
        raise UsageError(f"no list format is called {name!r}", remedy=f"use one of {', '.join(formats)}")
    if sum(map(len, files.values())) > LIST_BYTES_MAX:
        raise LimitError("the list is too large", why=f"the limit is {LIST_BYTES_MAX} bytes")
    return found.parse(files)
