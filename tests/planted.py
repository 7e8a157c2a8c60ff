"""Names and document numbers of the invented people of these tests, and a watch that no log line holds one.

The watch listens where lines leave the process, for both ways of logging, over the whole run; `tests/conftest.py`
fails the test in which one was said. Nodes in processes of their own are watched by `tests/api/test_silence.py`.
"""

from __future__ import annotations

import logging
from typing import Any

import structlog

PLANTED = (
    "ferventu", "molnarova", "belhadri", "invento", "tisharin", "тишарин", "nameless", "testova", "чернов",
    "x1234567", "x7654321", "x1111111", "z7654321", "z1111111", "y7654321", "planted77",
)  # fmt: skip
"""In small letters; each is used by tests of several rooms."""
_OTHERS = ("httpx", "httpcore", "hypothesis", "urllib3")
"""Loggers of the tests' own clients, which name the addresses they were told to ask."""


class Watch(logging.Handler):
    """Collects lines that hold a planted name or number."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self.lines = 0

    def hear(self, line: object) -> None:
        """Look at one line."""
        self.lines += 1
        text = str(line).casefold()
        self.said += [f"{trace!r} in {text[:200]!r}" for trace in PLANTED if trace in text]

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


WATCH = Watch()
"""The one watch of the run."""
