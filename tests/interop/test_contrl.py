"""CONTRL: a malformed message is answered with its segment and error."""

from __future__ import annotations

import re
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


GROUP = b"UNG+PAXLST+CARRIER:ZZ+BORDER+261123:1000+7+UN+D:05B'"
TODAY = date(2026, 11, 23)


def refused(data: bytes) -> EdifactError:
    with pytest.raises(EdifactError) as caught:
        read_batch(data, today=TODAY)
    return caught.value


def body(report: bytes) -> str:
    """Return what stands between UNH and UNT, and see to it that the standard's order of segments is kept."""
    (message,) = read_interchange(report).messages
    assert (message.type, message.version, message.release) == ("CONTRL", "4", "1")
    assert "UNB+UNOA:4+" in report.decode("ascii")
    assert re.fullmatch("UCI(UCM(UCS)?)*(UCF(UCM(UCS)?)*)*", "".join(item.tag for item in message.segments))
    return report.decode("ascii").split("UN'", 1)[1].split("UNT+")[0]


def test_a_refused_message_is_named_by_segment_and_error() -> None:
    kind = "PAXLST:D:05B:UN:IATA"
    data = UNB + f"UNH+1+{kind}'BGM+745'UNT+3+1'UNH+2+{kind}'BGM+745'TDT+20+U1'ZZZ'UNT+5+2'UNZ+2+R1'".encode()
    said = body(report_messages(read_batch(data, today=TODAY), ADDRESS))
    assert said == f"UCI+R1+CARRIER+BORDER+7'UCM+1+{kind}+4'UCS+2+13'UCM+2+{kind}+4'UCS+4+15'"


def test_a_message_reference_used_again_is_a_duplicate_of_its_group_alone() -> None:
    one = b"UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+U1'CNT+42:0'UNT+5+1'"
    two = one.replace(b"+1+P", b"+2+P").replace(b"+1'", b"+2'")
    read = read_batch(UNB + one + one + two + b"UNZ+3+R1'", today=TODAY)
    assert [flight.message for flight in read.lists] == ["1", "2"]
    said = body(report_messages(read, ADDRESS))
    assert said == "UCI+R1+CARRIER+BORDER+7'UCM+1+PAXLST:D:05B:UN+4+26+UNH'"
    groups = GROUP + one + b"UNE+1+7'" + GROUP.replace(b"+7+", b"+8+") + one + b"UNE+1+8'"
    assert len(read_batch(UNB + groups + b"UNZ+2+R1'", today=TODAY).lists) == 2


def test_a_message_of_a_group_is_named_in_its_group() -> None:
    data = UNB + GROUP + b"UNH+1+PAXLST:D:05B:UN'BGM+745'UNT+9+1'UNE+1+7'UNZ+1+R1'"
    said = body(report_messages(read_batch(data, today=TODAY), ADDRESS))
    assert said == "UCI+R1+CARRIER+BORDER+7'UCF+7+CARRIER:ZZ+BORDER+7'UCM+1+PAXLST:D:05B:UN+4+29+UNT'"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (UNB + b"UNH+1+PAXLST:D:05B'zzz'UNZ+1+R1'", "UCI+R1+CARRIER+BORDER+4'UCM+1+PAXLST:D:05B+4'UCS+2+13'"),
        (UNB + b"UNH+1+PAXLST:D:05B'BGM'UNZ+1+R1'", "UCI+R1+CARRIER+BORDER+4'UCM+1+PAXLST:D:05B+4+13+UNT'"),
        (UNB + b"UNH+1+PAXLST:D:05B'UNT+2+1'UNZ+2+R1'", "UCI+R1+CARRIER+BORDER+4+29+UNZ'"),
        (UNB + b"UNH+1+PAXLST:D:05B'UNT+2+1'", "UCI+R1+CARRIER+BORDER+4+13+UNZ'"),
        (UNB + b"zzz'", "UCI+R1+CARRIER+BORDER+4+13'"),
        (UNB + b"BGM+745'UNZ+1+R1'", "UCI+R1+CARRIER+BORDER+4+33'"),
        (UNB + GROUP + b"UNH+1+P'UNT+2+1'UNE+2+7'UNZ+1+R1'",
         "UCI+R1+CARRIER+BORDER+4'UCF+7+CARRIER:ZZ+BORDER+4+29+UNE'"),
        (UNB + GROUP + b"UNH+1+P'BGM+\xdc'UNT+2+1'UNE+2+7'UNZ+1+R1'",
         "UCI+R1+CARRIER+BORDER+4'UCF+7+CARRIER:ZZ+BORDER+4'UCM+1+P+4'UCS+2+21'"),
        (UNB.replace(b"CARRIER", b"CARRIER:ZZ:A") + b"UNZ+0+R1'", "UCI+R1+CARRIER:ZZ:A+BORDER+4+32+UNZ'"),
        (b"zzz'", "UCI++++4+13+UNB'"),
    ],
)  # fmt: skip
def test_a_broken_interchange_is_rejected_by_group_message_and_segment(data: bytes, said: str) -> None:
    assert body(reject_interchange(refused(data), ADDRESS)) == said


@pytest.mark.parametrize("data", [b"\x97NB+UNOC:4+A+B'", b"UNB+UNOC:4+\xe9+B+261123:1000+R1'\xe9'", b""])
def test_a_rejection_can_be_printed_whatever_stood_there(data: bytes) -> None:
    message = read_interchange(reject_interchange(refused(data), ADDRESS)).messages[0]
    assert message.segments[0].get(3) == "4"
