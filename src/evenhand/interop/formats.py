"""The lists this member can read, by name.

Knows:    which importer reads which format, and which files it wants.
Told:     a format's name and the files' bytes.
Answers:  the parsed list.
Trusted:  no: a switchboard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from evenhand.ground.errors import InputError, LimitError, UsageError
from evenhand.ground.limits import LIST_BYTES_MAX
from evenhand.interop import ofac_advanced, ofac_legacy, ofac_sdn, un_sc
from evenhand.interop.model import ParsedList

_ONE_FILE: Final[dict[str, Callable[[bytes], ParsedList]]] = {
    un_sc.LIST_NAME: un_sc.parse,
    ofac_advanced.LIST_NAME: ofac_advanced.parse,
    ofac_sdn.LIST_NAME: ofac_sdn.parse,
}
FORMATS: Final = (*_ONE_FILE, ofac_legacy.LIST_NAME)
LEGACY_FILES: Final = ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")
"""What `ofac-legacy` reads from the folder of sdn.csv; only the first must be there."""


def read_list(name: str, files: Mapping[str, bytes]) -> ParsedList:
    """Read one list from the bytes of its files, keyed by file name.

    Raises UsageError for a format we do not know, InputError with line and cause for a damaged list, before
    anything is answered.
    """
    if name not in FORMATS:
        raise UsageError(f"no list format is called {name!r}", remedy=f"use one of {', '.join(FORMATS)}")
    if sum(map(len, files.values())) > LIST_BYTES_MAX:
        raise LimitError("the list is too large", why=f"the limit is {LIST_BYTES_MAX} bytes")
    if name == ofac_legacy.LIST_NAME:
        return ofac_legacy.parse(files)
    if len(files) != 1:
        raise InputError(f"{name} is one file, and {len(files)} were given")
    return _ONE_FILE[name](next(iter(files.values())))
