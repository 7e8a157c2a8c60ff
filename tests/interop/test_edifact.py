"""EDIFACT's syntax: strict in, the same bytes out, and a second parser that agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.interop.carriers import edifact
from evenhand.interop.carriers.edifact import (
    EdifactError,
    Original,
    Segment,
    ServiceCharacters,
    parse,
    print_segments,
    segment,
)
from evenhand.interop.carriers.envelope import read_interchange

UNB = b"UNB+UNOA:4+A+B+260101:1200+R1'"
REPEATING = ServiceCharacters(repetition="*")
TEXT = st.text("ABC123 :+?'*.", max_size=6)
SEGMENTS = st.lists(
    st.builds(
        lambda tag, elements: Segment(tag=tag, elements=tuple(map(tuple, elements))),
        st.sampled_from(["NAD", "RFF", "DTM"]),
        st.lists(st.lists(st.lists(TEXT, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3), max_size=4),
    ),
    max_size=5,
)


def test_release_and_components_are_read() -> None:
    marks, segments = parse(b"UNA:+.? '" + UNB + b"NAD+FL+++O?'BRIEN??:A?+B:C'\r\n")
    assert marks == ServiceCharacters()
    assert segments[1].elements[3] == (("O'BRIEN?", "A+B", "C"),)
    assert (segments[1].number, segments[1].offset, segments[1].get(0)) == (2, 9 + len(UNB), "FL")
    assert segments[1].get(9) == segments[1].get(0, 5) == ""


@given(SEGMENTS)
def test_what_is_printed_reads_back_and_prints_again(segments: list[Segment]) -> None:
    head = segment("UNB", ("UNOA", "4"), "A", "B")
    data = print_segments([head, *segments], REPEATING)
    marks, read = parse(data)
    assert [(item.tag, item.elements) for item in read[1:]] == [(item.tag, item.elements) for item in segments]
    assert print_segments(read, marks) == data


@given(st.binary(max_size=80) | st.text("UNAB+:?' \r\nO4*", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(EdifactError):
        assert read_interchange(data).messages
    with suppress(EdifactError):
        assert parse(UNB + data)[1]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", 13),
        (b"XYZ+'", 13),
        (b"UNA:+", 20),
        (b"UNA::.? '" + UNB, 20),
        (b"UNA:+.?+'" + UNB, 20),
        (b"UNA:+\xa6?*'" + UNB, 20),
        (b"UNB+UNOX:4'", 14),
        (UNB + "NAD+é'".encode(), 21),
        (UNB + b"NAD+\x07'", 21),
        (UNB + b"NAD+A", 13),
        (UNB + b"nad+A'", 13),
        (UNB + b"NADX+A'", 13),
        (UNB + b"NAD" + b"+A" * 101 + b"'", 16),
        (UNB + b"NAD+" + b"A:" * 60 + b"'", 39),
        (UNB + b"NAD+" + b"A" * 1001 + b"'", 39),
    ],
)
def test_a_fault_has_its_code(data: bytes, fault: int) -> None:
    with pytest.raises(EdifactError) as caught:
        parse(data)
    assert caught.value.fault == fault


@pytest.mark.parametrize(("wrong", "at"), [(b"NAD+\x07'", 4), (b"NAD+" + b"A:" * 60 + b"'", 0)])
def test_a_fault_has_its_byte(wrong: bytes, at: int) -> None:
    with pytest.raises(EdifactError) as caught:
        parse(UNB + b"BGM'" + wrong)
    assert (caught.value.segment, caught.value.offset) == (3, len(UNB) + 4 + at)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edifact, "INTERCHANGE_SEGMENTS_MAX", 2)
    with pytest.raises(EdifactError, match="too many segments"):
        parse(UNB + b"NAD'NAD'")
    monkeypatch.setattr(edifact, "INTERCHANGE_BYTES_MAX", 10)
    with pytest.raises(EdifactError, match="bytes"):
        parse(UNB)


def test_what_cannot_be_printed_is_refused() -> None:
    with pytest.raises(InputError, match="repetition"):
        print_segments([Segment(tag="NAD", elements=((("A",), ("B",)),))], ServiceCharacters())
    with pytest.raises(InputError, match="outside"):
        print_segments([segment("NAD", "É")], ServiceCharacters(), declare=False)
    assert print_segments([segment("NAD", "É")], ServiceCharacters(), declare=False, encoding="utf-8")


WHOLE = b"UNH+1+PAXLST:D:05B'BGM+745'UNT+3+1'"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (WHOLE, 13),
        (WHOLE + b"UNZ+1+R2'", 28),
        (WHOLE + b"UNZ+2+R1'", 29),
        (b"UNZ+0+R1'", 32),
        (b"UNH+1+PAXLST'UNZ+1+R1'", 13),
        (b"UNH+1+PAXLST'UNH+2+X'UNZ+1+R1'", 13),
        (b"BGM+745'UNZ+1+R1'", 33),
        (b"UNG+PAXLST+A+B+260101:1200+7'" + WHOLE + b"UNZ+1+R1'", 13),
        (b"UNG+PAXLST+A+B+260101:1200+7'" + WHOLE + b"UNE+2+7'UNZ+1+R1'", 29),
    ],
)
def test_an_envelope_that_does_not_fit_is_refused(body: bytes, fault: int) -> None:
    with pytest.raises(EdifactError) as caught:
        read_interchange(UNB + body)
    assert caught.value.fault == fault


def test_a_lone_header_is_refused() -> None:
    with pytest.raises(EdifactError):
        read_interchange(b"UNB+UNOA:4'")


def test_a_message_whose_count_is_wrong_carries_its_fault() -> None:
    data = UNB + WHOLE + WHOLE.replace(b"UNT+3", b"UNT+4") + WHOLE.replace(b"UNT+3+1", b"UNT+3+2") + b"UNZ+3+R1'"
    faults = [message.fault and message.fault.fault for message in read_interchange(data).messages]
    assert faults == [None, 29, 28]


@pytest.mark.filterwarnings("ignore:segments.xml not found")
def test_a_second_parser_agrees() -> None:
    collection = pytest.importorskip("pydifact.segmentcollection")
    data = UNB + b"UNH+1+PAXLST:D:05B'NAD+FL+++O?'BRIEN:ANN'RFF+AVF:X1'UNT+4+1'UNZ+1+R1'"
    theirs = [(item.tag, item.elements) for item in collection.RawSegmentCollection.from_str(data.decode()).segments]

    def flat(item: Segment) -> list[object]:
        return [list(element[0]) if len(element[0]) > 1 else element[0][0] for element in item.elements]

    assert theirs == [(item.tag, flat(item)) for item in parse(data)[1]]


def test_a_blank_in_the_place_of_the_release_mark_means_that_there_is_none() -> None:
    marks, read = parse(b"UNA:+.  '" + UNB + b"FTX+AAI+++WHO? A MAN'")
    assert (marks.release, read[1].get(3)) == (" ", "WHO? A MAN")
    assert print_segments(read, marks) == b"UNA:+.  '" + UNB + b"FTX+AAI+++WHO? A MAN'"
    with pytest.raises(InputError, match="no release mark"):
        print_segments([segment("FTX", "A+B")], marks)


def test_a_byte_outside_the_character_set_has_a_place_and_an_interchange() -> None:
    with pytest.raises(EdifactError) as caught:
        parse(UNB + b"UNH+1+PAXLST:D:05B'BGM+745'NAD+FL+++M\xdcLLER'UNT+4+1'UNZ+1+R1'")
    error = caught.value
    assert (error.segment, error.tag, error.original.reference) == (4, "NAD", "R1")
    assert [item.tag for item in error.within] == ["UNH"]


def test_a_longer_syntax_identifier_is_not_its_beginning() -> None:
    with pytest.raises(EdifactError, match="unknown syntax identifier"):
        parse(b"UNB+UNOEA:4+C+B'")


def test_a_fault_before_any_segment_names_no_sender() -> None:
    with pytest.raises(EdifactError) as caught:
        parse(b"UNB+UNOA:4")
    assert caught.value.original == Original()
    assert caught.value.within == ()


@given(st.text("AB'+\r\n ", max_size=30), st.integers(0, 3))
def test_a_text_without_a_release_mark_is_cut_as_one_with_it(text: str, at: int) -> None:
    def cut(pieces: Callable[..., Iterator[tuple[str, int]]]) -> object:
        try:
            return list(pieces(text, at, ServiceCharacters()))
        except EdifactError as error:
            return error.what, error.fault, error.tag.strip(), error.offset

    assert cut(edifact._pieces) == cut(edifact._escaped_pieces)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (WHOLE + b"UNZ+00001+R1'", None),
        (WHOLE.replace(b"UNT+3", b"UNT+00003") + b"UNZ+1+R1'", None),
        (b"UNG+PAXLST+A+B+260101:1200+7'" + WHOLE + b"UNE+01+7'UNZ+0000000001+R1'", None),
        (WHOLE.replace(b"UNT+3", b"UNT+00004") + b"UNZ+1+R1'", 29),
        (WHOLE.replace(b"UNT+3", b"UNT+00000000003") + b"UNZ+1+R1'", 29),
        (WHOLE.replace(b"UNT+3", b"UNT+ 3") + b"UNZ+1+R1'", 29),
        (WHOLE.replace(b"UNT+3", b"UNT+") + b"UNZ+1+R1'", 29),
    ],
)
def test_a_count_may_have_zeros_in_front(body: bytes, says: int | None) -> None:
    (message,) = read_interchange(UNB + body).messages
    assert (message.fault and message.fault.fault) == says


@pytest.mark.parametrize("front", [b" ", b"\r\n", b"\x1a\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
@pytest.mark.parametrize("una", [b"", b"UNA:+.? '\r\n"])
@pytest.mark.parametrize("tail", [b"", b" ", b"\r\n", b"\r\n\x1a", b"\x1a \r\n"])
def test_what_carries_no_data_at_the_edges_is_read_over(front: bytes, una: bytes, tail: bytes) -> None:
    whole = una + UNB + WHOLE + b"UNZ+1+R1'"
    marks, segments = parse(front + whole + tail)
    plain = parse(whole)
    assert marks == plain[0]
    assert [(one.tag, one.elements, one.number) for one in segments] == [
        (one.tag, one.elements, one.number) for one in plain[1]
    ]
    assert [one.offset for one in segments] == [one.offset + len(front) for one in plain[1]]
    assert read_interchange(front + whole + tail).messages[0].fault is None


@pytest.mark.parametrize(
    ("front", "tail"),
    [
        (b"\t", b""), (b"\x1a\x1a", b""), (b"\xef\xbb\xbf\xef\xbb\xbf", b""), (b"\x00", b""), (b" X", b""),
        (b"", b"\x1a\x1a"), (b"", b"\x00"), (b"", b"\xef\xbb\xbf"), (b"", b" X"), (b"", b"'"),
    ],
)  # fmt: skip
def test_anything_else_at_the_edges_is_refused(front: bytes, tail: bytes) -> None:
    with pytest.raises(EdifactError):
        parse(front + UNB + WHOLE + b"UNZ+1+R1'" + tail)


def test_an_end_of_file_mark_that_ends_segments_is_no_blank() -> None:
    marks, segments = parse(b"UNA:+.? \x1aUNB+UNOA:4+A+B\x1aBGM+745\x1a")
    assert (marks.terminator, segments[-1].get(0)) == ("\x1a", "745")


def test_a_fault_behind_blanks_is_placed_in_what_was_sent() -> None:
    for front in (b"", b"\xef\xbb\xbf", b" \r\n"):
        with pytest.raises(EdifactError) as caught:
            parse(front + UNB + b"BGM+745'nad'")
        assert (caught.value.segment, caught.value.offset) == (3, len(front + UNB) + 8)
        with pytest.raises(EdifactError) as caught:
            parse(front + UNB + b"BGM+\xdc'")
        assert (caught.value.segment, caught.value.offset) == (2, len(front + UNB) + 4)
