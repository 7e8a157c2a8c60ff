"""Every list parser reads or refuses whatever it is given: nothing else, and nothing by accident."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.interop.formats import FORMATS, read_list
from tests.fuzz.lists import seeds

SEEDS = seeds()
WORDS = (b'"', b"<", b">", b"&", b"&x;", b"<!DOCTYPE a>", b"[", b"]", b"{", b"}", b",", b"\n", b"\0", b"\xff", b"null",
         b"1e999", b"-1", b'"\\ud800"', b"]]>", b"<a>" * 70, b"9" * 50, b"99/99/9999", b"PK\x03\x04")  # fmt: skip


@st.composite
def torn(draw: st.DrawFn, name: str) -> bytes:
    """A sound list with pieces cut out, said twice, or put in."""
    data = draw(st.sampled_from(SEEDS[name]))
    for _ in range(draw(st.integers(1, 6))):
        first, second = sorted(draw(st.integers(0, len(data))) for _ in range(2))
        kind = draw(st.integers(0, 3))
        piece = draw(st.sampled_from(WORDS)) if kind else draw(st.binary(max_size=20))
        if kind == 1:
            data = data[:first] + piece + data[first:]
        elif kind == 2:
            data = data[:first] + data[second:]
        else:
            data = data[:second] + data[first:second][:2000] + data[second:]
    return data


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_torn_list_is_read_or_refused(name: str, data: st.DataObject) -> None:
    files = {"sdn.csv" if name == "ofac-legacy" else "list": data.draw(torn(name))}
    with suppress(InputError):
        assert read_list(name, files).name == name
