"""Words that say there is no number: whoever compared them would find strangers in one another."""

from __future__ import annotations

import pytest

from evenhand.identity.numbers import states_no_number


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "0", "000000", "-0-", "UNKNOWN", "unknown.", "Nil", "NONE", "N/A", "N / A", "na", "Not known",
     "(not available)", "XXXXXXX", "ххх", "x x", "Неизвестно", "sin número", "néant", "غير معروف", "unbekannt"],
)  # fmt: skip
def test_nothing_is_stated(text: str) -> None:
    assert states_no_number(text)


@pytest.mark.parametrize("text", ["X1", "NA 123456", "0001", "N", "АБ 123456", "NONE1", "١٢٣", "ب ١٢٣"])
def test_a_number_is_a_number(text: str) -> None:
    assert not states_no_number(text)
