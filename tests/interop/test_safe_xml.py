"""Hostile XML is refused with its line, before anything is answered."""

from __future__ import annotations

import io
from typing import IO

import pytest

from evenhand.ground.errors import InputError, LimitError
from evenhand.interop import safe_xml
from evenhand.interop.fields import FieldReader
from evenhand.interop.safe_xml import Records, line_of, local_name, open_list


def opened(data: bytes | IO[bytes], depth: int) -> Records:
    return open_list(data, what="a test", root="a", depth=depth)[1]


def read(data: bytes, depth: int = 2) -> list[tuple[str, str | None]]:
    return [(section, element.text) for section, element in opened(data, depth)]


def test_records_come_with_their_section_and_are_freed() -> None:
    found = []
    for section, element in opened(io.BytesIO(b"<a><s><r>1</r>\n<r>2</r></s><t><r>3</r></t></a>"), 3):
        found.append((section, element.text, line_of(element)))
        earlier = element.getprevious()
        assert earlier is None or earlier.text is None
    assert found == [("s", "1", 1), ("s", "2", 2), ("t", "3", 2)]


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a [<!ENTITY x 'boo'>]><a><r>&x;</r></a>",
        b"<!DOCTYPE a SYSTEM 'http://invalid.example/a.dtd'><a/>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a><r>&x;</r></a>",
        "<!DOCTYPE a [<!ENTITY x 'boo'>]><a/>".encode("utf-16"),
    ],
)
def test_a_document_type_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="document type"):
        read(data)


def test_an_undeclared_entity_is_refused() -> None:
    with pytest.raises(InputError, match="line 1"):
        read(b"<a><r>&x;</r></a>")


@pytest.mark.parametrize("data", [b"", b"<a><r></a>", b"<a>\x01</a>", b"<a/><b/>", b"plain"])
def test_damage_is_named_with_its_line(data: bytes) -> None:
    with pytest.raises(InputError, match="line"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<a>lost<s><r>1</r></s></a>", b"<a><s>lost<r>1</r></s></a>", b"<a><s><r>1</r>lost<r>2</r></s></a>",
        b"<a><s><r>1</r>lost</s></a>", b"<a><s><r>1</r></s>lost</a>", b"<a><s/>lost<s/></a>", b"<a><s>lost</s></a>",
        b"<a><s><r>1</r><!-- x -->lost<r>2</r></s></a>", b"<a><s/>" + b" " * 200_000 + b"lost</a>",
        b"<a><s><r>1</r>" + b" " * 200_000 + b"lost<r/></s></a>",
    ],
)  # fmt: skip
def test_text_outside_every_record_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="text of no entry at or after line 1: 'lost'"):
        read(data, 3)


@pytest.mark.parametrize("data", [b"<a>lost<r>1</r></a>", b"<a><r>1</r>lost<r>2</r></a>", b"<a><r>1</r>lost</a>"])
def test_text_in_the_root_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="text of no entry"):
        read(data)


def test_an_attribute_of_a_list_that_writes_none_is_told() -> None:
    data = (
        b'<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><r kind="x" none=" " xml:lang="en" i:nil="true">'
        b'<t long="' + b"y" * 30_000 + b'">1</t></r></a>'
    )
    told = []
    for _, element in opened(data, 2):
        reader = FieldReader(element)
        reader.text("t")
        told += [*reader.leftovers()]
        assert not [*FieldReader(element, attributes=False).leftovers()][1:]
    assert [(field, reason[:19]) for _, field, reason in told] == [
        ("@kind", "a field the importe"), ("t@long", "text of 30000 chara"),
    ]  # fmt: skip


def test_the_root_is_known_before_any_record() -> None:
    with pytest.raises(InputError, match="damaged XML"):
        open_list(b"<<", what="a test", root="a", depth=2)
    with pytest.raises(InputError, match="not a test: its root is b"):
        open_list(b"<b><a/></b>", what="a test", root="a", depth=2)
    attributes, found = open_list(b"<x:a xmlns:x='u' x:b='1'/>", what="a test", root="a", depth=2)
    assert (attributes, list(found)) == ({"b": "1"}, [])


def test_depth_text_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LimitError, match="deep"):
        read(b"<a>" * 65 + b"</a>" * 65)
    monkeypatch.setattr(safe_xml, "XML_TEXT_CHARACTERS_MAX", 10)
    with pytest.raises(LimitError, match="11 characters"):
        read(b"<a><r>01234567890</r></a>")
    monkeypatch.setattr(safe_xml, "LIST_BYTES_MAX", 10)
    with pytest.raises(LimitError, match="too large"):
        read(b"<a><r>1</r></a>")


def test_a_reader_tells_what_nobody_took() -> None:
    for _, element in opened(b"<a><r><n>x</n><g><h>y</h></g><e> </e></r></a>", 2):
        reader = FieldReader(element)
        assert reader.text("n") == "x"
        assert reader.text("missing") == ""
        assert reader.take(None) == ""
        assert [(line, field) for line, field, _ in reader.leftovers()] == [(1, "g/h")]
        assert local_name(element) == "r"
