"""One XML record read so that nothing in it can be overlooked.

Knows:    which texts of the record have been taken.
Told:     by an importer, which takes the fields it understands.
Answers:  texts in order, and at the end every text nobody took.
Trusted:  yes: "nothing is dropped silently" rests on `leftovers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from evenhand.ground.limits import LIST_FIELD_CHARACTERS_MAX
from evenhand.interop.safe_xml import attributes_in, line_of, local_name, stray_texts

UNKNOWN: Final = "a field the importer does not know"


def clean(text: str | None) -> str:
    """Fold every run of white space to one space, as list editors wrap lines inside names."""
    return " ".join((text or "").split())


def too_long(text: str) -> bool:
    """Whether a field is longer than any that a notice can hold: it is refused before any expression looks at it."""
    return len(text) > LIST_FIELD_CHARACTERS_MAX


def why_left(text: str) -> str:
    """Return why a field was left: it is too long, or nobody asked for it."""
    return f"text of {len(text)} characters: the limit is {LIST_FIELD_CHARACTERS_MAX}" if too_long(text) else UNKNOWN


def prefixed(name: str, number: str) -> str:
    """Return a number with the name of its field before it; empty where there is none."""
    return f"{name} {number}" if number else ""


class FieldReader:
    """Hands out an element's texts once, and tells at the end which were never asked for.

    Written for speed: a list has millions of fields, each asked for by name, so children are named once.
    """

    def __init__(self, element: etree._Element, *, attributes: bool = True) -> None:
        """Begin with an element; of a list that keeps values in `attributes`, whoever takes those must see to them."""
        self.element = element
        self._attributes = attributes
        self.line = line_of(element)
        # lxml makes proxies on demand; holding them keeps each id() true for as long as this reader lives
        self._held = [*element.iter()]
        self._left: dict[int, etree._Element] = {
            id(node): node for node in self._held if (text := node.text) and not text.isspace()
        }
        self._named: dict[int, dict[str, list[etree._Element]]] = {}

    def _children(self, name: str, inside: etree._Element | None) -> Sequence[etree._Element]:
        parent = self.element if inside is None else inside
        named = self._named.get(id(parent))
        if named is None:
            named = self._named[id(parent)] = {}
            self._held.append(parent)
            for child in parent:
                named.setdefault(local_name(child), []).append(child)
        return named.get(name, ())

    def take(self, node: etree._Element | None) -> str:
        """Take one node's text; empty where the node is absent, says nothing, or says too much: that is left."""
        if node is None:
            return ""
        text = clean(node.text)
        if len(text) > LIST_FIELD_CHARACTERS_MAX:
            return ""
        self._left.pop(id(node), None)
        return text

    def text(self, name: str, inside: etree._Element | None = None) -> str:
        """Take the first child called `name`."""
        found = self._children(name, inside)
        return self.take(found[0]) if found else ""

    def children(self, name: str, inside: etree._Element | None = None) -> Iterator[etree._Element]:
        """Yield the children called `name`, in order, without taking anything."""
        yield from self._children(name, inside)

    def texts(self, *path: str) -> Iterator[tuple[int, str]]:
        """Take every non-empty text along a path of names, with its line."""
        nodes = [self.element]
        for name in path:
            nodes = [child for node in nodes for child in self._children(name, node)]
        for node in nodes:
            if text := self.take(node):
                yield line_of(node), text

    def leftovers(self) -> Iterator[tuple[int, str, str]]:
        """Yield (line, path below the record, reason) of each text never taken, in document order.

        Then of attributes, where the list is one that writes none, and of texts that stray between elements.
        """
        for node in self._left.values():
            names = [local_name(node)]
            parent = None if node is self.element else node.getparent()
            while parent is not None and parent is not self.element:
                names.append(local_name(parent))
                parent = parent.getparent()
            yield line_of(node), "/".join(reversed(names)), why_left(clean(node.text))
        for line, name, value in attributes_in(self.element) if self._attributes else ():
            yield line, name, why_left(clean(value))
        yield from stray_texts(self.element)
