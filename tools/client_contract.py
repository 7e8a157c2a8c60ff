"""Write `evenhand.client.contract`: a form for everything the contract names, and a typed call for every path.

Knows:    the rows of the API, and the contract made of them.
Told:     nothing; run it after a change of routes: python -m tools.client_contract.
Answers:  modules of Python, the same text for the same contract; a test compares.
Trusted:  not a trust boundary.

Paths of other standards (TAXII, yente, Reconciliation) have clients that nobody here wrote, and are left to them.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from evenhand.api.contract import document
from evenhand.api.routes import ROWS
from evenhand.api.rows import JSON, Row

FOLDER: Final = Path(__file__).resolve().parents[1] / "src" / "evenhand" / "client" / "contract"
SHARED: Final = "shared"
_OTHERS: Final = frozenset({"TAXII", "OpenSanctions", "Reconciliation"})
_STREAM: Final = "text/event-stream"
_WIDTH: Final = 120
_LINES_MAX: Final = 390
"""Of a module; a longer one has its forms in another."""
_PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
Schema = dict[str, Any]
_ABOUT: Final = '''"""{what}, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  {answers}
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

'''


def served() -> list[Row]:
    """Return the rows that have a call: a stream is read by `Client.changes` alone."""
    return [row for row in ROWS if (row.tag not in _OTHERS or row.path.startswith("/v1/")) and row.media != _STREAM]


def group_of(row: Row) -> str:
    """Return the module of a row: its tag, or for an operation asked by name what stands before the point."""
    name = row.operation or row.path.rpartition("/")[2]
    return name.partition(".")[0] if row.path.startswith("/v1/operations/") else row.tag.lower()


def name_of(row: Row) -> str:
    """Return the name of a row's call."""
    by_name = row.path.removeprefix("/v1/operations/") if row.path.startswith("/v1/operations/") else ""
    plain = row.operation or by_name or row.name.replace("_v1_", "_")
    return re.sub(r"\W", "_", plain)


def modules() -> dict[str, str]:
    """Return the text of every module by its name."""
    rows, whole = served(), document(ROWS)
    schemas: dict[str, Schema] = whole["components"]["schemas"]
    tags = dict(_tags(schemas))
    used: dict[str, set[str]] = {}
    for row in rows:
        used.setdefault(group_of(row), set()).update(_reached(_operation(whole, row), schemas))
    homes = {name: SHARED for name in schemas if sum(name in names for names in used.values()) > 1}
    for group, names in used.items():
        homes |= {name: group for name in names if name not in homes}
    forms, texts = {name: _form(name, schemas[name], tags.get(name)) for name in sorted(homes)}, {}
    for group in (SHARED, *sorted(used)):
        calls = [_call(row, _operation(whole, row)) for row in rows if group_of(row) == group]
        own = [form for name, form in forms.items() if homes.get(name) == group]
        text = _module(group, [*own, *calls], homes)
        if text.count("\n") > _LINES_MAX:
            texts[f"{group}_forms"] = _module(f"{group}_forms", own, homes)
            apart = homes | {name: f"{group}_forms" for name, home in homes.items() if home == group}
            text = _module(group, calls, apart)
        texts[group] = text
    return texts


def _operation(whole: Schema, row: Row) -> Schema:
    found: Schema = whole["paths"][row.path][row.method.lower()]
    return found


def _references(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str) and "/schemas/" in schema["$ref"]:
            yield schema["$ref"].rpartition("/")[2]
        for name, inner in schema.items():
            if name != "discriminator":
                yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _reached(schema: Any, schemas: dict[str, Schema]) -> set[str]:  # noqa: ANN401 - any JSON value
    found: set[str] = set()
    waiting = list(_references(schema))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _tags(schema: Any) -> Iterator[tuple[str, tuple[str, str]]]:  # noqa: ANN401 - any JSON value
    """Yield each form that a field tells from its siblings: its name, the field, and what stands there."""
    if isinstance(schema, dict):
        told = schema.get("discriminator")
        if isinstance(told, dict):
            for tag, place in told["mapping"].items():
                yield place.rpartition("/")[2], (told["propertyName"], tag)
        for inner in schema.values():
            yield from _tags(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _tags(inner)


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _class(str(schema["$ref"]).rpartition("/")[2])
    if "enum" in schema:
        return "Literal[" + ", ".join(map(_literal, schema["enum"])) + "]"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "array":
        inner = _type(schema["items"]) if "items" in schema else "Any"
        return f"tuple[{inner}, ...]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {_type(values) if isinstance(values, dict) and values else 'Any'}]"
    return _PLAIN.get(str(kind), "Any")


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _class(name: str) -> str:
    return name.replace("_", "")


def _default(schema: Schema) -> tuple[str, str]:
    """Return what a field that may be left out adds to its type, and its default."""
    value = schema.get("default")
    if value == [] and "default" in schema:
        return "", "()"
    if "default" in schema and value is not None and not isinstance(value, dict | list):
        return "", _literal(value)
    able = [one.get("type") for one in schema.get("anyOf", ())]
    return "" if "null" in able else " | None", "None"


def _wrapped(line: str) -> str:
    """Return a line that is too long broken inside its brackets."""
    if len(line) <= _WIDTH:
        return line
    head, _, rest = line.partition("[")
    inner, _, tail = rest.rpartition("]")
    pad = len(line) - len(line.lstrip()) + 4
    broken = textwrap.fill(f"{inner},", _WIDTH, initial_indent=" " * pad, subsequent_indent=" " * pad)
    return f"{head}[\n{broken}\n{' ' * (pad - 4)}]{tail}"


def _docstring(words: str, name: str, pad: str) -> str:
    first = " ".join((words or name).strip().split("\n\n")[0].split())
    sentence = first if len(first) < 100 else re.split(r"(?<=[.:;])\s", first)[0]  # noqa: PLR2004 - fits a line
    sentence = sentence.rstrip(" .:;").replace("\\", "\\\\") + "."
    return f'{pad}"""{sentence[0].upper()}{sentence[1:]}"""'


def _form(name: str, schema: Schema, tag: tuple[str, str] | None) -> str:
    if "properties" not in schema:
        words = _docstring(schema.get("description", ""), name, "")
        return _wrapped(f"{_class(name)} = {_type(schema)}") + f"\n{words}"
    told = f', tag_field="{tag[0]}", tag="{tag[1]}"' if tag else ""
    lines = [f"class {_class(name)}(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True{told}):"]
    lines.append(_docstring(schema.get("description", ""), name, "    "))
    required = set(schema.get("required", ()))
    fields = []
    for field, inner in schema["properties"].items():
        if tag and field == tag[0]:
            continue
        line = f"    {field}: {_type(inner)}"
        if field not in required:
            more, default = _default(inner)
            line += f"{more} = {default}"
        fields.append(_wrapped(line))
    return "\n".join([*lines, "", *fields] if fields else lines)


def _call(row: Row, said: Schema) -> str:
    own, named = [f"{_safe(one)}: {'int' if one == 'index' else 'str'}" for one in row.in_path], []
    extra: list[str] = []
    body = said.get("requestBody", {}).get("content", {}).get(row.accepts)
    if body is not None:
        kind = _type(body["schema"]) if row.accepts == JSON else "bytes"
        own.append(f"body: {kind}")
        extra.append("body=body" if row.accepts == JSON else f'sent=body, media="{row.accepts}"')
    query = [one for one in said["parameters"] if one["in"] == "query"]
    for one in query:
        more, default = ("", "") if one["required"] else _default(one["schema"])
        named.append(f"{_safe(one['name'])}: {_type(one['schema'])}{more}" + (f" = {default}" if default else ""))
    if query:
        extra.append("query={" + ", ".join(f'"{one["name"]}": {_safe(one["name"])}' for one in query) + "}")
    for header, argument in (("Evenhand-Reference", "reference"), ("If-Match", "tag"), ("Idempotency-Key", "once")):
        there = next((one for one in said["parameters"] if one["name"] == header), None)
        if there is not None:
            needed = there["required"] and argument != "once"
            (named.insert(0, f"{argument}: str") if needed else named.append(f'{argument}: str = ""'))
            extra.append(f"{argument}={argument}")
    form = _answer(row, said)
    path = re.sub(r"{(\w+)}", lambda found: f"{{quoted({_safe(found[1])})}}", row.path)
    given = ", ".join([*own, *(["*", *named] if named else [])])
    words = [f'"{row.method}"', f'f"{path}"' if row.in_path else f'"{path}"', form, *extra]
    head = _broken(f"def {name_of(row)}(", given, f") -> Call[{form}]:", 0)
    back = _broken("    return call(", ", ".join(words), ")", 4)
    return "\n".join([head, _docstring(row.summary, row.name, "    "), back])


def _broken(head: str, inner: str, tail: str, pad: int) -> str:
    if len(head) + len(inner) + len(tail) <= _WIDTH:
        return f"{head}{inner}{tail}"
    room = " " * (pad + 4)
    lines = textwrap.fill(f"{inner},", _WIDTH, initial_indent=room, subsequent_indent=room, break_long_words=False)
    return f"{head}\n{lines}\n{' ' * pad}{tail}  # fmt: skip"


def _safe(name: str) -> str:
    return f"{name}_" if name in {"format", "from", "id", "type"} else name


def _answer(row: Row, said: Schema) -> str:
    content = said["responses"][str(row.status)].get("content", {})
    return _type(content[JSON]["schema"]) if JSON in content else "bytes"


def _module(group: str, parts: list[str], homes: dict[str, str]) -> str:
    text = "\n\n\n".join(parts)
    said = re.sub(r'"""[^"]*"""|"[^"]*"', "", text)
    words = set(re.findall(r"\w+", said))
    elsewhere: dict[str, list[str]] = {}
    for name, home in homes.items():
        if _class(name) in words and home != group and f"class {_class(name)}(" not in text:
            elsewhere.setdefault(home, []).append(_class(name))
    typing = [name for name in ("Any", "Literal") if name in words]
    head = f"from typing import {', '.join(typing)}\n\n" if typing else ""
    head += "import msgspec\n\n" if "msgspec" in words else ""
    for home in sorted(elsewhere):
        head += _imported(f"evenhand.client.contract.{home}", sorted(elsewhere[home], key=str.lower))
    what, answers = f"The room `{group}`", "immutable values, and calls for `Client.ask` and `AsyncClient.ask`."
    if "Call" in words:
        head += _imported("evenhand.client.requests", ["Call", "call", *(["quoted"] if "quoted(" in text else [])])
    else:
        what = "What several rooms speak of" if group == SHARED else f"The forms of `{group.removesuffix('_forms')}`"
        answers = "immutable values; unknown fields of a newer node's answers are left unread."
    return _ABOUT.format(what=what, answers=answers) + head.rstrip("\n") + f"\n\n{_gap(text)}{text}\n"


def _gap(text: str) -> str:
    return "\n" if text.startswith(("class", "def")) else ""


def _imported(module: str, names: Iterable[str]) -> str:
    listed = list(names)
    if not listed:
        return ""
    line = f"from {module} import {', '.join(listed)}"
    if len(line) <= _WIDTH:
        return f"{line}\n"
    return f"from {module} import (\n" + "".join(f"    {one},\n" for one in listed) + ")\n"


def main() -> None:
    """Write every module."""
    FOLDER.mkdir(exist_ok=True)
    about = '"""Forms and calls for every path of the contract; written by tools.client_contract."""\n'
    (FOLDER / "__init__.py").write_text(about, "utf-8")
    for name, text in modules().items():
        (FOLDER / f"{name}.py").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
