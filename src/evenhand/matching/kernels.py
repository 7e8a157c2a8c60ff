"""How kernels are compiled, and a room of their own for those of one edition of the matcher.

Knows:    that numba keeps compiled kernels by the file they stand in, and does not see that what they call has changed;
          that it counts the users of an array at every slice and every call, in steps that all threads share.
Told:     functions to compile.
Answers:  kernels, and their version; importing this module sets where they are kept.
Trusted:  yes: a kernel of an older version must never answer for a newer one.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

import numba
from numba import njit

from evenhand.names import native, parts, word

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
_COMPILED: Final = {"cache": True, "nogil": True}
_MAKES_KERNELS: Final = re.compile("jit|intrinsic|@kernel")
_SIZES: Final = ("packing.py", "wording.py")
_BY_KERNELS_ALONE: Final = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: _Kernel) -> _Kernel:
    """Compile a kernel that makes no arrays: it counts no users of those that it is given, nor of their rows."""
    made: _Kernel = njit(**_COMPILED, _nrt=False)(function)  # type: ignore[call-overload]
    return made


def kernel_with_room(function: _Kernel) -> _Kernel:
    """Compile a kernel that makes arrays to work in."""
    made: _Kernel = njit(**_COMPILED, _nrt=True)(function)  # type: ignore[call-overload]
    return made


def jit(function: _Kernel) -> _Kernel:
    """Compile, as `kernel` does, what only kernels call: wrappers for Python would double the time that takes."""
    made: _Kernel = njit(**_COMPILED, **_BY_KERNELS_ALONE, _nrt=False)(function)  # type: ignore[call-overload]
    return made


def jit_with_room(function: _Kernel) -> _Kernel:
    """Compile, as `kernel_with_room` does, what only kernels call."""
    made: _Kernel = njit(**_COMPILED, **_BY_KERNELS_ALONE, _nrt=True)(function)  # type: ignore[call-overload]
    return made


def compiled() -> dict[str, str]:
    """Return the modules of the matcher that kernels are made from, or take sizes from, with their text."""
    folder = files("evenhand.matching").iterdir()
    texts = {part.name: part.read_text(encoding="utf-8") for part in folder if part.name.endswith(".py")}
    return {name: texts[name] for name in sorted(texts) if name in _SIZES or _MAKES_KERNELS.search(texts[name])}


def kernel_version() -> str:
    """Return SHA-256 in hex over what is compiled: the code with kernels and the numbers it takes from names."""
    total = hashlib.sha256(numba.__version__.encode())
    for name, source in compiled().items():
        total.update(name.encode() + b"\0" + source.encode())
    for module in (native, parts, word):
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
