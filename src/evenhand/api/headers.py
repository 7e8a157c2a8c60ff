"""Reading a request's headers: one value where one decides, the host that was asked for, and which types are accepted.

Knows:    RFC 9110 sections 5.2, 5.3, 5.5, 7.2, 8.3.1 and 12.4.2 to 12.5.1, RFC 9112 section 3.2.
Told:     header lines as they came.
Answers:  one text for each name; whether a media type is accepted. Refuses what says two things, or nothing it must.
Trusted:  yes: a proxy that reads another one of two headers than we do would admit what we do not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from evenhand.ground.errors import InputError

_WORDS: Final = frozenset({b"evenhand-purpose", b"evenhand-legal-basis", b"evenhand-reference"})
"""Headers in words of people, in UTF-8; HTTP's own are in Latin-1 (RFC 9110 section 5.5)."""
_ONCE: Final = _WORDS | {b"authorization", b"content-type", b"idempotency-key", b"last-event-id"}
"""Headers that decide something, and have one value; `Host` is one more, of every request."""
_HOST: Final = re.compile(
    rb"(?:\[(?:[0-9A-Fa-f:.]+|[Vv][0-9A-Fa-f]+\.[\w.~!$&'()*+,;=:-]+)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)"
    rb"(?::[0-9]{0,5})?"
)
"""`uri-host [":" port]`; without a host the address of an `http` resource is none (RFC 9110 section 4.2.1)."""
_WITHOUT_HOST: Final = frozenset({"1.0"})
"""Older than the header."""
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?", re.ASCII)


def check_host(sent: Iterable[tuple[bytes, bytes]], version: str) -> None:
    """Refuse a request that names no host, two, or what is none. Raises InputError."""
    named = [value.strip(b" \t") for name, value in sent if name == b"host"]
    if len(named) > 1:
        raise InputError("the header host is given twice", remedy="send it once")
    if not named and version not in _WITHOUT_HOST:
        raise InputError("the header host is missing", why="RFC 9112 section 3.2", remedy="send Host")
    if named and _HOST.fullmatch(named[0]) is None:
        raise InputError("the header host names no host", remedy="send a host, and a port where it has one")


def said(sent: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers of a request. Raises InputError on one that says two things, or cannot be read.

    A header of several lines is one list, in their order (RFC 9110 section 5.3).
    """
    found: dict[str, str] = {}
    for name, value in sent:
        known = name.decode("latin-1")
        if known not in found:
            found[known] = _in_words(known, value) if name in _WORDS else value.decode("latin-1")
        elif name in _ONCE:
            raise InputError(f"the header {known} is given twice", remedy="send it once")
        else:
            found[known] += ", " + value.decode("latin-1")
    return found


def _in_words(name: str, value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"the header {name} cannot be read", why="it is not UTF-8", remedy="send UTF-8") from None


class _Range(NamedTuple):
    """One range of media types, in small letters but for the parameters' values."""

    kind: str
    parameters: dict[str, str]
    is_wanted: bool


def accepts(accept: str, media: str) -> bool:
    """Say whether an `Accept` takes a media type: by the range that says most of it, unless that gives it no weight."""
    told = [one for one in _ranges(accept) if _covers(one, media)]
    if not told:
        return not accept.strip()
    most = max(told, key=lambda one: _closeness(one, media))
    return most.is_wanted


def asks_for(accept: str, media: str) -> bool:
    """Say whether an `Accept` takes a media type and names it itself, in whatever version."""
    kind = media.partition(";")[0]
    return any(one.kind == kind and one.is_wanted for one in _ranges(accept))


def _covers(one: _Range, media: str) -> bool:
    kind, parameters = _type(media)
    if one.kind not in {kind, f"{kind.partition('/')[0]}/*", "*/*"}:
        return False
    # What the type knows nothing of, as a charset, does not make it another.
    return all(parameters[name] == value for name, value in one.parameters.items() if name in parameters)


def _closeness(one: _Range, media: str) -> tuple[bool, bool, int]:
    _, parameters = _type(media)
    return one.kind != "*/*", not one.kind.endswith("/*"), len(one.parameters.keys() & parameters.keys())


def _ranges(accept: str) -> Iterator[_Range]:
    for text in _parts(accept, ","):
        kind, parameters = _type(text)
        weight = parameters.pop("q", "1")
        if kind and _WEIGHT.fullmatch(weight):
            yield _Range(kind, parameters, is_wanted=float(weight) > 0)


def _type(text: str) -> tuple[str, dict[str, str]]:
    kind, *parameters = _parts(text, ";")
    pairs = (one.partition("=") for one in parameters)
    return kind.strip().lower(), {name.strip().lower(): _unquoted(value.strip()) for name, _, value in pairs}


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if is_quoted else value


def _parts(text: str, mark: str) -> Collection[str]:
    """Return what stands between the marks that are outside quotation marks."""
    if '"' not in text:
        return text.split(mark)
    parts, start, quoted, escaped = list[str](), 0, False, False
    for at, letter in enumerate(text):
        if escaped:
            escaped = False
        elif letter == '"':
            quoted = not quoted
        elif quoted:
            escaped = letter == "\\"
        elif letter == mark:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]
