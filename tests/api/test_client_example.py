"""The Python of docs/how-to/api.md runs as written, and is typed for whoever installed the package."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import evenhand
from tests.api.conftest import PEOPLE, Served

ROOT = Path(__file__).resolve().parents[2]


def examples() -> list[str]:
    """Return the blocks of Python, in order."""
    text = (ROOT / "docs/how-to/api.md").read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_examples_run_as_written(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    written = examples()
    assert len(written) == 4
    find, secured, follow, typed = written
    monkeypatch.setenv("KEY", served.key)
    known: dict[str, object] = {}
    exec(find.replace("http://127.0.0.1:7501", served.url), known)
    assert capsys.readouterr().out == f"{served.notices[0]} possible AMBER\n"
    assert known["answer"].candidates[0].listed_as == PEOPLE[0][0]  # type: ignore[attr-defined]
    from tests.api.authority import Authority

    exec(secured.replace("/etc/member/authority.pem", str(Authority(tmp_path).bundle)), known)
    whole = follow.replace('after=""', "from_start=True")
    assert whole != follow
    exec(f"{whole}    break\n", known)
    assert f" person {served.notices[0]}\n" in capsys.readouterr().out
    exec(typed, known)
    assert known["open_now"] == ()
    known["node"].close()  # type: ignore[attr-defined]


def test_the_examples_are_typed_for_who_installed_the_package(tmp_path: Path) -> None:
    """Held by a Python of its own, outside this tree, in which the package is only installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True, timeout=60)
    (installed,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (installed / "evenhand").symlink_to(Path(evenhand.__file__).parent)
    (here,) = {Path(one) for one in sys.path if (Path(one) / "httpx").is_dir()}
    for one in ("httpx", "msgspec"):
        (installed / one).symlink_to(here / one)
    program = "\n".join(examples()) + "reveal_type(answer.candidates[0].handling.tlp)\nreveal_type(open_now)\n"
    (tmp_path / "program.py").write_text(program)
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "MYPYPATH"}}
    words = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent"]
    python = str(tmp_path / "venv/bin/python")
    run = subprocess.run(
        [*words, "--python-executable", python, "program.py"], cwd=tmp_path, env=clean, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Literal['AMBER'" in run.stdout
    assert "encounter" in run.stdout


def test_the_mark_of_types_is_in_the_package_that_is_packed_whole() -> None:
    import tomllib

    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["src/evenhand"]}
    assert (ROOT / "src/evenhand/py.typed").read_bytes() == b""
    ignored = subprocess.run(
        ["git", "check-ignore", "-q", "src/evenhand/py.typed"], cwd=ROOT, check=False, capture_output=True
    )
    assert ignored.returncode != 0, "what git ignores is not packed"
