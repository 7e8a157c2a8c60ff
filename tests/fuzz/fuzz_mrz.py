"""Atheris harness for machine-readable zones: python tests/fuzz/fuzz_mrz.py CORPUS (pip install atheris)."""

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
    from evenhand.travellers.mrz import parse_mrz
    from evenhand.travellers.mrz_print import print_mrz


def one_input(data: bytes) -> None:
    """Read one input: it is read or refused, and anything else is a finding."""
    lines = tuple(data.decode("latin-1").split("\n"))
    try:
        read = parse_mrz(lines, today=date(2026, 11, 23))
    except InputError:
        return
    assert read.problems or print_mrz(read) == lines


if __name__ == "__main__":
    if atheris is None:
        sys.exit("install atheris to run this harness")
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
