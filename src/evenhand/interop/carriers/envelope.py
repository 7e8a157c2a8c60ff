"""The envelope of an interchange: UNB, UNG, UNH and their ends, with counts and references checked.

Knows:    ISO 9735 service segments.
Told:     segments of one interchange.
Answers:  messages with their header, or the fault that makes one unreadable.
Trusted:  no: a count that does not fit means a part is missing, and then the message is not whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.interop.carriers.edifact import EdifactError, Original, Segment, ServiceCharacters, original_of, parse

_TEST_INDICATOR: Final = 10
"""The element of UNB that marks a test (0035), counted from 0 behind the tag."""
_COUNT_DIGITS_MAX: Final = 10
_HEADERS: Final = frozenset({"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"})


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message: `segments` between UNH and UNT; `group` is its UNG; `fault` where its own envelope does not fit."""

    reference: str
    type: str
    version: str
    release: str
    header: Segment
    segments: tuple[Segment, ...]
    group: Segment | None = None
    fault: EdifactError | None = None


class Interchange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An interchange whose outer counts fit; codes as the parties write them, in `original` with their qualifiers.

    `is_test`: the sender marked it as a test (element 0035).
    """

    marks: ServiceCharacters
    level: str
    original: Original
    group: str
    messages: tuple[Message, ...]
    is_test: bool = False

    @property
    def sender(self) -> str:
        """Who sent it, without qualifier."""
        return self.original.sender[0]

    @property
    def recipient(self) -> str:
        """To whom, without qualifier."""
        return self.original.recipient[0]

    @property
    def reference(self) -> str:
        """The sender's reference."""
        return self.original.reference


def read_interchange(data: bytes) -> Interchange:
    """Read an interchange. Raises EdifactError if it as a whole cannot be relied on."""
    marks, segments = parse(data)
    try:
        return _whole(marks, segments)
    except EdifactError as error:
        raise error.placed(segments[: error.segment - 1]) from error


def _whole(marks: ServiceCharacters, segments: Sequence[Segment]) -> Interchange:
    first, last = segments[0], segments[-1]
    if last.tag != "UNZ" or len(segments) == 1:
        raise _missing("UNZ", len(segments) + 1, last)
    if last.get(1) != first.get(4):
        raise _fault("the references of UNB and UNZ differ", last, 28)
    body = segments[1:-1]
    groups = [item for item in body if item.tag == "UNG"]
    messages = _messages(body)
    if not messages:
        raise _fault("an interchange without a message", last, 32)
    if not _says(last.get(0), len(groups) or len(messages)):
        raise _fault("the count in UNZ does not fit", last, 29)
    return Interchange(
        marks=marks,
        level=first.get(0),
        original=original_of(first),
        group=groups[0].get(4) if groups else "",
        messages=messages,
        is_test=first.get(_TEST_INDICATOR) not in ("", "0"),
    )


def _fault(what: str, at: Segment, fault: int) -> EdifactError:
    return EdifactError(what, fault=fault, segment=at.number, tag=at.tag, offset=at.offset)


def _says(text: str, count: int) -> bool:
    """Tell whether a count is said: of at most ten digits (0036, 0060 and 0074), with zeros in front or without."""
    return len(text) <= _COUNT_DIGITS_MAX and text.isascii() and text.isdecimal() and int(text) == count


def _missing(tag: str, number: int, after: Segment) -> EdifactError:
    """Return the fault of a service segment that should stand at a place, behind the segment told."""
    return EdifactError(f"{tag} is missing", fault=13, segment=number, tag=tag, offset=after.offset)


def _messages(body: Sequence[Segment]) -> tuple[Message, ...]:
    messages: list[Message] = []
    group: Segment | None = None
    begun: int | None = None
    in_group = 0
    known: set[tuple[int, str]] = set()
    for index, item in enumerate(body):
        if begun is not None:
            if item.tag == "UNT":
                message = _message(body[begun], body[begun + 1 : index], item, group)
                key = (0 if group is None else group.number, message.reference)
                if message.fault is None and key in known:  # an answer could not say which of them it is about
                    again = _fault("a message reference used before", message.header, 26)
                    message = msgspec.structs.replace(message, fault=again)
                elif message.fault is None:
                    known.add(key)
                messages.append(message)
                begun, in_group = None, in_group + 1
            elif item.tag in _HEADERS:
                raise _missing("UNT", item.number, body[index - 1])
        elif item.tag == "UNH":
            begun = index
        elif item.tag == "UNG" and group is None:
            group, in_group = item, 0
        elif item.tag == "UNE" and group is not None:
            if not _says(item.get(0), in_group) or item.get(1) != group.get(4):
                raise _fault("count or reference in UNE does not fit", item, 29)
            group = None
        else:
            raise _fault(f"{item.tag} outside a message", item, 33)
    if begun is not None or group is not None:
        raise _missing("UNE" if begun is None else "UNT", body[-1].number + 1, body[-1])
    return tuple(messages)


def _message(header: Segment, segments: Sequence[Segment], trailer: Segment, group: Segment | None) -> Message:
    fault = None
    if not _says(trailer.get(0), len(segments) + 2):
        fault = _fault(f"UNT counts {trailer.get(0)[:10]}, the message has {len(segments) + 2}", trailer, 29)
    elif trailer.get(1) != header.get(0):
        fault = _fault("the references of UNH and UNT differ", trailer, 28)
    return Message(
        reference=header.get(0),
        type=header.get(1),
        version=header.get(1, 1),
        release=header.get(1, 2),
        header=header,
        segments=tuple(segments),
        group=group,
        fault=fault,
    )
