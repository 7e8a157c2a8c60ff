"""A member's own table over HTTP: the empty template, and a proposal for the columns of a table there is already.

Knows:    the template's columns.
Told:     a CSV or Excel table, as the body.
Answers:  the template; which column seems to be what, for a person to confirm before anything is imported.
Trusted:  no: it only proposes; `POST /v1/imports/template` takes the confirmed mapping as `columns`.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from evenhand.api.rows import Asked, Reply, Row
from evenhand.api.uploads import OCTETS
from evenhand.ground.limits import API_TABLE_BYTES_MAX
from evenhand.interop.template import Proposal, empty_template, propose
from evenhand.trust.permissions import Permission

_CSV: Final = "text/csv; charset=utf-8"


async def empty(_: Asked) -> Reply:
    """Return the template."""
    return Reply(body=empty_template(), media=_CSV)


async def columns(asked: Asked) -> Reply:
    """Propose what the columns of the table in the body are. Raises InputError or LimitError."""
    return Reply(body=msgspec.json.encode(await asyncio.to_thread(propose, asked.body)))


ROWS: Final = (
    Row("GET", "/v1/template", "An empty table to fill in, with what belongs in each column", "notices", run=empty,
        power=Permission.NOTICE_PUBLISH, media=_CSV),
    Row("POST", "/v1/template/columns", "Propose what the columns of the table in the body are", "notices",
        run=columns, power=Permission.NOTICE_PUBLISH, accepts=OCTETS, gives=Proposal,
        body_bytes_max=API_TABLE_BYTES_MAX),
)  # fmt: skip
