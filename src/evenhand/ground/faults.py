"""What a log is told of a fault of ours: of which kind it was and where. What an exception says may name a person.

Knows:    every way by which an exception comes into a log of this process: structlog, logging, threads, destructors.
Told:     exceptions.
Answers:  kind and place, never words, never values of variables.
Trusted:  with privacy: names and keys stand in exceptions, and logs are kept and read elsewhere.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_LOG: Final = structlog.get_logger("evenhand.faults")
_LOOP: Final = "asyncio"
_UNHANDLED: Final = "an exception that nobody handled"
_make_record = logging.LogRecord


def fault(error: BaseException) -> dict[str, str]:
    """Return what may be said of an exception: its kind, and file and line of the innermost frame."""
    at, place = error.__traceback__, ""
    while at is not None:
        place = f"{at.tb_frame.f_code.co_filename.rpartition('/evenhand/')[2]}:{at.tb_lineno}"
        at = at.tb_next
    return {"kind": type(error).__name__, "at": place}


def log_to_stderr() -> None:
    """Say warnings and worse on standard error, exceptions without their words."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _without_words,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever it is when something is said
    )


def keep_words_out() -> None:
    """Keep what exceptions say out of every line of this process, whoever writes it; for where a process starts."""
    log_to_stderr()
    logging.setLogRecordFactory(_record)
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable


def _without_words(_: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take exception and stack from an event of structlog; kind and place stay."""
    given = event.pop("exc_info", name == "exception")
    for one in ("exception", "stack", "stack_info"):
        event.pop(one, None)
    if given and not isinstance(given, BaseException):
        given = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    return {**event, **fault(given)} if given else event


def _record(*arguments: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401 - as logging makes it
    """Make a record of the standard library's logging; asyncio writes the exception into its message, too."""
    record = _make_record(*arguments, **named)
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        said = fault(error)
        words = _UNHANDLED if record.name == _LOOP else f"{record.msg}".strip()
        record.msg, record.args = f"{words} ({said['kind']}) at {said['at']}", ()
        record.exc_info = record.exc_text = None
    return record


def _thread_failed(given: threading.ExceptHookArgs) -> None:
    """Say that a thread ended by an exception; one that ends by SystemExit ends as it should."""
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        _LOG.error("thread_failed", thread=given.thread.name if given.thread else "", **fault(given.exc_value))


def _unraisable(given: sys.UnraisableHookArgs) -> None:
    """Say that an exception had nowhere to go, as in a destructor."""
    if given.exc_value is not None:
        _LOG.error("unraisable", **fault(given.exc_value))
