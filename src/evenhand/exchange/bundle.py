"""A ledger as a file, for a link by hand: the same frames as `/follow`, one after another.

Knows:    the file's title and the order of frames: rosters, evidence, then entries.
Told:     a feed desk, or the bytes of a file from anyone.
Answers:  chunks to write; frames to give to the mirror.
Trusted:  no: a file is a stranger until the mirror judged it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from evenhand.exchange.feed import FeedDesk
from evenhand.exchange.frames import Frame, FrameReader, RosterFrame, print_frame
from evenhand.ground.errors import InputError

_TITLE: Final = b"evenhand/bundle/v1\n"


def write_bundle(
    desk: FeedDesk, *, reader: str, positions: dict[str, int], rosters: Iterable[bytes]
) -> Iterator[bytes]:  # fmt: skip
    """Yield the file: what `reader` may have of the ledgers in `positions`, from the sizes given there.

    Raises RefusedError if the reader is not an active member.
    """
    feed = desk.open(reader, positions, "ordinary")
    yield _TITLE
    for document in rosters:
        yield print_frame(RosterFrame(document=document))
    while frames := desk.next_frames(feed):
        for frame in frames:
            yield print_frame(frame)


def read_bundle(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """Yield the frames of a file read in chunks. Raises InputError on a foreign, damaged or cut-off file."""
    reader, head, titled = FrameReader(), b"", False
    for chunk in chunks:
        if titled:
            yield from reader.feed(chunk)
            continue
        head += chunk
        if len(head) >= len(_TITLE):
            if not head.startswith(_TITLE):
                raise InputError(
                    "this file is not a ledger bundle", remedy="make one with `evenhand ledger export`"
                )
            titled = True
            yield from reader.feed(head[len(_TITLE) :])
    if not titled or reader.unfinished_bytes:
        raise InputError(
            "this ledger bundle is cut off", why="its last frame is incomplete",
            remedy="copy the file again; what was read before the cut is kept",
        )  # fmt: skip
