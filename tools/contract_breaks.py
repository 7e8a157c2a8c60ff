"""What of a changed contract would break a client written for the one before.

Knows:    OpenAPI 3.1: paths, parameters, bodies, answers, keys. What schemas allow is in `contract_schemas`.
Told:     two contracts, the kept and the new.
Answers:  a sentence for each break; none where every client of the old one can go on.
Trusted:  not a trust boundary.

What a client sends may only be taken more widely; what it is answered may only become narrower. So these break: a path,
method, parameter, media type of a body, or field that is gone; one that is new and compulsory; a status of success or a
media type of an answer that is gone; another success; keys that are no longer taken, or no longer asked for (which
breaks nobody's program and everybody's trust). A new path, an optional parameter or field, a new field of an answer and
a new refusal do not: clients ignore fields that they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tools.contract_schemas import Comparison, Schema, resolve

_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_NOT_MODIFIED: Final = "304"
"""Answered only to who asks for it with If-None-Match."""


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what of `new` would break a client written for `old`."""
    return list(_breaks(old, new))


def _breaks(old: Schema, new: Schema) -> Iterator[str]:
    asked, told = (Comparison(old, new, asked=one) for one in (True, False))
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            if method not in _METHODS:
                continue
            where, after = f"{method.upper()} {path}", new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{where} is gone"
                continue
            was, now = (old, {**methods, **before}), (new, {**new["paths"][path], **after})
            for found in (_parameters(was, now, asked), _bodies(was, now, asked), _answers(was, now, told),
                          _keys(was, now)):  # fmt: skip
                yield from (f"{where}: {one}" for one in found)


Place = tuple[Schema, Schema]
"""A contract, and an operation of it with what its path says for all."""


def _named(place: Place) -> dict[tuple[str, str], Schema]:
    """Return the parameters; names of headers are the same in either case."""
    found = [resolve(place[0], one) for one in place[1].get("parameters", ())]
    return {(one["in"], one["name"].lower() if one["in"] == "header" else one["name"]): one for one in found}


def _parameters(before: Place, after: Place, asked: Comparison) -> Iterator[str]:
    was, now = _named(before), _named(after)
    for (kind, name), one in now.items():
        if one.get("required") and not was.get((kind, name), {}).get("required"):
            yield f"parameter {name} ({kind}) is now compulsory"
    for (kind, name), one in was.items():
        where = f"parameter {name} ({kind})"
        if (kind, name) not in now:
            yield f"{where} is gone"
            continue
        other = now[kind, name]
        for word in ("style", "explode", "allowReserved", "content"):
            if one.get(word) != other.get(word):
                yield f"{where} is written otherwise ({word})"
        yield from asked.breaks(one.get("schema", {}), other.get("schema", {}), where)


def _bodies(before: Place, after: Place, asked: Comparison) -> Iterator[str]:
    was, now = (resolve(place[0], place[1].get("requestBody", {})) for place in (before, after))
    if now.get("required") and not was.get("required"):
        yield "a body is now compulsory"
    for media, content in was.get("content", {}).items():
        if media not in now.get("content", {}):
            yield f"a body of {media} is no longer taken"
            continue
        yield from asked.breaks(content.get("schema", {}), now["content"][media].get("schema", {}), "body")


def _answers(before: Place, after: Place, told: Comparison) -> Iterator[str]:
    was, now = before[1]["responses"], after[1]["responses"]
    for status in now:
        if status not in was and status[0] in "123" and status != _NOT_MODIFIED:
            yield f"it may now answer {status}"
    for status, answer in was.items():
        if status not in now:
            if status.startswith("2"):
                yield f"it no longer answers {status}"
            continue
        was_so, is_so = (before[0], resolve(before[0], answer)), (after[0], resolve(after[0], now[status]))
        yield from _answer(status, was_so, is_so, told)


def _answer(status: str, before: Place, after: Place, told: Comparison) -> Iterator[str]:
    for media, content in before[1].get("content", {}).items():
        other = after[1].get("content", {}).get(media)
        if other is None:
            yield f"{status} is no longer {media}"
        else:
            yield from told.breaks(content.get("schema", {}), other.get("schema", {}), status)
    for name, header in before[1].get("headers", {}).items():
        if name not in after[1].get("headers", {}):
            yield f"{status} no longer has the header {name}"
            continue
        one, other = resolve(before[0], header), resolve(after[0], after[1]["headers"][name])
        if one.get("required") and not other.get("required"):
            yield f"{status} may now lack the header {name}"
        yield from told.breaks(one.get("schema", {}), other.get("schema", {}), f"{status} {name}")


def _keys(before: Place, after: Place) -> Iterator[str]:
    """Compare what shows who asks: each way that was enough still is, and none is asked for no longer."""
    was, now = _ways(before), _ways(after)
    for way in was:
        if not any(other.items() <= way.items() for other in now):
            yield f"{' and '.join(way)} is no longer enough to ask it" if way else "a key is now asked for"
    if {} in now and {} not in was:
        yield "no key is asked for any more"


def _ways(place: Place) -> list[dict[str, Any]]:
    """Return each way to show who asks: what it needs, by the meaning of its schemes; `{}` needs nothing."""
    whole, operation = place
    said = operation.get("security", whole.get("security", [])) or [{}]
    return [{needed: _scheme(whole, name) for name, scopes in way.items()
             for needed in [name, *(f"{name} for {scope}" for scope in scopes)]} for way in said]  # fmt: skip


def _scheme(whole: Schema, name: str) -> Schema:
    found = whole.get("components", {}).get("securitySchemes", {}).get(name, {})
    return {word: value for word, value in found.items() if word != "description"}

