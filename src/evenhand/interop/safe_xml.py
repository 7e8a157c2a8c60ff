"""Hostile XML read safely: no entities, no DTD, no network, bounded depth and text.

Knows:    lxml's switches and the limits of `ground.limits`.
Told:     bytes or an open binary file, and at which depth the records stand.
Answers:  one record at a time with the name of the section around it; InputError with the line otherwise.
Trusted:  yes: everything a list's author controls passes here first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import IO, Final

from lxml import etree

from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import LIST_BYTES_MAX, XML_DEPTH_MAX, XML_TEXT_CHARACTERS_MAX

_READ_BYTES: Final = 65_536


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return _without_namespace(str(element.tag))


@lru_cache(maxsize=512)  # a list says few names, millions of times
def _without_namespace(name: str) -> str:
    return name.rpartition("}")[2]


def line_of(element: etree._Element) -> int:
    """Return the line (from 1) an element begins on."""
    return int(element.sourceline or 0)


_MIXED: Final = etree.XPath("descendant-or-self::*[*]/text()[normalize-space()]")


def stray_texts(element: etree._Element) -> list[tuple[int, str, str]]:
    """Return (line, name, reason) for each element in a record that text follows: no list we read writes any there.

    What stands before the first element inside another is that element's own text, and no stray.
    """
    tails = [
        (text.getparent(), " ".join(text.split())) for text in _MIXED(element) if text.is_tail and not text.isspace()
    ]
    return [(line_of(one), local_name(one), f"text after an element: {text[:40]!r}") for one, text in tails]


_WITH_ATTRIBUTES: Final = etree.XPath("descendant-or-self::*[@*]")
_OF_XML: Final = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
"""Attributes of these namespaces tell a program how to read the XML, and nothing about anyone."""


def attributes_in(element: etree._Element) -> list[tuple[int, str, str]]:
    """Return (line, name, value) of each attribute in a record that holds something, of a list that writes none."""
    return [
        (line_of(one), f"{'' if one is element else local_name(one)}@{str(name).rpartition('}')[2]}", str(value))
        for one in _WITH_ATTRIBUTES(element) for name, value in one.items()
        if value and not value.isspace() and not str(name).startswith(_OF_XML)
    ]  # fmt: skip


Records = Iterator[tuple[str, etree._Element]]  # noqa: SLF001 - lxml's type of an element has no public name
"""(section, element) of each record: the section is the local name of the element's parent."""


def open_list(
    source: bytes | IO[bytes], *, what: str, root: str, depth: int
) -> tuple[dict[str, str], Records]:
    """Return the root's attributes (names without namespace) and the elements at `depth` (the root stands at 1).

    Each element is freed when the next is asked for. Raises InputError with line and cause, here or on the way, for
    what is not well-formed, declares a document type, holds an entity, or has another root: it is not `what`;
    LimitError beyond size, depth or text.
    """
    parser = _parser(source)
    try:
        _, top = next(parser)
    except etree.XMLSyntaxError as error:
        raise _damage(parser, error) from error
    _refuse_doctype(top)
    if local_name(top) != root:
        raise InputError(f"not {what}: its root is {local_name(top)}", remedy="choose the list's own format")
    return {str(key).rpartition("}")[2]: str(value) for key, value in top.attrib.items()}, _records(parser, depth)


def _records(parser: etree.iterparse, depth: int) -> Records:
    try:
        yield from _walk(parser, depth)
    except etree.XMLSyntaxError as error:
        raise _damage(parser, error) from error


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


def _walk(parser: etree.iterparse, depth: int) -> Records:
    level = 1  # the root was read
    for event, element in parser:
        if event == "start":
            level += 1
            if level > XML_DEPTH_MAX:
                raise LimitError(
                    f"XML nested too deep at line {line_of(element)}", why=f"more than {XML_DEPTH_MAX}"
                )
            continue
        text = element.text
        if text is not None and len(text) > XML_TEXT_CHARACTERS_MAX:
            raise LimitError(
                f"one text at line {line_of(element)} has {len(text)} characters",
                why=f"the limit is {XML_TEXT_CHARACTERS_MAX}",
            )
        if level == depth and (parent := element.getparent()) is not None:
            yield local_name(parent), element
            _free(element, parent)
        elif level < depth:
            _refuse_loose(element, text)
            for child in element:
                _refuse_loose(child, child.tail)
        level -= 1


def _refuse_doctype(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(
            f"the XML declares a document type before line {line_of(root)}",
            why="a document type can define entities that read files or grow without bound",
        )


def _refuse_loose(element: etree._Element, text: str | None) -> None:
    """Refuse text outside every record: somebody's tags are lost, and whose they were cannot be told."""
    if text is not None and not text.isspace():
        raise InputError(
            f"damaged XML: text of no entry at or after line {line_of(element)}: {' '.join(text.split())[:40]!r}",
            remedy="fetch the list again; nothing of this file was taken over",
        )


def _free(element: etree._Element, parent: etree._Element) -> None:
    element.clear(keep_tail=True)  # what follows it is looked at when it is known to be whole
    while element.getprevious() is not None:
        _refuse_loose(parent[0], parent[0].tail)
        del parent[0]
