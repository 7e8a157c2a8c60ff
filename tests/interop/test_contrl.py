"""CONTRL: a malformed message is answered with its segment and error."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from evenhand.interop.carriers.contrl import reject_interchange, report_messages
from evenhand.interop.carriers.edifact import EdifactError
from evenhand.interop.carriers.envelope import read_interchange
from evenhand.interop.carriers.paxlst import read_batch
from evenhand.interop.carriers.sending import Address

ADDRESS = Address(
    sender="BORDER", recipient="CARRIER", reference="A1", at=datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
)
UNB = b"UNB+UNOA:4+CARRIER+BORDER+261123:1000+R1'"


def test_a_refused_message_is_named_by_segment_and_error() -> None:
    data = UNB + b"UNH+1+PAXLST:D:05B'BGM+745'UNT+3+1'UNH+2+PAXLST:D:05B'BGM+745'TDT+20+U1'ZZZ'UNT+5+2'UNZ+2+R1'"
    report = report_messages(read_batch(data, today=date(2026, 11, 23)), ADDRESS)
    assert b"UCI+R1+CARRIER+BORDER+7'" in report
    assert b"UCM+1+PAXLST:D:05B+4+13'UCS+2+13'UCM+2+PAXLST:D:05B+4+13'UCS+4+13'" in report
    assert read_interchange(report).messages[0].type == "CONTRL"


def test_a_broken_interchange_is_rejected_whole() -> None:
    with pytest.raises(EdifactError) as caught:
        read_batch(UNB + b"UNH+1+PAXLST:D:05B'zzz'UNZ+1+R1'", today=date(2026, 11, 23))
    report = reject_interchange(caught.value, ("R1", "CARRIER", "BORDER"), ADDRESS)
    assert b"UCI+R1+CARRIER+BORDER+4+13+zzz+3'UCS+3+13'" in report


@pytest.mark.parametrize("broken", [b"UNH+1+PAXLST:D:05B'zzz'UNZ+1+R1'", b"UNH+1+PAXLST:D:05B'UNZ+1+R1'", b"zzz'"])
def test_a_rejection_names_the_interchange_even_if_only_its_first_segment_was_readable(broken: bytes) -> None:
    with pytest.raises(EdifactError) as caught:
        read_batch(UNB + broken, today=date(2026, 11, 23))
    assert b"UCI+R1+CARRIER+BORDER+4+13+" in reject_interchange(caught.value, ("", "", ""), ADDRESS)


@pytest.mark.parametrize("data", [b"\x97NB+UNOC:4+A+B'", b"UNB+UNOC:4+\xe9+B+261123:1000+R1'\xe9'", b""])
def test_a_rejection_can_be_printed_whatever_stood_there(data: bytes) -> None:
    with pytest.raises(EdifactError) as caught:
        read_batch(data, today=date(2026, 11, 23))
    message = read_interchange(reject_interchange(caught.value, ("", "", ""), ADDRESS)).messages[0]
    assert message.segments[0].get(3) == "4"
