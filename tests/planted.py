"""Names and document numbers of the invented people of these tests, and a watch that no log line holds one.

The watch listens where lines leave the process, for both ways of logging, over the whole run; `tests/conftest.py`
fails the test in which one was said. What a node in a process of its own says is written down by `overheard` and
listened to after it ended. Beside the names below it knows everybody whom `synthetic_persons` invents in this run.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import structlog

from evenhand.interop import synthetic
from evenhand.interop.synthetic import SyntheticPerson

PLANTED = (
    "ferventu", "molnarova", "belhadri", "invent", "tisharin", "тишарин", "nameless", "testova", "чернов",
    "fantasma", "quentarro", "hallestam", "kostrandu", "malvezzin", "eriksson", "chernov", "personage",
    "x1234567", "x7654321", "x1111111", "z7654321", "z1111111", "y7654321", "planted77", "l898902c3", "k7741200",
)  # fmt: skip
"""In small letters: the people of every room's tests. `invent` begins several of them."""
_WORDS_MAX = 6
"""Words of a name, as they are looked for side by side in a line."""
_NUMBER_CHARACTERS_MIN = 6
_OTHERS = ("httpx", "httpcore", "hypothesis", "urllib3")
"""Loggers of the tests' own clients, which name the addresses they were told to ask."""


class Watch(logging.Handler):
    """Collects lines that hold a planted name or number."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self.lines = 0
        self.people: set[str] = set()

    def plant(self, people: Iterable[SyntheticPerson]) -> None:
        """Remember invented people by whole names of two words and more, and by the numbers of their documents."""
        for one in people:
            names = (" ".join(_words(name.text)) for name in one.person.names)
            self.people.update(name for name in names if " " in name)
            numbers = (document.number.casefold() for document in one.person.documents)
            self.people.update(number for number in numbers if len(number) >= _NUMBER_CHARACTERS_MIN)

    def hear(self, line: object) -> None:
        """Look at one line."""
        self.lines += 1
        text = str(line).casefold()
        self.said += [f"{trace!r} in {text[:200]!r}" for trace in PLANTED if trace in text]
        if self.people:
            self.said += [f"{trace!r} in {text[:200]!r}" for trace in self.people.intersection(_phrases(text))]

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a line of the standard library's logging, with its traceback."""
        if not record.name.startswith(_OTHERS):
            self.hear(self.format(record))

    def install(self) -> None:
        """Listen to every logger from now on."""
        logging.getLogger().addHandler(self)
        for kind in (structlog.PrintLogger, structlog.WriteLogger):
            self._wrap(kind)

    def _wrap(self, kind: Any) -> None:
        plain = kind.msg

        def msg(logger: Any, message: str) -> None:
            self.hear(message)
            plain(logger, message)

        for name in ("msg", "log", "debug", "info", "warn", "warning", "error", "critical", "fatal", "failure", "err",
                     "exception"):  # fmt: skip
            if hasattr(kind, name):
                setattr(kind, name, msg)

    def take(self) -> list[str]:
        """Return what was said since the last look, and forget it."""
        said, self.said = self.said, []
        return said


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _phrases(text: str) -> Iterator[str]:
    """Yield every word of a line, and every few that stand side by side."""
    words = _words(text)
    for at in range(len(words)):
        for end in range(at + 1, min(at + _WORDS_MAX, len(words)) + 1):
            yield " ".join(words[at:end])


WATCH = Watch()
"""The one watch of the run."""


def watched(made: Callable[[int, int], list[SyntheticPerson]]) -> Callable[[int, int], list[SyntheticPerson]]:
    """Return `synthetic_persons` so that whomever it invents is watched for."""

    def synthetic_persons(seed: int, count: int) -> list[SyntheticPerson]:
        people = made(seed, count)
        WATCH.plant(people)
        return people

    return synthetic_persons


def watch_everybody() -> None:
    """Listen from now on, and know everybody whom tests invent: before any of them is imported."""
    WATCH.install()
    synthetic.synthetic_persons = watched(synthetic.synthetic_persons)  # type: ignore[assignment]


@contextlib.contextmanager
def overheard(path: Path) -> Iterator[IO[bytes]]:
    """Give a file for what another process says beside its answers, and listen to every line of it in the end."""
    with path.open("wb") as said:
        yield said
    for line in path.read_text("utf-8", "replace").splitlines():
        WATCH.hear(line)
