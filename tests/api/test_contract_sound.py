"""What the comparison of schemas lets pass is right: whatever the old schema allows, the new one does.

Thousands of pairs, most of them nearly alike, held against a validator that knows nothing of the comparison. Objects
are closed or say what their other fields are: where one is open, a field that gets a name is meant to pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tools.contract_schemas import Comparison

Schema = dict[str, Any]
RANGE = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
LENGTH = ("minLength", "maxLength")
ITEMS = ("minItems", "maxItems")
PLAIN = ["", "a", "b", "ab", "ba", "abc", -1, 0, 1, 2, 3, 4, 0.5, 1.5, 2.5, None, True, False]
KINDS = ["string", "integer", "null", "boolean", "number"]
PAIRS, VALUES = 4_000, 60


def bounds(dice: Random, words: tuple[str, ...]) -> Schema:
    """Return some bounds."""
    return {word: dice.randint(0, 3) for word in words if dice.random() < 0.3}


def schema(dice: Random, depth: int = 0) -> Schema:
    """Return any schema."""
    plain: list[Callable[[], Schema]] = [
        dict, lambda: {"type": dice.choice(["integer", "number"]), **bounds(dice, RANGE)},
        lambda: {"type": "string", **bounds(dice, LENGTH), **dice.choice([{}, {"pattern": "^a"}, {"pattern": "b"}])},
        lambda: {"enum": dice.sample(["a", "b", 1, 2, None, True], dice.randint(1, 4))},
        lambda: {"const": dice.choice(["a", 1, None])}, lambda: {"type": sorted(dice.sample(KINDS, 2))},
        lambda: {"type": "boolean"}, lambda: {"allOf": [{"minLength": 1}]},
    ]  # fmt: skip
    composed: list[Callable[[], Schema]] = [
        lambda: {"type": "array", "items": schema(dice, depth + 1), **bounds(dice, ITEMS),
                 **dice.choice([{}, {}, {"uniqueItems": True}])},
        lambda: closed(dice, depth), lambda: closed(dice, depth),
        lambda: {dice.choice(["anyOf", "oneOf"]): [schema(dice, depth + 1) for _ in range(dice.randint(1, 3))]},
    ]  # fmt: skip
    return dice.choice(plain if depth > 2 or dice.random() < 0.5 else composed)()


def closed(dice: Random, depth: int) -> Schema:
    """Return an object that says what every field of it is."""
    named = {name: schema(dice, depth + 1) for name in "xyz" if dice.random() < 0.6}
    return {
        "type": "object", "properties": named, "required": [name for name in named if dice.random() < 0.4],
        "additionalProperties": dice.choice([False, schema(dice, depth + 1)]),
    }  # fmt: skip


def changed(dice: Random, old: Schema) -> Schema:
    """Return a schema changed in one place."""
    new: Schema = json.loads(json.dumps(old))
    place = new
    while True:
        within = [*place.get("properties", {}).values(), *place.get("anyOf", ()), *place.get("oneOf", ()),
                  *([place["items"]] if "items" in place else [])]  # fmt: skip
        if not within or dice.random() < 0.3:
            break
        place = dice.choice(within)
    words = [word for word in (*RANGE, *LENGTH, *ITEMS) if word in place]
    if words:
        word = dice.choice(words)
        place[word] = max(0, place[word] + dice.choice([-1, 1]))
    elif place.get("required"):
        place["required"].pop()
    elif "enum" in place:
        place["enum"].append("c")
    elif "anyOf" in place or "oneOf" in place:
        place["anyOf" if "anyOf" in place else "oneOf"].append({"type": "null"})
    elif "properties" in place:
        place["properties"].pop(dice.choice("xyz"), None)
    else:
        place.clear()
        place.update(schema(dice, 2))
    return new


def value(dice: Random, depth: int = 0) -> Any:
    """Return any value."""
    if depth > 2 or dice.random() < 0.5:
        return dice.choice(PLAIN)
    if dice.random() < 0.4:
        return [value(dice, depth + 1) for _ in range(dice.randint(0, 4))]
    return {name: value(dice, depth + 1) for name in "wxyz" if dice.random() < 0.4}


def test_what_passes_takes_all_that_was_taken() -> None:
    dice, passed, refused = Random(1), 0, 0
    for _ in range(PAIRS):
        old = schema(dice)
        new = changed(dice, old) if dice.random() < 0.7 else schema(dice)
        if Comparison({}, {}, asked=True).breaks(old, new, "body"):
            refused += 1
            continue
        passed += 1
        was, now = Draft202012Validator(old), Draft202012Validator(new)
        for one in (value(dice) for _ in range(VALUES)):
            assert now.is_valid(one) or not was.is_valid(one), (old, new, one)
    assert min(passed, refused) > PAIRS // 5


def test_what_is_not_changed_passes() -> None:
    dice = Random(2)
    for _ in range(300):
        old = schema(dice)
        for asked in (True, False):
            assert Comparison({}, {}, asked=asked).breaks(old, json.loads(json.dumps(old)), "body") == []
