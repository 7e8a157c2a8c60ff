"""Lists in a zip archive: the files of the list are taken, and damage is refused as damage."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from evenhand.api.archives import unpack
from evenhand.ground.errors import InputError


def packed(method: int, name: str = "list/SDN.CSV") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        made.writestr(name, b"1,a\r\n")
    return stream.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_plain_archive_gives_the_files_of_the_list(method: int, tmp_path: Path) -> None:
    unpack(io.BytesIO(packed(method)), tmp_path)
    assert (tmp_path / "sdn.csv").read_bytes() == b"1,a\r\n"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_by_another_method_is_refused(method: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no zip archive that can be read"):
        unpack(io.BytesIO(packed(method)), tmp_path)


def test_a_part_that_says_it_is_packed_by_bzip2_and_is_not_is_refused(tmp_path: Path) -> None:
    """Its damage was raised as an error of the disk: found by fuzzing."""
    data = bytearray(packed(zipfile.ZIP_STORED))
    for magic, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(magic) + offset] = zipfile.ZIP_BZIP2
    with pytest.raises(InputError):
        unpack(io.BytesIO(bytes(data)), tmp_path)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    unpack(io.BytesIO(packed(zipfile.ZIP_BZIP2, "../evil.txt")), tmp_path)
    assert [*tmp_path.iterdir()] == []
