"""The one table of everything that can be asked of a node; every face goes through it.

Knows:    names, the shape of each request, what a person must be allowed to.
Told:     a name and JSON.
Answers:  JSON.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError, RefusedError, UsageError
from evenhand.node.asking import ASKING
from evenhand.node.batching import BATCHING
from evenhand.node.cases.from_lists import FROM_LISTS
from evenhand.node.cases.lifecycle import LIFECYCLE
from evenhand.node.cases.publication import PUBLICATION
from evenhand.node.cases.workflow import WORKFLOW
from evenhand.node.deciding.operations import DECIDING
from evenhand.node.doctor import EXAMINING
from evenhand.node.exporting import EXPORTING
from evenhand.node.governing import GOVERNING
from evenhand.node.importing import IMPORTING
from evenhand.node.keeping import KEEPING
from evenhand.node.people.gate import authorise
from evenhand.node.people.managing import PEOPLE
from evenhand.node.people.presence import PRESENCE
from evenhand.node.redress.desk import DESK
from evenhand.node.redress.numbers import NUMBERS
from evenhand.node.redress.objecting import OBJECTING
from evenhand.node.redress.protection import PROTECTION
from evenhand.node.reporting.operations import REPORTING
from evenhand.node.showing import SHOWING
from evenhand.node.site import Operation, Site
from evenhand.node.telling import TELLING

_ALL: Final[tuple[Operation[Any], ...]] = (
    *ASKING, *BATCHING, *SHOWING, *TELLING, *IMPORTING, *EXPORTING, *GOVERNING, *KEEPING, *EXAMINING, *DECIDING,
    *PEOPLE, *PRESENCE, *WORKFLOW, *PUBLICATION, *FROM_LISTS, *LIFECYCLE, *DESK, *NUMBERS, *PROTECTION,
    *OBJECTING, *REPORTING,
)  # fmt: skip
OPERATIONS: Final[dict[str, Operation[Any]]] = {one.name: one for one in _ALL}


def admit(site: Site, name: str) -> None:
    """Let the caller pass to an operation, and record that they asked, or was refused. Raises RefusedError.

    On a node without accounts nobody is recorded: everything is the owner's.
    """
    people = site.people
    if people.registry.is_empty:
        return
    caller = people.caller(site.token)
    about = {"who": "" if caller is None else caller.who, "operation": name}
    try:
        authorise(caller, name)
    except RefusedError as error:
        site.record("people.look", {**about, "refused": error.what})
        raise
    if caller is None:
        return
    if OPERATIONS[name].permission == "read":
        site.record_later("people.look", about)  # on disk before the answer leaves
    else:
        site.record("people.look", about)


async def _perform(site: Site, name: str, request: bytes) -> Any:  # noqa: ANN401 - any answer struct
    operation = OPERATIONS.get(name)
    if operation is None:
        raise UsageError(f"no operation is called {name[:60]!r}", remedy="bring program and node to the same release")
    admit(site, name)
    try:
        asked = msgspec.json.decode(request, type=operation.request)
    except UNREADABLE as error:
        # Our own checks inside a request arrive wrapped; their words are the better ones.
        cause = error.__cause__
        raise (
            cause if isinstance(cause, InputError) else InputError("the request cannot be used", why=str(error))
        ) from error
    return await operation.run(site, asked)


async def perform(site: Site, name: str, request: bytes) -> Any:  # noqa: ANN401 - any answer struct
    """Run an operation on a JSON request and return its answer struct, once all that is recorded of it is durable.

    Raises UsageError on an unknown name, RefusedError at the gate, InputError on a request of another shape,
    StoreError, else as the operation.
    """
    try:
        return await _perform(site, name, request)
    finally:
        await site.durable()  # whoever came meanwhile as well: groups that keep together are half as many writes
