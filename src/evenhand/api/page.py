"""The contract as one page for people: plain HTML, no script, no font and no style from elsewhere.

Knows:    OpenAPI documents, HTML.
Told:     the contract.
Answers:  a page that also reads well in a text browser.
Trusted:  no; everything in it is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from evenhand.api.problems import CODES
from evenhand.ground import errors

_STYLE: Final = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d1d1d}"
    "code,pre{font:15px/1.4 ui-monospace,monospace}pre{background:#f3f3f1;padding:.75rem;overflow:auto}"
    "h3{margin-bottom:.2rem}table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #ccc;padding:.3rem;text-align:left;vertical-align:top}a{color:#0b4f8a}"
)


def print_page(contract: dict[str, Any]) -> bytes:
    """Return the page."""
    return "".join(_page(contract)).encode("utf-8")


def _page(contract: dict[str, Any]) -> Iterator[str]:
    info = contract["info"]
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><main><h1>{escape(info['title'])} {escape(info['version'])}</h1>"
    yield f'<p>{escape(info["description"])}</p><p><a href="/openapi.json">The contract as OpenAPI 3.1</a></p>'
    for tag in contract["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>"
        for path, methods in contract["paths"].items():
            for method, said in methods.items():
                if tag["name"] in said["tags"]:
                    yield from _operation(method, path, said)
    yield "<h2>Problems</h2><table><tr><th>Code</th><th>What it means</th></tr>"
    for code, words in sorted(_codes().items()):
        yield f'<tr id="problem-{escape(code)}"><td><code>{escape(code)}</code></td><td>{escape(words)}</td></tr>'
    yield "</table><h2>Forms</h2>"
    for name, schema in contract["components"]["schemas"].items():
        yield f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{escape(schema.get("description", ""))}</p>'
        yield f"<details><summary>JSON Schema</summary><pre>{escape(json.dumps(schema, indent=1))}</pre></details>"
    yield "</main></body></html>"


def _operation(method: str, path: str, said: dict[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(said["operationId"])}"><code>{method.upper()} {escape(path)}</code></h3>'
    yield f"<p>{escape(said['summary'])}. {escape(said.get('description', ''))}</p>"
    if said["parameters"]:
        yield "<table><tr><th>Name</th><th>In</th><th>What</th></tr>"
        for one in said["parameters"]:
            words = one.get("description", "") + (" Compulsory." if one["required"] else "")
            yield f"<tr><td><code>{escape(one['name'])}</code></td><td>{one['in']}</td><td>{escape(words)}</td></tr>"
        yield "</table>"
    for media, content in said.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body: <code>{escape(media)}</code> {_form(content['schema'])}</p>"
        for example in content.get("examples", {}).values():
            yield f"<pre>{escape(json.dumps(example['value'], indent=1, ensure_ascii=False))}</pre>"
    for status, answer in said["responses"].items():
        for media, content in answer.get("content", {}).items():
            yield f"<p>{escape(status)}: <code>{escape(media)}</code> {_form(content['schema'])}</p>"


def _form(schema: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    return f'<a href="#{escape(name)}">{escape(name)}</a>' if name else ""


def _codes() -> dict[str, str]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return CODES | {kind.code: (kind.__doc__ or "").partition("\n")[0] for kind in kinds if hasattr(kind, "code")}
