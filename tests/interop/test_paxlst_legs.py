"""Lists about a flight of several legs: places and times are those of the leg that the list is about."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.interop.carriers.flights import TravellerList
from evenhand.interop.carriers.paxlst import read_batch

FIRST = "TDT+20+IV0241+++IV'LOC+125+AAA'DTM+189:2611290100:201'LOC+87+BBB'DTM+232:2611290600:201'"
ONWARD = "TDT+20+IV0241+++IV'LOC+92+BBB'DTM+189:2611290800:201'LOC+92+CCC'DTM+232:2611291600:201'"
CROSSING = ("IV0241", "AAA", "2026-11-29T01:00", "BBB", "2026-11-29T06:00")


def read(header: str) -> TravellerList:
    body = f"BGM+745'{header}NAD+FL+++FERVENTU:ILMAR'CNT+42:1'"
    whole = f"UNH+1+PAXLST:D:05B'{body}UNT+{body.count(chr(39)) + 2}+1'"
    found = read_batch(f"UNB+UNOA:4+C+B+261129:1000+R1'{whole}UNZ+1+R1'".encode(), today=date(2026, 11, 29))
    assert not found.refused, found.refused
    return found.lists[0]


def told(header: str) -> tuple[str, ...]:
    flight = read(header)
    return flight.flight, flight.departs_from, flight.departs_at, flight.arrives_to, flight.arrives_at


@pytest.mark.parametrize(
    "header",
    [
        FIRST + ONWARD,
        ONWARD.replace("IV0241", "IV0240").replace("26112908", "26112823") + FIRST,
        FIRST + ONWARD + ONWARD.replace("DTM+189:2611290800:201", "DTM+189:x"),
        FIRST + "LOC+92+CCC'DTM+189:2611290800:201'DTM+232:2611291600:201'LOC+130+DDD'DTM+189:x'",
        FIRST.replace("TDT+20+IV0241+++IV'", "TDT+20+IV0241+++IV'TDT+20+XY9999'"),
        "TDT+20'" + FIRST,
        "TDT+20+IV0241'LOC+125+AAA'LOC+87+BBB'DTM+189:2611290100:201'DTM+232:2611290600:201'" + ONWARD,
        "TDT+20+IV0241'DTM+189:2611290100:201'DTM+232:2611290600:201'LOC+125+AAA'LOC+87+BBB'" + ONWARD,
        "LOC+125+AAA'DTM+189:2611290100:201'LOC+87+BBB'DTM+232:2611290600:201'TDT+20+IV0241'",
        FIRST + FIRST.replace("AAA", "EEE").replace("26112901", "26112922"),
    ],
)
def test_a_list_is_about_the_leg_that_crosses_the_border(header: str) -> None:
    assert told(header) == CROSSING


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (ONWARD, ("IV0241", "", "2026-11-29T08:00", "", "2026-11-29T16:00")),
        ("TDT+20+IV1'LOC'DTM+189:261129'", ("IV1", "", "2026-11-29", "", "")),
        (
            "TDT+20+IV1'LOC+125+AAA'DTM+189:2611290100'LOC+92+BBB'TDT+20+IV2'LOC+92+BBB'DTM+189:2611290800'LOC+87+CCC'",
            ("IV1", "AAA", "2026-11-29T01:00", "", ""),
        ),
        (FIRST.replace("+IV0241+++IV", "") + ONWARD, CROSSING),
    ],
)
def test_in_doubt_it_is_the_first(header: str, says: tuple[str, ...]) -> None:
    assert told(header) == says
