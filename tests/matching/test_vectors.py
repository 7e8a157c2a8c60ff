"""Rows in registers do lane by lane what arrays do, and borrowed arrays are the same arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from evenhand.matching import kernels
from evenhand.matching.borrowing import borrowed
from evenhand.matching.vectors import (
    ROW,
    at_most,
    in_all_bytes,
    in_all_shorts,
    lesser,
    plus,
    row_at,
    where_same,
    wider,
    write_row,
)

BYTES = st.lists(st.integers(0, 255), min_size=ROW, max_size=ROW)
SHORTS = st.lists(st.integers(-15_000, 15_000), min_size=ROW, max_size=ROW)


@njit
def on_bytes(bytes_in: Any, number: int, out: Any, wide: Any) -> None:
    one, other, third = row_at(bytes_in, 0), row_at(bytes_in, 1), row_at(bytes_in, 2)
    write_row(out, 0, where_same(one, other, third, in_all_bytes(number)))
    write_row(out, 1, one)
    write_row(wide, 0, wider(one))
    write_row(wide, 1, where_same(one, other, wider(third), in_all_shorts(-1)))


@njit
def on_shorts(shorts: Any, number: int, out: Any) -> int:
    one, other = row_at(shorts, 0), row_at(shorts, 1)
    write_row(out, 0, plus(one, other))
    write_row(out, 1, lesser(one, other))
    write_row(out, 2, in_all_shorts(number))
    return int(at_most(one, other))


@given(st.tuples(BYTES, BYTES, BYTES), st.integers(0, 255))
def test_bytes(rows: tuple[list[int], ...], number: int) -> None:
    one, other, third = given_rows = np.array(rows, np.uint8)
    other[::3] = one[::3]  # else two rows are hardly ever the same anywhere
    out, wide = np.zeros((2, ROW), np.uint8), np.zeros((2, ROW), np.int16)
    on_bytes(given_rows, number, out, wide)
    assert out.tolist() == [np.where(one == other, third, number).tolist(), one.tolist()]
    assert wide.tolist() == [one.tolist(), np.where(one == other, third.astype(int), -1).tolist()]


@given(st.tuples(SHORTS, SHORTS), st.integers(-15_000, 15_000))
def test_shorts(rows: tuple[list[int], ...], number: int) -> None:
    one, other = given_rows = np.array(rows, np.int16)
    other[::5] = one[::5]
    out = np.zeros((3, ROW), np.int16)
    bits = on_shorts(given_rows, number, out)
    assert out.tolist() == [(one + other).tolist(), np.minimum(one, other).tolist(), [number] * ROW]
    assert [bits >> lane & 1 for lane in range(ROW)] == (one <= other).astype(int).tolist()


class Pair(NamedTuple):
    first: Any
    second: tuple[Any, int]


@njit
def twice(pair: Any) -> Any:
    mine = borrowed(pair)
    mine.first[0] = 7
    return mine.first.sum() + mine.second[0][1:].sum() + mine.second[1]


def test_a_borrowed_array_is_the_array() -> None:
    first, second = np.arange(4), np.arange(10.0)
    assert twice(Pair(first, (second, 100))) == 7 + 1 + 2 + 3 + 45 + 100
    assert first[0] == 7


def test_a_word_of_kernels_counts_as_compiled() -> None:
    made = kernels.compiled()
    assert {"ahead.py", "borrowing.py", "vectors.py", "lanes.py", "kernels.py", "packing.py"} <= made.keys()
    assert "contract.py" not in made
