"""EDIFACT's syntax: bytes into segments and back, strictly, with numbers and places.

Knows:    ISO 9735 (syntax versions 1 to 4): service characters, levels A and B, release, repetition.
Told:     an interchange as received; segments to print.
Answers:  segments with their number and byte offset; the first fault with its ISO 9735-4 code.
Trusted:  no: what carriers send is checked here, and every size is bounded.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from evenhand.ground.errors import InputError
from evenhand.ground.limits import (
    COMPONENT_CHARACTERS_MAX,
    ELEMENT_COMPONENTS_MAX,
    INTERCHANGE_BYTES_MAX,
    INTERCHANGE_SEGMENTS_MAX,
    SEGMENT_ELEMENTS_MAX,
)

LEVELS: Final = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
    "IATA": "ascii",
    "IATB": "ascii",
    "SIRE": "ascii",
}
"""Syntax identifiers and the encodings behind them; carriers write IATA, IATB and SIRE for UNOA."""
_TAG: Final = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_UNA_LENGTH: Final = 9
_BLANKS: Final = b" \r\n"
_FILE_END: Final = b"\x1a"


class Original(NamedTuple):
    """Which interchange an answer is about: its reference, sender and recipient with their qualifiers."""

    reference: str = ""
    sender: tuple[str, ...] = ("",)
    recipient: tuple[str, ...] = ("",)


class EdifactError(InputError):
    """A fault with its ISO 9735-4 code (element 0085), segment number (from 1), tag and byte offset.

    `original` is the interchange as far as its first segment told of it; `within` are the headers (UNG, UNH) of the
    group and the message in which the fault lies.
    """

    code = "edifact"

    def __init__(self, what: str, *, fault: int, segment: int = 0, tag: str = "", offset: int = 0) -> None:
        where = f"segment {segment} ({tag or '?'}), byte {offset}"
        super().__init__(what, why=where, remedy="ask the sender to correct the message and send it again")
        self.original = Original()
        self.within: tuple[Segment, ...] = ()
        self.fault = fault
        self.segment = segment
        self.tag = tag
        self.offset = offset

    def placed(self, before: Sequence[Segment]) -> EdifactError:
        """Return this fault as the one behind these segments, and of their interchange, group and message."""
        number = self.segment or len(before) + 1
        found = EdifactError(self.what, fault=self.fault, segment=number, tag=self.tag, offset=self.offset)
        if before:
            found.original = original_of(before[0])
        found.within = _begun(before)
        return found


class ServiceCharacters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The characters of UNA, by their defaults; `release` and `repetition` are blanks where not used."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = " "
    terminator: str = "'"

    @property
    def una(self) -> str:
        """The UNA segment that declares them."""
        marks = (self.component, self.element, self.decimal, self.release, self.repetition, self.terminator)
        return "UNA" + "".join(marks)

    def may_release(self, text: str) -> bool:
        """Tell whether a text holds a release mark, after which a mark is a letter."""
        return self.release in text and self.release != " "


Element = tuple[tuple[str, ...], ...]
"""Repetitions of a composite; each is its components. A plain element is one repetition of one component."""


class Segment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One segment; `number` counts from 1 in the interchange (UNA not counted), `offset` in bytes."""

    tag: str
    elements: tuple[Element, ...] = ()
    number: int = 0
    offset: int = 0

    def get(self, element: int, component: int = 0) -> str:
        """Return a component of an element's first repetition, counted from 0; empty where absent."""
        try:
            return self.elements[element][0][component]
        except IndexError:
            return ""


def segment(tag: str, *elements: str | Sequence[str]) -> Segment:
    """Build a segment to print: each element is a text or its components."""
    return Segment(
        tag=tag,
        elements=tuple((((item,) if isinstance(item, str) else tuple(item)),) for item in elements),
    )


def parse(data: bytes) -> tuple[ServiceCharacters, tuple[Segment, ...]]:
    """Split an interchange into segments. Raises EdifactError, also for what is over a limit.

    What carries no data at its edges is read over: blanks, line ends, one end-of-file mark (0x1A), and in front a
    byte order mark.
    """
    if len(data) > INTERCHANGE_BYTES_MAX:
        raise EdifactError(f"an interchange of {len(data)} bytes", fault=18)
    data, begin = _without_front(data)
    marks, start = _service_characters(data, begin)
    data = _without_tail(data, marks)
    encoding = _encoding(data, start, marks)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecoded(data, error, marks, start) from error
    segments: list[Segment] = []
    try:
        _cut(text, start, marks, segments)
    except EdifactError as error:
        raise error.placed(segments) from error
    return marks, tuple(segments)


def _undecoded(data: bytes, error: UnicodeDecodeError, marks: ServiceCharacters, start: int) -> EdifactError:
    """Return the fault of a byte that the character set lacks, placed behind the segments that could be read."""
    before: list[Segment] = []
    text = data[: error.start].decode(error.encoding)
    with suppress(EdifactError):
        _cut(text, start, marks, before)
    tag = text[max(start, before[-1].offset if before else 0) :].rpartition(marks.terminator)[2].lstrip("\r\n")[:3]
    return EdifactError(f"a byte outside {error.encoding}", fault=21, tag=tag, offset=error.start).placed(before)


def original_of(first: Segment) -> Original:
    """Return what an answer to the interchange names, by its UNB."""
    return Original(first.get(4), *(first.elements[at][0] if len(first.elements) > at else ("",) for at in (1, 2)))


def _begun(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return the headers of the group and the message that these segments begin and do not end."""
    begun: dict[str, Segment] = {}
    for item in segments:
        if item.tag in ("UNG", "UNH"):
            begun[item.tag] = item
        elif item.tag in ("UNE", "UNT"):
            begun.pop(f"UN{'G' if item.tag == 'UNE' else 'H'}", None)
    return tuple(begun.values())


def _without_front(data: bytes) -> tuple[bytes, int]:
    """Return an interchange with blanks for what carries no data in front of it, and the offset where it begins."""
    rest = data.removeprefix(BOM_UTF8).lstrip(_BLANKS)
    if rest[:1] == _FILE_END:
        rest = rest[1:].lstrip(_BLANKS)
    begin = len(data) - len(rest)
    return (b" " * begin + rest, begin) if begin else (data, 0)


def _without_tail(data: bytes, marks: ServiceCharacters) -> bytes:
    """Return an interchange without what carries no data behind it."""
    rest = data.rstrip(_BLANKS)
    if rest[-1:] == _FILE_END and marks.terminator.encode("ascii") != _FILE_END:
        rest = rest[:-1].rstrip(_BLANKS)
    return rest


def _service_characters(data: bytes, begin: int) -> tuple[ServiceCharacters, int]:
    if not data.startswith(b"UNA", begin):
        return ServiceCharacters(), begin
    una = data[begin + 3 : begin + _UNA_LENGTH].decode("latin-1")
    used = una[:2] + una[3:4].strip(" ") + una[5:]  # a blank where no release mark is used
    if len(una) < _UNA_LENGTH - 3 or len(set(used)) != len(used) or any(c.isalnum() or c in " \r\n" for c in used):
        raise EdifactError("service characters that cannot be told apart", fault=20, tag="UNA")
    if not una.isascii():  # what another mark is depends on the character set, which is not told before UNB
        raise EdifactError("service characters outside ASCII", fault=20, tag="UNA")
    if una[4] in used or una[4].isalnum():
        raise EdifactError("a repetition mark that cannot be told apart", fault=20, tag="UNA")
    marks = ServiceCharacters(
        component=una[0], element=una[1], decimal=una[2], release=una[3], repetition=una[4], terminator=una[5]
    )
    return marks, begin + _UNA_LENGTH


def _encoding(data: bytes, start: int, marks: ServiceCharacters) -> str:
    head = data[start : start + 20].decode("latin-1").lstrip("\r\n")
    if not head.startswith("UNB" + marks.element):
        raise EdifactError("an interchange begins with UNB", fault=13, segment=1, tag="UNB", offset=start)
    level = head[4:8]
    if level not in LEVELS or head[8:9] not in (marks.component, marks.element, marks.terminator):
        raise EdifactError(f"unknown syntax identifier {level!r}", fault=14, segment=1, tag="UNB", offset=start)
    return LEVELS[level]


def _cut(text: str, at: int, marks: ServiceCharacters, segments: list[Segment]) -> None:
    """Append the segments of a text from a place on; line ends between them are no data."""
    known: dict[str, tuple[Element, ...]] = {}  # a flight says most things of most people in the same words
    for number, (raw, offset) in enumerate(_pieces(text, at, marks), start=1):
        if number > INTERCHANGE_SEGMENTS_MAX:
            raise EdifactError("too many segments", fault=35, segment=number - 1, offset=offset)
        elements = known.get(raw)
        if elements is None:
            elements = known[raw] = _elements(raw, marks, number, offset)
        segments.append(Segment(tag=raw[:3], elements=elements, number=number, offset=offset))


def _pieces(text: str, at: int, marks: ServiceCharacters) -> Iterator[tuple[str, int]]:
    """Yield each segment without its terminator, and where it begins. Raises EdifactError where the last has no end."""
    if marks.may_release(text):  # then not every terminator ends a segment
        yield from _escaped_pieces(text, at, marks)
        return
    *pieces, rest = (text[at:] if at else text).split(marks.terminator)
    for piece in pieces:
        raw = piece.lstrip("\r\n")
        yield raw, at + len(piece) - len(raw)
        at += len(piece) + 1
    if raw := rest.lstrip("\r\n"):
        raise EdifactError("the last segment does not end", fault=13, tag=raw[:3], offset=at)


def _escaped_pieces(text: str, at: int, marks: ServiceCharacters) -> Iterator[tuple[str, int]]:
    match = _piece(marks.release, marks.terminator).match
    while at < len(text):
        found = match(text, at)
        assert found is not None, "every part of the pattern may be empty"
        if found[2] is None:
            if text[at:].strip("\r\n"):
                raise EdifactError("the last segment does not end", fault=13, tag=found[1][:3], offset=at)
            return
        yield found[1], found.start(1)
        at = found.end()


@lru_cache(64)
def _piece(release: str, terminator: str) -> re.Pattern[str]:
    """Return the pattern of line ends, one segment and its terminator, by the marks in use."""
    release, terminator = re.escape(release), re.escape(terminator)
    return re.compile(rf"[\r\n]*((?:[^{release}{terminator}]++|{release}.)*+)({terminator})?", re.DOTALL)


def _elements(raw: str, marks: ServiceCharacters, number: int, offset: int) -> tuple[Element, ...]:
    """Return the elements of a segment, whose number and place are for the words of an error. Raises EdifactError."""
    tag = raw[:3]
    if not _TAG.fullmatch(tag) or raw[3:4] not in ("", marks.element):
        raise EdifactError("no segment tag", fault=13, segment=number, tag=tag[:3], offset=offset)
    if found := _CONTROL.search(raw):
        raise EdifactError("a control character", fault=21, segment=number, tag=tag, offset=offset + found.start())
    parts = _split(raw[4:], marks.element, marks) if len(raw) > len(tag) else []
    if len(parts) > SEGMENT_ELEMENTS_MAX:
        raise EdifactError("too many elements", fault=16, segment=number, tag=tag, offset=offset)
    component, repeats = marks.component, marks.repetition != " " and marks.repetition in raw
    if repeats or marks.may_release(raw):
        elements = tuple([_element(part, marks) for part in parts])
    else:
        elements = tuple([(tuple(part.split(component)),) for part in parts])
    # Nothing shorter can be over a limit, and few segments are longer.
    if len(raw) > ELEMENT_COMPONENTS_MAX and any(map(_is_over, elements)):
        raise EdifactError("an element over the limit", fault=39, segment=number, tag=tag, offset=offset)
    return elements


def _element(raw: str, marks: ServiceCharacters) -> Element:
    repetitions = _split(raw, marks.repetition, marks) if marks.repetition != " " else [raw]
    return tuple([
        tuple([_unescape(part, marks) for part in _split(repetition, marks.component, marks)])
        for repetition in repetitions
    ])  # fmt: skip


def _is_over(element: Element) -> bool:
    return sum(map(len, element)) > ELEMENT_COMPONENTS_MAX or any(
        len(text) > COMPONENT_CHARACTERS_MAX for part in element for text in part
    )


def _split(raw: str, mark: str, marks: ServiceCharacters) -> list[str]:
    if not marks.may_release(raw):
        return raw.split(mark)
    parts, start, at = [], 0, 0
    while at < len(raw):
        if raw[at] == marks.release:
            at += 1
        elif raw[at] == mark:
            parts.append(raw[start:at])
            start = at + 1
        at += 1
    return [*parts, raw[start:]]


def _unescape(raw: str, marks: ServiceCharacters) -> str:
    if not marks.may_release(raw):
        return raw
    return re.sub(rf"{re.escape(marks.release)}(.)", r"\1", raw, flags=re.DOTALL)


def print_segments(
    segments: Iterable[Segment], marks: ServiceCharacters, *, declare: bool = True, encoding: str = "ascii"
) -> bytes:
    """Print segments as they stand, each ended by the terminator, UNA first if `declare`.

    Raises InputError for a character the encoding lacks, or a repetition or a release without a mark for it.
    """
    special = {marks.component, marks.element, marks.release, marks.terminator, marks.repetition} - {" "}
    table = str.maketrans({mark: marks.release + mark for mark in special})
    is_plain = special.isdisjoint
    out = [marks.una] if declare else []
    known: dict[tuple[str, tuple[Element, ...]], str] = {}  # most people of a flight are answered in the same words
    for item in segments:
        printed = known.get((item.tag, item.elements))
        if printed is None:
            printed = known[item.tag, item.elements] = _printed(item, marks, is_plain, table)
        out.append(printed)
    try:
        return "".join(out).encode(encoding)
    except UnicodeEncodeError as error:
        raise InputError(f"a character outside {encoding}", remedy="transliterate it first") from error


def _printed(
    item: Segment, marks: ServiceCharacters, is_plain: Callable[[str], bool], table: dict[int, str]
) -> str:  # fmt: skip
    if marks.repetition == " " and any(len(element) > 1 for element in item.elements):
        raise InputError("a repetition, but no repetition mark")
    if marks.release == " " and not all(is_plain(text) for each in item.elements for part in each for text in part):
        raise InputError("a mark in the text, but no release mark")
    elements = [
        marks.repetition.join([
            marks.component.join([text if is_plain(text) else text.translate(table) for text in part])
            for part in element
        ])
        for element in item.elements
    ]  # fmt: skip
    return marks.element.join((item.tag, *elements)) + marks.terminator
