"""Warming: the kernels of the learned matcher are made ready beside the start, and the log says so.

Knows:    that the first start of a release compiles for minutes, and every later one loads in seconds.
Told:     which engine the configuration names.
Answers:  a thread under way; two lines in the log. A question asked meanwhile waits for the same kernels.
Trusted:  yes.
"""

from __future__ import annotations

from threading import Thread
from typing import Final

import structlog

from evenhand.matching.build import Engine, warm

_LOG: Final = structlog.get_logger("evenhand.node.warming")


def begin_warming(engine: Engine) -> Thread | None:
    """Make the engine's kernels ready in a thread; None where there are none."""
    if engine == "plain":
        return None
    thread = Thread(target=_warm, args=(engine,), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(engine: Engine) -> None:
    _LOG.info(
        "matcher_warming", engine=engine,
        note="the first start of a release compiles for some minutes; the first answer waits for it",
    )  # fmt: skip
    _LOG.info("matcher_ready", engine=engine, seconds=round(warm(engine), 1))
