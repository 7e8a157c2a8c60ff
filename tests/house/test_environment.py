"""`make` builds its environment whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOOD = "mkdir -p .venv/bin\nprintf '#!/bin/sh\\necho pip \"$@\" >> pip.log\\n' > .venv/bin/pip\nchmod +x .venv/bin/pip"
HALF = "mkdir -p .venv/bin\nprintf '#!/bin/sh\\n' > .venv/bin/python\nchmod +x .venv/bin/python\nexit 1"


def make(room: Path, venv: str) -> subprocess.CompletedProcess[str]:
    """Say make with a Python whose venv module does this."""
    python = room / "python"
    python.write_text(f'#!/bin/sh\n[ "$2" = venv ] || exit 0\n{venv}\n')
    python.chmod(0o755)
    shutil.copy(ROOT / "Makefile", room)
    for name in ("requirements.lock", "pyproject.toml"):
        (room / name).touch()
    return subprocess.run(
        ["make", ".venv/run.stamp", f"PYTHON={python}"], cwd=room, env={"PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_a_half_made_environment_is_never_taken_for_whole(tmp_path: Path) -> None:
    for _ in range(2):
        failed = make(tmp_path, HALF)
        assert failed.returncode != 0
        assert "python3-venv" in failed.stderr
        assert not (tmp_path / ".venv").exists()
    half = tmp_path / ".venv/bin/python"  # as an older Makefile left it
    half.parent.mkdir(parents=True)
    half.touch(0o755)
    made = make(tmp_path, GOOD)
    assert made.returncode == 0, made.stderr
    assert not half.exists()
    assert (tmp_path / ".venv/run.stamp").exists()
    assert "--requirement requirements.lock" in (tmp_path / "pip.log").read_text()
