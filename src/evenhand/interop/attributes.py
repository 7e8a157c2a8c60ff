"""One XML record whose values stand in attributes, read so that none can be overlooked.

Knows:    which attributes and texts of the record have been taken.
Told:     by an importer, which takes the ones it understands.
Answers:  values, and at the end every value nobody took.
Trusted:  yes: "nothing is dropped silently" rests on `leftovers`, here as in `fields`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from evenhand.interop.fields import clean, too_long, why_left
from evenhand.interop.safe_xml import line_of, local_name, stray_texts

_TEXT = ""
"""The name under which an element's own text is kept."""


class AttributeReader:
    """Hands out an element's attributes and texts once, and tells at the end which were never asked for."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.line = line_of(element)
        # lxml makes proxies on demand; holding them keeps each id() true for as long as this reader lives
        self._held = list(element.iter())
        self._left: dict[tuple[int, str], etree._Element] = {}
        for node in self._held:
            for name, value in node.attrib.items():
                if clean(str(value)):
                    self._left[id(node), str(name)] = node
            if clean(node.text):
                self._left[id(node), _TEXT] = node

    def children(self, name: str, inside: etree._Element | None = None) -> Iterator[etree._Element]:
        """Yield the children called `name`, in order, without taking anything."""
        for child in inside if inside is not None else self.element:
            if local_name(child) == name:
                yield child

    def get(self, name: str, node: etree._Element | None = None) -> str:
        """Take one attribute; empty where it is absent or empty, is `-` for nothing, or is too long: that is left."""
        value = self._take(self.element if node is None else node, name)
        return "" if value == "-" else value

    def text(self, node: etree._Element) -> str:
        """Take an element's own text; one that is too long is left."""
        return self._take(node, _TEXT)

    def _take(self, node: etree._Element, name: str) -> str:
        value = _said(node, name)
        if too_long(value):
            return ""
        self._left.pop((id(node), name), None)
        return value

    def skip(self, node: etree._Element, *names: str) -> None:
        """Take attributes that say nothing about a person."""
        for name in names:
            self._left.pop((id(node), name), None)

    def skip_whole(self, node: etree._Element) -> None:
        """Take everything in an element: the legal act behind a name, a web address."""
        for one in node.iter():
            for name in (_TEXT, *(str(key) for key in one.attrib)):
                self._left.pop((id(one), name), None)

    def leftovers(self) -> Iterator[tuple[int, str, str]]:
        """Yield (line, path, reason) of each value that was never taken, in document order; then of stray texts."""
        for (_, name), node in self._left.items():
            path = "" if node is self.element else local_name(node)
            yield line_of(node), f"{path}@{name}" if name else path or "text", why_left(_said(node, name))
        yield from stray_texts(self.element)


def _said(node: etree._Element, name: str) -> str:
    return clean(str(node.get(name, "")) if name else node.text)
