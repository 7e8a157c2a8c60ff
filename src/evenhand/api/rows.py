"""A row of the API: one method and path, what it takes and gives, and who answers it.

Knows:    how a row's path, parameters and body make the request of an operation.
Told:     rows by the tables of the faces.
Answers:  what the router and the contract need of a row.
Trusted:  yes: a row without a permission cannot be written.

Adding an operation of `node/operations.py` is one more row in `routes.py`: its request, answer, checks
and errors come with it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, get_type_hints

import msgspec

from evenhand.api.callers import Need, need_of
from evenhand.ground.limits import API_BODY_BYTES_MAX
from evenhand.node.operations import OPERATIONS
from evenhand.node.people.accounts import Caller
from evenhand.node.site import Site
from evenhand.trust.permissions import Permission

if TYPE_CHECKING:
    from evenhand.api.service import Service

JSON: Final = "application/json"
_IN_PATH: Final = re.compile(r"\{(\w+)\}")
Method = Literal["GET", "POST", "PUT"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One admitted request. `values` are the checked path and query values; `body` the bytes sent."""

    caller: Caller | None
    site: Site
    service: Service
    values: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    row: Row
    stream: AsyncIterator[bytes] | None = None
    query: Any = None
    purpose: str = ""
    legal_basis: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back: bytes, or a stream of them."""

    body: bytes = b""
    status: int = 200
    media: str = JSON
    headers: Mapping[str, str] = {}
    stream: AsyncIterator[bytes] | None = None


Run = Callable[[Asked], Awaitable[Reply]]
Render = Callable[[Any], bytes]


@dataclass(frozen=True)
class Row:
    """One method and path. Either `operation` names who answers, or `run` does."""

    method: Method
    path: str
    summary: str
    tag: str
    operation: str = ""
    run: Run | None = None
    power: Need = Permission.NODE_WATCH
    """Taken from the operation where there is one; `open` asks for no key."""
    stands_for: str = ""
    """The operation that `run` has done: callers of a node with accounts pass its gate as well."""
    body_field: str = ""
    """The body is this field of the operation's request, not the rest of it."""
    takes: Any = None
    """The type of a JSON body, where `run` answers."""
    query_type: type[msgspec.Struct] | None = None
    gives: Any = None
    """The type of a JSON answer, where `run` answers."""
    render: Render | None = None
    status: int = 200
    refused_in_kind: int = 0
    """A status with which it refuses in its own media type, where that has words for it."""
    statuses: tuple[int, ...] = ()
    """Other statuses this row may answer with, beside those every row has."""
    accepts: str = JSON
    media: str = JSON
    purpose: bool = False
    """A person is looked up: purpose and legal basis must be stated."""
    closed: str = ""
    """Why nobody with a key can do it, and what to do instead: it stays in the contract, where it was promised once."""
    for_members: bool = False
    """Also for a key that reads for another member (see `callers.reads_for`): it gives what that one was released."""
    by_link: bool = False
    """Who asks is proved by the path, and why as well (see `links`): no header is needed."""
    for_pages: bool = False
    """A page of any origin may ask it and read the answer, with the right that its own script shows (ADR 0066)."""
    names_journey: bool = False
    """The body says itself which flight or journey it belongs to."""
    repeatable: bool = True
    """False: a write that done twice is two writes, so that it needs an Idempotency-Key."""
    takes_key: bool = False
    """A write that is the same when it is done twice, but honours an Idempotency-Key where one is sent."""
    shown_once: bool = False
    """Its answer holds a secret, or what it has just deleted: a repeat is told that it was done, and no more."""
    guarded: Literal["", "may", "must"] = ""
    """If-Match is honoured, or asked for, on the notice in the path."""
    body_bytes_max: int = API_BODY_BYTES_MAX
    streams_in: bool = False
    """The body is too large to hold: it arrives as `Asked.stream`."""
    lenient: bool = False
    """The parameters are another standard's: text that `run` reads itself."""
    lenient_names: tuple[str, ...] = ()
    """Which they are; any other is refused."""
    extra_headers: tuple[str, ...] = ()
    examples: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def in_path(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(_IN_PATH.findall(self.path))

    @cached_property
    def keyed(self) -> Literal["", "may", "must"]:
        """Whether an Idempotency-Key is honoured, or asked for."""
        if not self.repeatable:
            return "must"
        return "may" if self.takes_key else ""

    @cached_property
    def needs(self) -> Need:
        """The permission a caller must have; `open` for none, also for who is only about to sign in."""
        need = need_of(self.operation) if self.operation else self.power
        return "open" if need is Permission.SIGN_IN else need

    def in_request(self, values: Mapping[str, str]) -> dict[str, str | int]:
        """Return the values of the path as the operation's request takes them: numbers as numbers."""
        hints = get_type_hints(OPERATIONS[self.operation].request)
        plain = {name: text.isascii() and text.isdigit() and hints[name] is int for name, text in values.items()}
        return {name: int(text[:18]) if plain[name] else text for name, text in values.items()}

    @cached_property
    def asked_type(self) -> type[msgspec.Struct] | None:
        """The operation's request less what is in the path: a body, or the query of a GET."""
        if not self.operation:
            return None
        request = OPERATIONS[self.operation].request
        if not self.in_path:
            return request
        return without(request, self.in_path)

    @cached_property
    def body_type(self) -> Any:  # noqa: ANN401 - a type
        """The type of the JSON body, or None where there is none."""
        if self.method == "GET":
            return None
        if self.operation and self.body_field:
            return get_type_hints(OPERATIONS[self.operation].request)[self.body_field]
        if self.operation:
            return self.asked_type if self.asked_type is not None and self.asked_type.__struct_fields__ else None
        return self.takes

    @cached_property
    def has_body(self) -> bool:
        """Whether the row reads a body at all."""
        return self.method != "GET" and (self.body_type is not None or self.accepts != JSON)

    @cached_property
    def reads_body(self) -> bool:
        """Whether a body is read into memory: also one of a request without fields, that nothing in it goes unseen."""
        return not self.streams_in and (self.has_body or (self.method != "GET" and bool(self.operation)))

    @cached_property
    def parameters(self) -> type[msgspec.Struct] | None:
        """The type of the query, or None where there is none."""
        if self.query_type is not None:
            return self.query_type
        if self.method == "GET" and self.asked_type is not None and self.asked_type.__struct_fields__:
            return self.asked_type
        return None

    @cached_property
    def answer_type(self) -> Any:  # noqa: ANN401 - a type
        """The type of the JSON answer, or None for another media type."""
        if self.gives is not None or not self.operation:
            return self.gives
        return get_type_hints(OPERATIONS[self.operation].run)["return"]

    @cached_property
    def name(self) -> str:
        """A name for generated clients: `get_v1_notices_notice`."""
        return re.sub(r"\W+", "_", f"{self.method.lower()}{self.path}").rstrip("_")


def without(kind: type[msgspec.Struct], names: tuple[str, ...]) -> type[msgspec.Struct]:
    """Return a struct of the fields not named, under a name of its own for the contract."""
    hints = get_type_hints(kind)
    fields: list[Any] = []
    for one in msgspec.structs.fields(kind):
        if one.name in names:
            continue
        if one.required:
            fields.append((one.name, hints[one.name]))
        elif one.default_factory is not msgspec.NODEFAULT:
            fields.append((one.name, hints[one.name], msgspec.field(default_factory=one.default_factory)))
        else:
            fields.append((one.name, hints[one.name], one.default))
    made: type[msgspec.Struct] = msgspec.defstruct(
        f"{kind.__name__}Body", fields, frozen=True, kw_only=True, forbid_unknown_fields=True, module=kind.__module__
    )
    made.__doc__ = kind.__doc__
    return made
