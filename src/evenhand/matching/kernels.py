"""The matcher's version, and a room of its own for the kernels that were compiled for it.

Knows:    that numba keeps compiled kernels by the file they stand in, and does not see that what they call has changed.
Told:     nothing.
Answers:  the version: SHA-256 over code and tables; importing this module sets where kernels are kept.
Trusted:  yes: a kernel of an older version must never answer for a newer one.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.resources import files
from pathlib import Path

import numba

from evenhand.names import forms, native, parts


@cache
def matcher_version() -> str:
    """Return SHA-256 in hex over the code and tables of names and matching."""
    total = hashlib.sha256()
    for package in ("evenhand.names", "evenhand.matching"):
        room = files(package)
        parts = [*room.iterdir(), *room.joinpath("tables").iterdir()]
        for part in sorted(parts, key=lambda one: one.name):
            if part.is_file() and part.name.endswith((".py", ".npz", ".gz")):
                total.update(part.name.encode() + b"\0" + hashlib.sha256(part.read_bytes()).digest())
    return total.hexdigest()


def kernel_version() -> str:
    """Return SHA-256 in hex over what is compiled: the code with kernels and the numbers it takes from names."""
    total = hashlib.sha256(numba.__version__.encode())
    for part in sorted(files("evenhand.matching").iterdir(), key=lambda one: one.name):
        if part.is_file() and part.name.endswith(".py") and "jit" in (source := part.read_text(encoding="utf-8")):
            total.update(part.name.encode() + b"\0" + source.encode())
    for module in (forms, native, parts):
        numbers = {name: value for name, value in vars(module).items() if isinstance(value, int)}
        total.update(repr(sorted(numbers.items())).encode())
    return total.hexdigest()


def kernel_folder() -> Path | None:
    """Return the folder of this version's kernels, made if need be; None where none can be made."""
    chosen = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(chosen) if chosen else Path.home() / ".cache") / "evenhand-kernels" / kernel_version()[:16]
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


def _keep_apart() -> None:
    folder = kernel_folder()
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # set while numba is imported


_keep_apart()
