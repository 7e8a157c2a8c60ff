"""The way to the public transparency-log vectors, for every test of the ledger's formats."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def vectors(shared_data: Path) -> Path:
    """Return the folder of vectors; its own README says where each comes from."""
    return shared_data / "vectors/tlog"
