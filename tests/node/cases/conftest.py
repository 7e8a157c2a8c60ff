"""Three members with people, for cases and redress."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from evenhand.ground.clock import ManualClock
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW, quick_argon

__all__ = ["quick_argon"]


@pytest.fixture
async def coalition(tmp_path: Path) -> AsyncIterator[Coalition]:
    made = Coalition(tmp_path, ManualClock(NOW), ("ITA", "PHL", "XPO"))
    await made.man("ITA", "PHL", "XPO")
    yield made
    made.close()
