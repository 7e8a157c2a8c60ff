"""Fuzz one parser with Atheris: python -m tests.fuzz.run TARGET [--unguided] [libFuzzer options] CORPUS.

Without CORPUS the sound inputs are all there is to begin from. `--seed` in place of the options writes them into
CORPUS and stops; `--list` names the targets. A finding stays as a file: give it in place of CORPUS to see it again.

Guided by the parser's branches, a search finds its way into them and fills CORPUS, at a fraction of the parser's own
pace. `--unguided` then tears what stands in CORPUS at full pace: every input of it is kept, whatever it reaches.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.targets import NAMES, home_of, load

UNGUIDED = "--unguided"


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
    unguided = options[:1] == [UNGUIDED]
    # libFuzzer will not run without any instrumented line: unguided, they are those of the target itself.
    rooms, include = ((), f"tests.fuzz.{home_of(name).module}") if unguided else (home_of(name).rooms, "evenhand")
    with atheris.instrument_imports(include=[include], exclude=others(rooms)):
        target = load(name)
    for seed in target.seeds():
        target.read(seed)  # what is loaded at the first use is no input's time
    given = [sys.argv[0], f"-max_len={target.bytes_max}", "-timeout=60", "-rss_limit_mb=2048"]
    given += ["-keep_seed=1", *options[1:]] if unguided else options
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
