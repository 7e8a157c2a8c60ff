"""Who measures or serves does not compile: a process of its own does, once."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from evenhand.matching import build


@pytest.mark.parametrize("compiled", [True, False])
def test_kernels_are_compiled_apart_where_nobody_did(monkeypatch: pytest.MonkeyPatch, *, compiled: bool) -> None:
    ran: list[list[str]] = []

    def run(words: list[str], **_: Any) -> None:
        ran.append(words)

    monkeypatch.setattr(build, "is_compiled", lambda: compiled)
    monkeypatch.setattr(subprocess, "run", run)
    build.compile_apart()
    assert ran == ([] if compiled else [[sys.executable, "-c", build.COMPILE]])


def test_what_that_process_is_told_can_be_run() -> None:
    compile(build.COMPILE, "told", "exec")
    assert callable(build.warm_alone)
