"""Atheris harness for carriers' lists: python tests/fuzz/fuzz_paxlst.py CORPUS (pip install atheris)."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import date
from importlib import import_module
from importlib.util import find_spec

# Only the harness needs atheris, and it has wheels for few Pythons.
atheris = import_module("atheris") if find_spec("atheris") else None

with atheris.instrument_imports(include=["evenhand"]) if atheris is not None else nullcontext():
    from evenhand.ground.errors import InputError
    from evenhand.interop.carriers.paxlst import read_batch


def one_input(data: bytes) -> None:
    """Read one input: it is read or refused, and anything else is a finding."""
    try:
        batch = read_batch(data, today=date(2026, 11, 23))
    except InputError:
        return
    assert len(batch.lists) + len(batch.refused) == len(batch.interchange.messages)


if __name__ == "__main__":
    if atheris is None:
        sys.exit("install atheris to run this harness")
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
