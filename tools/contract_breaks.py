"""What of a changed contract would break a client written for the one before.

Knows:    OpenAPI 3.1.
Told:     two contracts.
Answers:  a sentence for each break.
Trusted:  not a trust boundary.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _resolve(whole: Schema, schema: Any) -> Any:  # noqa: ANN401 - any JSON value
    while isinstance(schema, dict) and "$ref" in schema:
        place: Any = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        schema = place
    return schema


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what of `new` would break a client written for `old`."""
    found: list[str] = []
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            after = new["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if after is None:
                found.append(f"{where} is gone")
                continue
            found += _parameters(where, before, after)
            found += _bodies(where, (old, before), (new, after))
            found += _answers(where, (old, before), (new, after))
    return found


def _parameters(where: str, before: Schema, after: Schema) -> list[str]:
    was = {(one["in"], one["name"]): one for one in before["parameters"]}
    now = {(one["in"], one["name"]): one for one in after["parameters"]}
    gone = [f"{where}: parameter {name} is gone" for name in was if name not in now]
    must = [
        f"{where}: parameter {name} is now compulsory"
        for name, one in now.items() if one["required"] and not was.get(name, {"required": False})["required"]
    ]  # fmt: skip
    return gone + must


def _bodies(where: str, before: tuple[Schema, Schema], after: tuple[Schema, Schema]) -> list[str]:
    old, new = before[1].get("requestBody", {}).get("content", {}), after[1].get("requestBody", {}).get("content", {})
    found = []
    for media, content in old.items():
        if media not in new:
            found.append(f"{where}: a body of {media} is no longer taken")
            continue
        was, now = _resolve(before[0], content["schema"]), _resolve(after[0], new[media]["schema"])
        found += [f"{where}: field {one} is no longer taken" for one in was.get("properties", {})
                  if one not in now.get("properties", {})]  # fmt: skip
        found += [f"{where}: field {one} is now compulsory" for one in now.get("required", ())
                  if one not in was.get("required", ())]  # fmt: skip
    if not old and new and after[1]["requestBody"]["required"]:
        found.append(f"{where}: a body is now compulsory")
    return found


def _answers(where: str, before: tuple[Schema, Schema], after: tuple[Schema, Schema]) -> list[str]:
    found = []
    for status, answer in before[1]["responses"].items():
        if status not in after[1]["responses"]:
            if status.startswith("2"):
                found.append(f"{where}: it no longer answers {status}")
            continue
        was = _resolve(before[0], answer).get("content", {})
        now = _resolve(after[0], after[1]["responses"][status]).get("content", {})
        for media, content in was.items():
            if media not in now:
                found.append(f"{where}: {status} is no longer {media}")
                continue
            found += [f"{where}: {place} is gone from the answer"
                      for place in _lost(before[0], content["schema"], after[0], now[media]["schema"])]  # fmt: skip
    return found


def _lost(  # noqa: PLR0917 - two schemas and what their references mean
    old: Schema, was: Any, new: Schema, now: Any, place: str = "", seen: frozenset[str] = frozenset()  # noqa: ANN401
) -> list[str]:
    name = was.get("$ref", "") if isinstance(was, dict) else ""
    if name in seen:
        return []
    seen |= {name} - {""}
    was, now = _resolve(old, was), _resolve(new, now)
    if not isinstance(was, dict) or not isinstance(now, dict):
        return []
    found = []
    for field, inner in was.get("properties", {}).items():
        if field not in now.get("properties", {}):
            found.append(f"{place}.{field}".lstrip("."))
        else:
            found += _lost(old, inner, new, now["properties"][field], f"{place}.{field}", seen)
    if "items" in was and "items" in now:
        found += _lost(old, was["items"], new, now["items"], f"{place}[]", seen)
    return found
