"""The one place that says which matchers there are: a plain one, and one that has learned names.

Knows:    the matchers of this release by the word that the configuration has for them.
Told:     that word.
Answers:  a new, empty matcher; how long its kernels took to make ready.
Trusted:  yes: every member must use the same; two kinds never have one version.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Final, Literal

from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Listed, Matcher, Query
from evenhand.matching.plain import PlainMatcher

Engine = Literal["plain", "names"]
"""`plain`: look-alike Latin spellings, small and at once; `names`: learned, every script, kernels to compile."""


COMPILE: Final = "from evenhand.matching.build import warm_alone; warm_alone()"
"""What a process is told that only compiles."""


def build_matcher(engine: Engine = "plain") -> Matcher:
    """Return a new, empty matcher of this release's version."""
    if engine == "plain":
        return PlainMatcher()
    # Imported here: members with the plain matcher are spared a second and 60 MB.
    from evenhand.matching.engine import NameMatcher  # noqa: PLC0415

    return NameMatcher()


def warm(engine: Engine) -> float:
    """Answer one invented question, so that every kernel is compiled or loaded; return the seconds it took."""
    begun, matcher = monotonic(), build_matcher(engine)
    matcher.put("warm", Listed(person=Person(names=(Name(text="Radomir Tisharin"),))))
    matcher.search(Query(names=("Radomir Tisharin",)))
    if engine == "names" and (mark := _mark()) is not None:
        mark.touch()
    return monotonic() - begun


def warm_alone() -> None:
    """Make the kernels of `names` ready, one process after the other: the first compiles, the others load."""
    mark = _mark()
    if mark is None:
        warm("names")
        return
    with mark.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        warm("names")


def compile_apart() -> None:
    """Have a process of its own compile the kernels, if nobody has: who compiles keeps 300 MB and answers slower.

    If it fails, whoever asks first compiles, or says why he cannot.
    """
    if not is_compiled():
        subprocess.run([sys.executable, "-c", COMPILE], stdin=subprocess.DEVNULL, check=False)


def is_compiled() -> bool:
    """Tell whether `warm` would only load kernels; true too where none can be kept, so each start compiles its own."""
    mark = _mark()
    return mark is None or mark.exists()


def _mark() -> Path | None:
    """Return the file beside the kernels that says all of them are there, for this installation's place on the disk."""
    from evenhand.matching.kernels import kernel_folder  # noqa: PLC0415

    folder = kernel_folder()
    place = sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:16]  # numba keeps kernels by their file's path
    return None if folder is None else folder / f"compiled-{place}"
