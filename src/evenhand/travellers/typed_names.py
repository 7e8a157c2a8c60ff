"""A name in one text, as it was typed or taken over: from a page, a zone with its fillers, a booking, a list.

Knows:    FAMILY<<GIVEN<NAMES<<<< of a zone, Family/Given Names of a booking, Family, Given Names of a list; titles;
          zones that spell Arabic.
Told:     a name, and the codes of the states beside it.
Answers:  what it may mean besides what it says.
Trusted:  yes: MXHMD, ABDULMR HAQ or HAQ<<ABDULMR asked only as they stand would be found by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from evenhand.travellers.arabic_readings import arabic_readings
from evenhand.travellers.titles import may_be_titled, untitled, untitled_text

_is_parted: Final = re.compile("[<,/]").search
_FILLERS: Final = re.compile("<<")
_MARK: Final = re.compile("[,/]")
_MARKS: Final = re.compile(r"[<,/\s]+")
_AROUND: Final = "<,/ "


def may_mean_more(name: str) -> bool:
    """Tell whether a name may mean more than it says: hardly one does as people write names."""
    return name.isupper() or _is_parted(name) is not None or may_be_titled(name)


def meanings(name: str, states: Iterable[str]) -> list[str]:
    """Return what a name may mean besides, the shortest first; what is returned means nothing more.

    `states` are the codes that `arabic_readings` weighs: with one of a state that writes Arabic, MHMD tells enough too.
    """
    given, family = _parts(name)
    spoken = [" ".join(filter(None, (one, family))) for one in untitled(given, run_on=True)] if given else [family]
    if given and may_be_titled(family):  # who has a title run on is called so: ABDULMR, HAQ
        spoken.append(f"{family} {given}")
    said = [one for text in reversed(spoken) for one in (untitled_text(text), text)]
    identifiers: list[tuple[str, ...]] = [(one,) for one in dict.fromkeys((*said, name)) if one.isupper()]
    if given and name.isupper():
        identifiers.append((given, family))  # where the given names end, their field may have been full
    arabic = [reading for each in identifiers for reading in arabic_readings(each, states)]
    return [one for one in dict.fromkeys((*said, *arabic)) if one != name]


def _parts(name: str) -> tuple[str, str]:
    """Return given and family names where a name tells them apart as a zone or a booking does, else nothing and all."""
    if not _is_parted(name):
        return "", name
    within = name.strip(_AROUND)
    parts = (_FILLERS if "<" in within else _MARK).split(within, maxsplit=1)
    family, given = (_MARKS.sub(" ", part).strip() for part in (*parts, "")[:2])
    return (given, family) if family else ("", name)
