"""Hostile XML read safely: no entities, no DTD, no network, bounded depth and text.

Knows:    lxml's switches and the limits of `ground.limits`.
Told:     bytes or an open binary file, and at which depth the records stand.
Answers:  one record at a time with the name of the section around it; InputError with the line otherwise.
Trusted:  yes: everything a list's author controls passes here first.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Final

from lxml import etree

from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import LIST_BYTES_MAX, XML_DEPTH_MAX, XML_TEXT_CHARACTERS_MAX

_READ_BYTES: Final = 65_536


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: etree._Element) -> int:
    """Return the line (from 1) an element begins on."""
    return int(element.sourceline or 0)


def records(source: bytes | IO[bytes], *, depth: int) -> Iterator[tuple[str, etree._Element]]:
    """Yield (section, element) for each element at `depth` (the root stands at 1); each is freed afterwards.

    The section is the local name of the element's parent. Raises InputError with line and cause for what is
    not well-formed, declares a document type, or holds an entity; LimitError beyond size, depth or text.
    """
    parser = _parser(source)
    try:
        yield from _walk(parser, depth)
    except etree.XMLSyntaxError as error:
        raise _damage(parser, error) from error


def root_attributes(source: bytes | IO[bytes]) -> tuple[str, dict[str, str]]:
    """Return the root's local name and attributes (names without namespace). Raises InputError."""
    parser = _parser(source)
    try:
        _, element = next(parser)
    except etree.XMLSyntaxError as error:
        raise _damage(parser, error) from error
    found = {str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()}
    return local_name(element), found


def _damage(parser: etree.iterparse, error: etree.XMLSyntaxError) -> InputError:
    # the first complaint of the parser is the cause; the exception itself may only tell that nothing was read
    line, cause = next(
        ((entry.line, entry.message) for entry in parser.error_log), (error.lineno or 1, error.msg)
    )
    return InputError(
        f"damaged XML at line {line}",
        why=str(cause),
        remedy="fetch the list again; nothing of this file was taken over",
    )


class _Counted:
    """A binary file that refuses to give more than LIST_BYTES_MAX."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._bytes_read = 0

    def read(self, size: int = _READ_BYTES) -> bytes:
        data = self._stream.read(size)
        self._bytes_read += len(data)
        if self._bytes_read > LIST_BYTES_MAX:
            raise LimitError("the list is too large", why=f"the limit is {LIST_BYTES_MAX} bytes")
        return data


def _parser(source: bytes | IO[bytes]) -> etree.iterparse:
    return etree.iterparse(
        _Counted(BytesIO(source) if isinstance(source, bytes) else source),
        events=("start", "end"),
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _walk(parser: etree.iterparse, depth: int) -> Iterator[tuple[str, etree._Element]]:
    level = 0
    for event, element in parser:
        if event == "start":
            level += 1
            if level == 1:
                _refuse_doctype(element)
            if level > XML_DEPTH_MAX:
                raise LimitError(
                    f"XML nested too deep at line {line_of(element)}", why=f"more than {XML_DEPTH_MAX}"
                )
            continue
        _check_text(element)
        parent = element.getparent()
        if level == depth and parent is not None:
            yield local_name(parent), element
            _free(element, parent)
        level -= 1


def _refuse_doctype(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(
            f"the XML declares a document type before line {line_of(root)}",
            why="a document type can define entities that read files or grow without bound",
        )


def _check_text(element: etree._Element) -> None:
    if element.text is not None and len(element.text) > XML_TEXT_CHARACTERS_MAX:
        raise LimitError(
            f"one text at line {line_of(element)} has {len(element.text)} characters",
            why=f"the limit is {XML_TEXT_CHARACTERS_MAX}",
        )


def _free(element: etree._Element, parent: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        del parent[0]
