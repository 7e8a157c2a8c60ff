"""A room of their own for the kernels that were compiled for one edition of the matcher.

Knows:    that numba keeps compiled kernels by the file they stand in, and does not see that what they call has changed.
Told:     nothing.
Answers:  the version of the kernels; importing this module sets where they are kept.
Trusted:  yes: a kernel of an older version must never answer for a newer one.
"""

from __future__ import annotations

import hashlib
import os
from importlib.resources import files
from pathlib import Path

import numba

from evenhand.names import forms, native, parts


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
