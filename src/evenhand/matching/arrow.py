# ruff: noqa: ANN401 - pyarrow ships no types
"""Many questions as an Arrow table, their answers as another, on all cores.

Knows:    the columns of both tables.
Told:     anything that hands out Arrow data (`__arrow_c_stream__`): pyarrow, polars, DuckDB, pandas.
Answers:  a table with a row a candidate; the same candidates as one question at a time.
Trusted:  yes: a row passed over is a traveller not compared.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, Protocol

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.person import Sex
from evenhand.matching.contract import Answer, Query, QueryDocument, Reason

QUESTION_COLUMNS: Final = ("name", "names", "birth_date", "sex", "nationality", "documents")
"""`name`: text, `names`: list of text (one of both, or `documents`); `birth_date`: text or date; `sex`: F, M, X or U;
`nationality`: text or list of text; `documents`: list of {number, type, issuer}. Every column may be left out or null.
"""
_ROWS_AT_ONCE: Final = 8_192


class Asked(Protocol):
    """A matcher that answers many questions at once."""

    def search_many(self, queries: Sequence[Query], *, threads: int = 2) -> list[Answer]:
        """Answer questions in their order."""
        ...


def search_table(matcher: Asked, questions: Any, *, threads: int | None = None) -> Any:
    """Return a table of candidates for a table of questions (see QUESTION_COLUMNS); `threads`: as many as cores.

    Columns: `row` (of the question, from 0), `key`, `strength` (0 … 1000), `band`, `reasons`, `not_compared`. A
    question has a row a candidate, strongest first; if part of it cannot be compared, `not_compared` says so in every
    one of its rows, and in a row without a key if it has no candidate. Raises InputError, which names the row, if a
    question is not one.
    """
    arrow = _arrow()
    table = arrow.table(questions)
    unknown = [name for name in table.column_names if name not in QUESTION_COLUMNS]
    if unknown or not {"name", "names", "documents"} & set(table.column_names):
        raise InputError(
            "this is no table of questions",
            why=f"its columns are {', '.join(table.column_names) or 'none'}",
            remedy=f"give name, names or documents; known columns: {', '.join(QUESTION_COLUMNS)}",
        )
    rows: list[dict[str, Any]] = []
    workers = threads or os.cpu_count() or 1
    first = 0
    for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE):
        queries = [_query(first + at, row) for at, row in enumerate(batch.to_pylist())]
        for at, answer in enumerate(matcher.search_many(queries, threads=workers)):
            rows.extend(_rows(first + at, answer))
        first += batch.num_rows
    return arrow.Table.from_pylist(rows, schema=_schema(arrow))


def _arrow() -> Any:
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional: only those who ask by tables need it
    except ImportError as error:
        raise InputError("tables need pyarrow", remedy="install evenhand[arrow]") from error
    return pa


def _schema(arrow: Any) -> Any:
    text, number = arrow.string(), arrow.int16()
    reason = arrow.struct([
        ("field", text), ("weight", number), ("text", text), ("asked", text), ("listed", text)
    ])  # fmt: skip
    return arrow.schema([
        ("row", arrow.int64()), ("key", text), ("strength", number), ("band", text), ("reasons", arrow.list_(reason)),
        ("not_compared", arrow.list_(text)),
    ])  # fmt: skip


def _many(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(one for one in value if one is not None)


def _query(at: int, row: dict[str, Any]) -> Query:
    """Return a row as a question. Raises InputError."""
    born = row.get("birth_date")
    try:
        documents = tuple(
            msgspec.convert({name: value for name, value in one.items() if value is not None}, QueryDocument)
            for one in row.get("documents") or ()
        )
        return Query(
            names=tuple(one for one in (*_many(row.get("name")), *_many(row.get("names"))) if one.strip()),
            birth_date=born.isoformat()[:10] if isinstance(born, date) else born or None,
            sex=msgspec.convert(row.get("sex") or "U", Sex),
            nationalities=_many(row.get("nationality")),
            documents=documents,
        )
    except (InputError, msgspec.ValidationError, AttributeError, TypeError) as error:
        raise InputError(f"row {at} is no question", why=str(error)) from error


def _rows(at: int, answer: Answer) -> Iterator[dict[str, Any]]:
    apart = list(answer.not_compared) or None
    for one in answer.candidates:
        yield {
            "row": at, "key": one.key, "strength": one.strength, "band": one.band,
            "reasons": [_reason(reason) for reason in one.reasons], "not_compared": apart,
        }  # fmt: skip
    if apart and not answer.candidates:
        yield {"row": at, "key": None, "strength": None, "band": None, "reasons": None, "not_compared": apart}


def _reason(reason: Reason) -> dict[str, Any]:
    return {name: getattr(reason, name) for name in Reason.__struct_fields__}
