"""Pages of lists, and cursors: where a list goes on, opaque to whoever holds one, bound to the question it came from.

Knows:    the last key given, and a digest of the question.
Told:     both when a page ends; a cursor when the next begins.
Answers:  a page; a cursor, or the key after which to go on.
Trusted:  no: a cursor only says where to look; rights are checked anew for every page.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.ground.errors import InputError
from evenhand.ground.limits import API_CURSOR_CHARACTERS_MAX, API_PAGE_ITEMS_MAX

Item = TypeVar("Item")
_VERSION = 1


def _digest(question: Any) -> str:  # noqa: ANN401 - any JSON value
    return hashlib.sha256(canonical_bytes(question)).hexdigest()[:16]


def cursor(after: str, question: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the cursor that goes on after a key."""
    text = canonical_bytes([_VERSION, after, _digest(question)])
    return urlsafe_b64encode(text).decode("ascii").rstrip("=")


def after_of(text: str, question: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the key a cursor goes on after; "" for no cursor. Raises InputError."""
    if not text:
        return ""
    remedy = "begin again without a cursor"
    if len(text) > API_CURSOR_CHARACTERS_MAX:
        raise InputError("the cursor is too long", remedy=remedy)
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        version, after, digest = msgspec.json.decode(raw, type=tuple[int, str, str])
    except (ValueError, *UNREADABLE) as error:
        raise InputError("not a cursor of this API", remedy=remedy) from error
    if version != _VERSION or cursor(after, question) != text:
        raise InputError("this cursor belongs to another question", why=f"it is of {digest}", remedy=remedy)
    return after


def page_size(limit: int) -> int:
    """Return a page's size. Raises InputError outside 1 to API_PAGE_ITEMS_MAX."""
    if not 1 <= limit <= API_PAGE_ITEMS_MAX:
        raise InputError(f"limit must lie between 1 and {API_PAGE_ITEMS_MAX}")
    return limit


def page_of(
    items: Iterable[Item], key: Callable[[Item], str], *, limit: int, after: str, question: Any  # noqa: ANN401 - JSON
) -> tuple[tuple[Item, ...], str | None]:  # fmt: skip
    """Return the page of a list in the order of its keys that `after`, a cursor, goes on with, and the next cursor.

    The last page's is None. `question` is what the list was asked for. Raises InputError.
    """
    size, last = page_size(limit), after_of(after, question)
    rest = sorted((one for one in ((key(item), item) for item in items) if one[0] > last), key=lambda one: one[0])
    following = cursor(rest[size - 1][0], question) if len(rest) > size else None
    return tuple(item for _, item in rest[:size]), following
