"""Whether everything that one JSON Schema allows is allowed by another: what a change of the contract turns on.

Knows:    JSON Schema 2020-12, as far as the contract uses it.
Told:     two contracts, a schema of each, and whether a client sends such a value or is answered with it.
Answers:  a sentence for each way in which a client of the old one would be refused, or told what it cannot read.
Trusted:  not a trust boundary.

Of what is sent, all that the old schema allows must be allowed by the new; of what is answered, the other way round.
The comparison errs on one side: what it cannot follow is a break where it differs at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

Schema = dict[str, Any]
Form = Schema | bool
"""A schema; `True` allows everything, `False` nothing."""
_WORDS: Final = frozenset({"title", "description", "examples", "example", "deprecated", "$comment"})
"""What a schema says to people."""
_LOWER: Final = ("minLength", "minItems", "minProperties")
_UPPER: Final = ("maxLength", "maxItems", "maxProperties")
_SAME: Final = ("pattern", "format", "contentEncoding", "contentMediaType", "uniqueItems", "multipleOf")
"""What a value is held to, and where another holding would have to be understood: the same, or none."""
_RANGE: Final = frozenset({"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"})
_FOLLOWED: Final = frozenset(
    {"type", "enum", "const", "default", "properties", "required", "additionalProperties", "items", "discriminator",
     *_LOWER, *_UPPER, *_SAME, *_RANGE}
)  # fmt: skip


def resolve(whole: Schema, schema: Schema) -> Schema:
    """Return what a reference leads to, with what stands beside it."""
    while "$ref" in schema:
        place: Any = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        schema = {**place, **{word: value for word, value in schema.items() if word != "$ref"}}
    return schema


class Comparison:
    """Schemas of two contracts: `asked` of what clients send, else of what they are answered."""

    def __init__(self, old: Schema, new: Schema, *, asked: bool) -> None:
        self._asked = asked
        self._narrow_in, self._wide_in = (old, new) if asked else (new, old)
        self._under_way: set[str] = set()
        self._known: dict[str, list[str]] = {}

    def breaks(self, old: Form, new: Form, place: str) -> list[str]:
        """Return what would break at a place: a field, an item, a body."""
        pair = json.dumps([old, new], sort_keys=True)
        if pair not in self._known:  # every sentence begins with the place
            self._known[pair] = list(self._within(old, new, "") if self._asked else self._within(new, old, ""))
        return [f"{place}{one}" for one in self._known[pair]]

    def _say(self, place: str, what: str) -> str:
        return f"{place} no longer takes {what}" if self._asked else f"{place} may now be {what}"

    def _within(self, narrow: Form, wide: Form, place: str) -> Iterator[str]:
        """Yield why not all that `narrow` allows is allowed by `wide`."""
        if wide is True or wide == {} or narrow is False:
            return
        if narrow is True:
            narrow = {}
        if wide is False:
            yield self._say(place, _article(resolve(self._narrow_in, narrow).get("type")))
            return
        pair = json.dumps([narrow, wide], sort_keys=True)
        if pair in self._under_way:
            return  # a schema within itself: it holds if the rest does
        self._under_way.add(pair)
        try:
            yield from self._defaults(resolve(self._narrow_in, narrow), resolve(self._wide_in, wide), place)
            yield from self._alternatives(narrow, wide, place)
        finally:
            self._under_way.discard(pair)

    def _defaults(self, narrow: Schema, wide: Schema, place: str) -> Iterator[str]:
        """Yield where a value left out means something else than before."""
        old, new = (narrow, wide) if self._asked else (wide, narrow)
        if "default" in old and ("default" not in new or not _same(old["default"], new["default"])):
            yield f"{place} means something else where it is left out"

    def _alternatives(self, narrow: Schema, wide: Schema, place: str) -> Iterator[str]:
        if _same(_spelt(self._narrow_in, narrow), _spelt(self._wide_in, wide)):
            return
        able = list(_each(self._wide_in, wide))
        if any("oneOf" in one and _overlap(self._wide_in, one) for one in _whole(self._wide_in, wide)):
            yield self._say(place, "what two of its forms allow")
        for one in _each(self._narrow_in, narrow):
            values = _values(one)
            if values is not None:
                yield from self._allowed(values, wide, place)
                continue
            tried = [list(self._one(one, other, place)) for other in able]
            if all(tried):
                alike = [why for why, other in zip(tried, able, strict=True) if _like(one, other)]
                yield from min(alike or tried, key=len, default=[self._say(place, "anything")])

    def _allowed(self, values: list[Any], wide: Schema, place: str) -> Iterator[str]:
        """Yield which of a few values are not allowed."""
        schema = {**wide, "components": self._wide_in.get("components", {})}
        held = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for value in values:
            if not held.is_valid(value):
                yield self._say(place, json.dumps(value, ensure_ascii=False))

    def _one(self, narrow: Schema, wide: Schema, place: str) -> Iterator[str]:
        """Compare two schemas of one type each, or of none."""
        kind = narrow.get("type")
        if "type" in wide and kind != wide["type"] and (kind, wide["type"]) != ("integer", "number"):
            yield self._say(place, _article(kind))
            return
        if "enum" in wide or "const" in wide:
            yield self._say(place, f"other values than {json.dumps(_values(wide), ensure_ascii=False)}")
        yield from self._bounds(narrow, wide, place)
        if kind in {"array", None}:
            yield from self._within(narrow.get("items", True), wide.get("items", True), f"{place}[]")
        if kind in {"object", None}:
            yield from self._object(narrow, wide, place)
        for word in sorted((narrow.keys() | wide.keys()) - _FOLLOWED - _WORDS):
            meant, held = _spelt(self._narrow_in, narrow.get(word)), _spelt(self._wide_in, wide.get(word))
            if not _same(meant, held):
                yield f"{place} has another {word}, which nobody here can follow"

    def _bounds(self, narrow: Schema, wide: Schema, place: str) -> Iterator[str]:
        for word in _LOWER:
            if narrow.get(word, 0) < wide.get(word, 0):
                yield self._say(place, f"below {word} {wide[word]}")
        for word in _UPPER:
            if word in wide and narrow.get(word, float("inf")) > wide[word]:
                yield self._say(place, f"above {word} {wide[word]}")
        if _lowest(narrow) < _lowest(wide):
            yield self._say(place, f"below {_lowest(wide)[0]}")
        if _highest(narrow) > _highest(wide):
            yield self._say(place, f"above {_highest(wide)[0]}")
        for word in _SAME:
            if word in wide and not _same(narrow.get(word), wide[word]):
                yield self._say(place, f"without the {word} {wide[word]}")
        if narrow.get("discriminator", {}).get("propertyName") != wide.get("discriminator", {}).get("propertyName"):
            yield f"{place} is told apart by another field"

    def _object(self, narrow: Schema, wide: Schema, place: str) -> Iterator[str]:
        within, beyond = narrow.get("properties", {}), wide.get("properties", {})
        for name in sorted(set(wide.get("required", ())) - set(narrow.get("required", ()))):
            yield f"{place}.{name} is now compulsory" if self._asked else f"{place}.{name} may now be missing"
        old, new = (within, beyond) if self._asked else (beyond, within)
        for name in old:
            if name not in new and not (self._asked and isinstance(wide.get("additionalProperties"), dict)):
                yield f"{place}.{name} is no longer taken" if self._asked else f"{place}.{name} is gone"
        others_in, others = narrow.get("additionalProperties", True), wide.get("additionalProperties", True)
        for name, inner in within.items():
            if name in beyond:
                yield from self._within(inner, beyond[name], f"{place}.{name}")
            elif isinstance(others, dict):
                yield from self._within(inner, others, f"{place}.{name}")
        # A field that is new in an answer is ignored by who does not know it: a closed form stays closed for senders.
        if self._asked or others is not False:
            yield from self._within(others_in, others, f"{place}.*")


def _whole(document: Schema, schema: Schema) -> Iterator[Schema]:
    """Yield a schema and what its alternatives are made of, resolved."""
    found = resolve(document, schema)
    yield found
    for word in ("anyOf", "oneOf"):
        for one in found.get(word, ()):
            yield from _whole(document, one)


def _each(document: Schema, schema: Schema) -> Iterator[Schema]:
    """Yield the alternatives of a schema, each with what holds for all, and of one type where types are named."""
    found = resolve(document, schema)
    for word in ("anyOf", "oneOf"):
        if word in found:
            rest = {name: value for name, value in found.items() if name not in {word, "default", *_WORDS}}
            for one in found[word]:
                yield from _each(document, {**resolve(document, one), **rest})
            return
    kinds = found.get("type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        yield found if kind is None else {**found, "type": kind}


def _overlap(document: Schema, schema: Schema) -> bool:
    """Whether a value may be of two of a schema's forms, as far as types tell: `oneOf` would refuse it."""
    kinds = ["number" if one.get("type") == "integer" else one.get("type") for one in _each(document, schema)]
    return None in kinds or len(set(kinds)) < len(kinds)


def _values(schema: Schema) -> list[Any] | None:
    """Return the few values that a schema allows; None where they are not told one by one."""
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return list(schema["enum"])
    few: dict[str, list[Any]] = {"null": [None], "boolean": [False, True]}
    return few.get(schema.get("type", ""))


def _like(one: Schema, other: Schema) -> bool:
    """Whether two alternatives are meant to be the same thing."""
    return one.get("title") == other.get("title") and one.get("type") == other.get("type")


def _spelt(document: Schema, said: Any, within: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value with what its references lead to; what is within itself keeps its name."""
    if isinstance(said, list):
        return [_spelt(document, one, within) for one in said]
    if not isinstance(said, dict):
        return said
    name = said.get("$ref")
    if name in within:
        return said
    found = resolve(document, said) if isinstance(name, str) else said
    inner = (*within, name) if isinstance(name, str) else within
    return {word: _spelt(document, one, inner) for word, one in found.items()}


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON value
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _lowest(schema: Schema) -> tuple[float, bool]:
    """Return the lower bound, and whether it is itself beyond it: the higher of two is the one that counts."""
    return max(
        (schema.get("minimum", float("-inf")), False), (schema.get("exclusiveMinimum", float("-inf")), True)
    )  # fmt: skip


def _highest(schema: Schema) -> tuple[float, bool]:
    """Return the upper bound, and whether it is itself within it: the lower of two is the one that counts."""
    return min((schema.get("maximum", float("inf")), True), (schema.get("exclusiveMaximum", float("inf")), False))


def _article(kind: str | None) -> str:
    return "anything" if not isinstance(kind, str) else f"{'an' if kind[0] in 'aio' else 'a'} {kind}"
