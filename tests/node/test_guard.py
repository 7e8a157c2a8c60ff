"""The guard file: what was signed last, read once, written in place, and never taken from memory after a failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evenhand.ground.errors import CorruptionError
from evenhand.node.guard import FileGuard, Signed

_ONE = Signed(size=1, root="aa" * 32, roster=1)
_TWO = Signed(size=2, root="bb" * 32, roster=1)


@pytest.fixture
def guard(tmp_path: Path) -> FileGuard:
    return FileGuard(tmp_path / "guard")


def test_what_was_written_is_read_again_here_and_after_a_start(guard: FileGuard, tmp_path: Path) -> None:
    assert guard.read() is None
    for signed in (_ONE, _TWO):
        guard.write(signed)
        assert guard.read() == signed
        assert FileGuard(tmp_path / "guard").read() == signed


def test_after_a_failed_write_the_file_says_what_it_holds(
    guard: FileGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard.write(_ONE)
    written = os.pwrite

    def fail(*_: object) -> int:
        raise OSError(5, "the disk gave way")

    monkeypatch.setattr(os, "pwrite", fail)
    with pytest.raises(OSError, match="gave way"):
        guard.write(_TWO)
    assert guard.read() == _ONE
    monkeypatch.setattr(os, "pwrite", written)
    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(OSError, match="gave way"):
        guard.write(_TWO)
    assert guard.read() == _TWO, "failed, but persisted"


def test_a_damaged_file_is_said_to_be_damaged_each_time(tmp_path: Path) -> None:
    (tmp_path / "guard").write_bytes(b'{"size":1}\n')
    damaged = FileGuard(tmp_path / "guard")
    for _ in range(2):
        with pytest.raises(CorruptionError, match="damaged"):
            damaged.read()
