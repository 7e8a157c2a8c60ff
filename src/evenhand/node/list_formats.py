"""The list formats of this installation: the built-in ones, and those that installed packages add.

Knows:    entry points of the group `evenhand.formats`.
Told:     by the Python installation.
Answers:  formats by name.
Trusted:  a plug-in runs in this process with this process's rights: whoever installs one trusts its author.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from evenhand.ground.errors import UsageError
from evenhand.interop.formats import BUILT_IN, ListFormat

GROUP: Final = "evenhand.formats"


def list_formats(points: Iterable[EntryPoint] | None = None) -> Mapping[str, ListFormat]:
    """Return every format by name; `points` are the installation's if absent.

    Raises UsageError for a plug-in that does not load, is no ListFormat, or takes a name that is taken: what a
    format reads must not depend on the order of installation.
    """
    found = dict(BUILT_IN)
    for point in entry_points(group=GROUP) if points is None else points:
        made = _load(point)
        if made.name in found:
            raise UsageError(
                f"two list formats are called {made.name!r}", why=f"the second is {point.value}",
                remedy="remove one of the two packages",
            )  # fmt: skip
        found[made.name] = made
    return found


def _load(point: EntryPoint) -> ListFormat:
    try:
        made = point.load()
    except Exception as error:
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
