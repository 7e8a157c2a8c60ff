"""The machine a measurement was made on, so that two results can be compared.

Knows:    where Linux tells its processor and memory.
Told:     nothing.
Answers:  a description in words and numbers.
Trusted:  no: measured, not shipped.
"""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import apsw


def describe() -> dict[str, str | int | float]:
    """Return what matters for the figures: cores, processor, memory, versions, and how busy it was."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _line(Path("/proc/cpuinfo"), "model name"),
        "memory": _line(Path("/proc/meminfo"), "MemTotal"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "aiohttp": version("aiohttp"),
        "cryptography": version("cryptography"),
        "load_average_before": round(os.getloadavg()[0], 2),
    }


def _line(path: Path, field: str) -> str:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "unknown")


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process in MB (10^6 bytes). Raises OSError if it has ended."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
