"""Atheris harness for the reading of names: python tests/fuzz/fuzz_matching.py CORPUS (pip install atheris)."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec

# Only the harness needs atheris, and it has wheels for few Pythons.
atheris = import_module("atheris") if find_spec("atheris") else None

with atheris.instrument_imports(include=["evenhand"]) if atheris is not None else nullcontext():
    from evenhand.names.forms import forms


def one_input(data: bytes) -> None:
    """Read one name: every word has Latin spellings, and anything else is a finding."""
    for reading in forms(data.decode("utf-8", "replace")[:500]):
        assert all(text.isascii() for word in reading for text, _, _ in word.spellings)


if __name__ == "__main__":
    if atheris is None:
        sys.exit("install atheris to run this harness")
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
