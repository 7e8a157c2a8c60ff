"""Three members with people, for figures."""

from __future__ import annotations

from tests.node.cases.conftest import coalition
from tests.node.people.conftest import quick_argon

__all__ = ["coalition", "quick_argon"]
