"""Fuzz one parser with Atheris: python -m tests.fuzz.run TARGET [libFuzzer options] CORPUS.

Without CORPUS the sound inputs are all there is to begin from. `--seed` in place of the options writes them into
CORPUS and stops; `--list` names the targets. A finding stays as a file: give it in place of CORPUS to see it again.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.targets import NAMES, home_of, load


def write_seeds(name: str, folder: Path) -> None:
    """Write a target's sound inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(load(name).seeds()):
        (folder / f"sound-{number}").write_bytes(data)


def others(rooms: tuple[str, ...]) -> list[str]:
    """Return our modules outside some rooms: Atheris is told what to leave alone, module by module."""
    source = Path(__file__).parents[2] / "src"
    found = (".".join(file.relative_to(source).with_suffix("").parts) for file in source.rglob("*.py"))
    names = (module.removesuffix(".__init__") for module in found)
    return [module for module in names if not any(f"{module}.".startswith(f"{room}.") for room in rooms)]


def fuzz(name: str, options: list[str]) -> None:
    """Run until libFuzzer ends the process."""
    if find_spec("atheris") is None:  # only this needs it, and it has wheels for few Pythons
        sys.exit("pip install atheris to fuzz")
    atheris = import_module("atheris")
    logging.disable()
    with atheris.instrument_imports(include=["evenhand"], exclude=others(home_of(name).rooms)):
        target = load(name)
    for seed in target.seeds():
        target.read(seed)  # what is loaded at the first use is no input's time
    given = [sys.argv[0], f"-max_len={target.bytes_max}", "-timeout=60", "-rss_limit_mb=2048", *options]
    atheris.Setup(given, target.read)
    atheris.Fuzz()


def main(arguments: list[str]) -> None:
    """Do what the arguments say."""
    if arguments == ["--list"]:
        sys.stdout.write("\n".join(NAMES) + "\n")
    elif len(arguments) < 1 or arguments[0] not in NAMES:
        sys.exit(f"name a target: {', '.join(NAMES)}")
    elif arguments[1:2] == ["--seed"]:
        write_seeds(arguments[0], Path(arguments[2]))
    else:
        fuzz(arguments[0], arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
