"""What every room's tests share: Hypothesis profiles, and the way to the real lists and vectors."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.planted import WATCH, watch_everybody

# jsonschema would build a parser for IRIs at its import, which takes seconds and nothing here needs.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# One core may be busy with another worker: time limits on examples would fail at random.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", parent=settings.get_profile("house"), max_examples=2_000)
settings.load_profile(os.environ.get("EVENHAND_HYPOTHESIS", "house"))

SHARED = Path(__file__).resolve().parents[1] / "../shared/data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real lists and published vectors; skip the test where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return SHARED.resolve()


@pytest.fixture(scope="session")
def compiled_kernels() -> None:
    """Have the names engine's kernels compiled once, however many workers and nodes use them."""
    from evenhand.matching.build import warm

    with (Path(tempfile.gettempdir()) / f"evenhand-kernels-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        warm("names")


watch_everybody()


@pytest.fixture(autouse=True)
def silent_about_people() -> Generator[None]:
    """Fail the test in which a planted name or number was logged; let none leave the log quieter than it was."""
    yield
    structlog.reset_defaults()  # `node run` says for its whole process what is logged
    said = WATCH.take()
    assert not said, f"logged: {said}"
