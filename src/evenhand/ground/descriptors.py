"""Descriptors: how many files and connections this process may have open, and how they are shared out.

Knows:    the limits of the operating system (`ulimit -n`, `LimitNOFILE`).
Told:     nothing.
Answers:  how many there may be; for each door how many connections it may take, so that the rest stays for files.
Trusted:  for availability: a process without descriptors hears nobody and can write nothing.
"""

from __future__ import annotations

import contextlib
import resource
from typing import Final, NamedTuple

from evenhand.ground.limits import (
    API_CONNECTIONS_MAX,
    CONTROL_CONNECTIONS_MAX,
    DESCRIPTORS_WANTED,
    PARTNER_CONNECTIONS_MAX,
)

_API, _PARTNERS, _CONTROL = 2, 4, 16
"""Of how many descriptors one is for each door; three sixteenths stay for files and for links to partners."""
_ENDLESS: Final = resource.RLIM_INFINITY


class Shares(NamedTuple):
    """Connections that each door takes at most."""

    api: int
    partners: int
    control: int


def _least(*counts: int) -> int:
    return min(DESCRIPTORS_WANTED if one == _ENDLESS else one for one in counts)


def descriptors() -> tuple[int, int]:
    """Return how many may be open now, and how many after `raise_descriptors`; no more than are wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _least(soft, DESCRIPTORS_WANTED), _least(hard, DESCRIPTORS_WANTED)


def raise_descriptors() -> None:
    """Raise the limit of this process as far as is wanted and allowed; where it is not, `doctor` says so."""
    now, able = descriptors()
    if now < able:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (able, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def shares(now: int = 0) -> Shares:
    """Return how many connections each door may take by a limit; by the one of this process unless one is given."""
    now = now or descriptors()[0]
    return Shares(
        min(API_CONNECTIONS_MAX, now // _API), min(PARTNER_CONNECTIONS_MAX, now // _PARTNERS),
        min(CONTROL_CONNECTIONS_MAX, now // _CONTROL),
    )  # fmt: skip
