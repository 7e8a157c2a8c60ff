"""Every kind of break is seen, and what breaks nobody passes: the real contract, changed in one place at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.api.contract import document
from evenhand.api.routes import ROWS
from tools import contract
from tools.contract_breaks import breaks

Schema = dict[str, Any]
Change = Callable[[Schema], Any]
WHOLE = document(ROWS)
JSON = "application/json"


def fields(whole: Schema, name: str) -> Schema:
    """Return the fields of a schema by its name."""
    found: Schema = whole["components"]["schemas"][name]["properties"]
    return found


def form(whole: Schema, name: str) -> Schema:
    """Return a schema by its name."""
    found: Schema = whole["components"]["schemas"][name]
    return found


def put(whole: Schema, name: str, field: str, **words: Any) -> None:
    """Give a field another schema."""
    fields(whole, name)[field] = words


def at(whole: Schema, path: str, method: str = "get") -> Schema:
    """Return an operation."""
    found: Schema = whole["paths"][path][method]
    return found


def limit(whole: Schema) -> Schema:
    """Return the parameter `limit` of the list of notices."""
    found: Schema = next(one for one in at(whole, "/v1/notices")["parameters"] if one["name"] == "limit")
    return found


def without_limit(whole: Schema) -> None:
    """Take the parameter away."""
    at(whole, "/v1/notices")["parameters"].remove(limit(whole))


def without_operations(whole: Schema) -> None:
    """Take all operations away that are asked by name."""
    for path in [one for one in whole["paths"] if one.startswith("/v1/operations/")]:
        del whole["paths"][path]


def same(whole: Schema) -> Schema:
    """Return a contract like another, to be changed."""
    made: Schema = json.loads(json.dumps(whole))
    return made


def found(old: Schema, change: Change) -> list[str]:
    """Return the breaks that a change of a contract makes."""
    new = same(old)
    change(new)
    return breaks(old, new)


PLACES: list[tuple[str, Change]] = [
    ("POST /v1/find is gone", lambda new: new["paths"].pop("/v1/find")),
    ("PUT /v1/notices/{notice} is gone", lambda new: new["paths"]["/v1/notices/{notice}"].pop("put")),
    ("POST /v1/operations/case.draft is gone", without_operations),
    ("parameter limit (query) is gone", without_limit),
    ("parameter limit (query) is now compulsory", lambda new: limit(new).update(required=True)),
    ("parameter first (query) is now compulsory", lambda new: at(new, "/v1/notices")["parameters"].append(
        {"name": "first", "in": "query", "required": True, "schema": {"type": "string"}})),
    ("limit (query) no longer takes an integer", lambda new: limit(new)["schema"].update(type="boolean")),
    ("limit (query) no longer takes below 5", lambda new: limit(new)["schema"].update(minimum=5)),
    ("limit (query) means something else where it is left out", lambda new: limit(new)["schema"].update(default=7)),
    ("limit (query) is written otherwise (style)", lambda new: limit(new).update(style="pipeDelimited")),
    ("a key is now asked for", lambda new: at(new, "/healthz").update(security=[{"key": []}])),
    ("key is no longer enough", lambda new: at(new, "/v1/state").update(security=[{"basic": []}])),
    ("key is no longer enough", lambda new: at(new, "/v1/state").update(security=[{"key": [], "basic": []}])),
    ("key is no longer enough", lambda new: at(new, "/v1/state").update(security=[{"key": ["chief"]}, {"basic": []}])),
    ("key is no longer enough", lambda new: new["components"]["securitySchemes"]["key"].update(scheme="digest")),
    ("no key is asked for any more", lambda new: at(new, "/v1/state").pop("security")),
    ("no key is asked for any more", lambda new: at(new, "/v1/state").update(security=[])),
    ("no key is asked for any more", lambda new: at(new, "/v1/state")["security"].append({})),
    ("no longer answers 200", lambda new: at(new, "/v1/state")["responses"].pop("200")),
    ("may now answer 202", lambda new: at(new, "/v1/state")["responses"].update({"202": {"description": ""}})),
    ("200 is no longer application/json", lambda new: at(new, "/v1/state")["responses"]["200"].pop("content")),
    ("400 is no longer application/problem+json",
     lambda new: new["components"]["responses"]["problem"]["content"].pop("application/problem+json")),
    ("a body of application/json is no longer taken",
     lambda new: at(new, "/v1/find", "post")["requestBody"]["content"].pop(JSON)),
    ("a body of application/json is no longer taken", lambda new: at(new, "/v1/find", "post").pop("requestBody")),
    ("a body is now compulsory", lambda new: at(new, "/v1/session/end", "post").update(
        requestBody={"required": True, "content": {JSON: {"schema": {}}}})),
]  # fmt: skip
ASKED: list[tuple[str, Change]] = [
    ("body.sex is no longer taken", lambda new: fields(new, "FindRequest").pop("sex")),
    ("body.names is now compulsory", lambda new: form(new, "FindRequest").update(required=["names"])),
    ("body.names no longer takes an array", lambda new: put(new, "FindRequest", "names", type="string", default=[])),
    ("body.names[] no longer takes a string", lambda new: fields(new, "FindRequest")["names"].update(
        items={"type": "integer"})),
    ("body.names[] no longer takes below minLength 2", lambda new: fields(new, "FindRequest")["names"].update(
        items={"type": "string", "minLength": 2})),
    ("body.names[] no longer takes above maxLength 9", lambda new: fields(new, "FindRequest")["names"].update(
        items={"type": "string", "maxLength": 9})),
    ("body.names no longer takes above maxItems 3", lambda new: fields(new, "FindRequest")["names"].update(maxItems=3)),
    ("body.names no longer takes below minItems 1", lambda new: fields(new, "FindRequest")["names"].update(minItems=1)),
    ("body.names no longer takes without the uniqueItems True",
     lambda new: fields(new, "FindRequest")["names"].update(uniqueItems=True)),
    ("body.reference no longer takes without the pattern ^x",
     lambda new: fields(new, "FindRequest")["reference"].update(pattern="^x")),
    ("body.reference no longer takes without the format uuid",
     lambda new: fields(new, "FindRequest")["reference"].update(format="uuid")),
    ("body.reference means something else", lambda new: fields(new, "FindRequest")["reference"].pop("default")),
    ('body.sex no longer takes "X"', lambda new: fields(new, "FindRequest")["sex"]["enum"].remove("X")),
    ('body.sex no longer takes "M"', lambda new: put(new, "FindRequest", "sex", const="U", default="U")),
    ("body.reference no longer takes other values than",
     lambda new: fields(new, "FindRequest")["reference"].update(enum=["", "a"])),
    ("body.birth_date no longer takes null",
     lambda new: put(new, "FindRequest", "birth_date", type="string", default=None)),
    ("body.birth_date no longer takes a string",
     lambda new: put(new, "FindRequest", "birth_date", type="null", default=None)),
    ("body.documents[].issuer is no longer taken", lambda new: fields(new, "QueryDocument").pop("issuer")),
    ("body.documents[].number no longer takes a string",
     lambda new: put(new, "QueryDocument", "number", type="integer")),
    ("body.questions[].sex is no longer taken", lambda new: fields(new, "Question").pop("sex")),
    ("body.parameters.* no longer takes an integer",
     lambda new: fields(new, "Propose")["parameters"].update(additionalProperties={"type": "boolean"})),
    ("body.parameters.* no longer takes an integer",
     lambda new: fields(new, "Propose")["parameters"].update(additionalProperties=False)),
    ("body.notice.* no longer takes anything",
     lambda new: fields(new, "Draft")["notice"].update(additionalProperties=False)),
    ("body.notice.* no longer takes anything",
     lambda new: fields(new, "Draft")["notice"].update(additionalProperties={"type": "string"})),
    ("body.threshold no longer takes above 5", lambda new: put(
        new, "Propose", "threshold", anyOf=[{"type": "integer", "maximum": 5}, {"type": "null"}], default=None)),
    ("body.reference no longer takes what two of its forms allow", lambda new: put(
        new, "FindRequest", "reference", oneOf=[{"type": "string"}, {"type": "string", "minLength": 3}], default="")),
    ("body.notice has another allOf, which nobody here can follow",
     lambda new: fields(new, "Draft")["notice"].update(allOf=[{"required": ["kind"]}])),
    ("body.notice no longer takes an object", lambda new: fields(new, "Draft").update(notice=False)),
]  # fmt: skip
TOLD: list[tuple[str, Change]] = [
    ("200.digest is gone", lambda new: fields(new, "State").pop("digest")),
    ("200.digest may now be missing", lambda new: form(new, "State")["required"].remove("digest")),
    ("200.digest may now be an integer", lambda new: put(new, "State", "digest", type="integer")),
    ("200.digest may now be null", lambda new: put(
        new, "State", "digest", anyOf=[{"type": "string"}, {"type": "null"}])),
    ("200.digest may now be an integer", lambda new: put(new, "State", "digest", type=["string", "integer"])),
    ("200.digest may now be anything", lambda new: put(new, "State", "digest")),
    ("200.notices may now be a number", lambda new: put(new, "State", "notices", type="number")),
    ("200.answer.candidates[].reasons[].text may now be missing",
     lambda new: form(new, "Reason")["required"].remove("text")),
    ("200.freshness.by_member.* may now be a string",
     lambda new: fields(new, "Freshness")["by_member"].update(additionalProperties={"type": "string"})),
    ("200.deleted.* may now be anything", lambda new: fields(new, "Deleted")["deleted"].pop("additionalProperties")),
    ("200.deleted.* may now be a string", lambda new: fields(new, "Deleted")["deleted"].update(
        additionalProperties={"anyOf": [{"type": "integer"}, {"type": "string"}]})),
    ("200.deleted may now be a string", lambda new: put(new, "Deleted", "deleted", type="string")),
    ('200.kind may now be "MOOT"', lambda new: fields(new, "Case")["kind"]["enum"].append("MOOT")),
    ("200.kind may now be other values than", lambda new: put(new, "Case", "kind", type="string")),
    ("200.notice is told apart by another field",
     lambda new: fields(new, "Case")["notice"]["discriminator"].update(propertyName="category")),
    ("may now be a string", lambda new: fields(new, "Case")["notice"]["anyOf"].append({"type": "string"})),
    ("candidates[].flagged_here means something else where it is left out",
     lambda new: fields(new, "Found")["flagged_here"].update(default=True)),
    ("200.signed[] may now be below minItems 4", lambda new: fields(new, "Proved")["signed"]["items"].pop("minItems")),
    ("400.detail is gone", lambda new: fields(new, "Problem").pop("detail")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change"), [*PLACES, *ASKED, *TOLD])
def test_a_change_that_breaks_is_seen(what: str, change: Change) -> None:
    seen = found(WHOLE, change)
    assert any(what in one for one in seen), seen


def test_the_contract_does_not_break_itself() -> None:
    assert breaks(WHOLE, same(WHOLE)) == []


FINE: list[Change] = [
    lambda new: new["paths"].update({"/v1/new": new["paths"]["/v1/find"]}),
    lambda new: new["paths"]["/v1/state"].update(post=at(new, "/v1/find", "post")),
    lambda new: at(new, "/v1/notices")["parameters"].append({"name": "more", "in": "query", "required": False,
                                                             "schema": {"type": "string"}}),
    lambda new: [one.update(name=one["name"].upper()) for one in at(new, "/v1/find", "post")["parameters"]],
    lambda new: limit(new)["schema"].update(type=["integer", "string"]),
    lambda new: limit(new)["schema"].update(type="number"),
    lambda new: at(new, "/v1/state")["security"].append({"certificate": []}),
    lambda new: new["components"]["securitySchemes"]["key"].update(description="other words"),
    lambda new: at(new, "/v1/state")["responses"].update({"418": {"description": "no"}}),
    lambda new: at(new, "/v1/state")["responses"].pop("503"),
    lambda new: at(new, "/v1/find", "post")["requestBody"].update(required=False),
    lambda new: at(new, "/v1/find", "post")["requestBody"]["content"].update({"application/cbor": {"schema": {}}}),
    lambda new: put(new, "FindRequest", "new", type="string", default=""),
    lambda new: put(new, "FindRequest", "reference", default=""),
    lambda new: fields(new, "FindRequest")["sex"]["enum"].append("N"),
    lambda new: put(new, "FindRequest", "sex", type="string", default="U"),
    lambda new: put(new, "FindRequest", "names", default=[],
                    oneOf=[{"type": "array", "items": {"type": "string"}}, {"type": "null"}]),
    lambda new: form(new, "FindRequest").pop("additionalProperties"),
    lambda new: form(new, "QueryDocument").update(required=[]),
    lambda new: fields(new, "Propose").update(parameters=True),
    lambda new: put(new, "Propose", "parameters", type="object", default={}),
    lambda new: put(new, "State", "new", type="string"),
    lambda new: put(new, "AnswerBody", "new", type="string"),
    lambda new: form(new, "Found").update(required=list(fields(new, "Found"))),
    lambda new: put(new, "State", "digest", enum=["a", "b"]),
    lambda new: put(new, "State", "digest", type="string", format="uuid", pattern="^x", minLength=3, maxLength=4),
    lambda new: put(new, "Freshness", "stale", const=True),
    lambda new: put(new, "Freshness", "oldest_seconds", type="integer", minimum=0),
    lambda new: put(new, "Draft", "notice", title="another word", type="object"),
    lambda new: form(new, "Case").update(properties={**fields(new, "Case"), "notice": form(new, "Case")["properties"][
        "notice"]["anyOf"][0] | {"discriminator": fields(new, "Case")["notice"]["discriminator"]}}),
    lambda new: fields(new, "Case")["kind"]["enum"].remove("NEW"),
    lambda new: fields(new, "LetterView").update(says={"type": "object", "properties": {"a": {"type": "string"}}}),
    lambda new: fields(new, "Deleted")["deleted"].update(additionalProperties=False),
    lambda new: new["info"].update(version="99"),
]  # fmt: skip


@pytest.mark.parametrize("change", FINE)
def test_a_change_that_breaks_nobody_passes(change: Change) -> None:
    assert found(WHOLE, change) == []


def _laid(**words: Any) -> Schema:
    """Return the contract with words in the schema of a request and of an answer that it does not use by itself."""
    whole = same(WHOLE)
    put(whole, "FindRequest", "new", **words)
    put(whole, "State", "new", **words)
    form(whole, "State")["required"].append("new")
    return whole


OTHERS: list[tuple[str, Schema, Schema]] = [
    # What is asked, then what is told: what narrows the one widens the other.
    ("body.new no longer takes below 2", {"minimum": 1}, {"minimum": 2}),
    ("body.new no longer takes below 1", {"minimum": 1}, {"exclusiveMinimum": 1}),
    ("body.new no longer takes above 1", {"maximum": 1}, {"exclusiveMaximum": 1}),
    ("body.new no longer takes without the multipleOf 4", {"multipleOf": 2}, {"multipleOf": 4}),
    ("200.new may now be below 1", {"exclusiveMinimum": 1}, {"minimum": 1}),
    ("200.new may now be above 1", {"maximum": 1}, {"maximum": 2}),
    ("200.new may now be without the format uuid", {"format": "uuid"}, {}),
    ("200.new may now be without the pattern ^a", {"pattern": "^a"}, {"pattern": "^b"}),
    ("200.new may now be above maxProperties 1", {"type": "object", "maxProperties": 1}, {"type": "object"}),
    ("200.new may now be what two of its forms allow", {"oneOf": [{"type": "string"}, {"minLength": 3}]},
     {"anyOf": [{"type": "string"}, {"minLength": 3}]}),
    ("body.new no longer takes what two of its forms allow", {"oneOf": [{"type": "number"}]},
     {"oneOf": [{"type": "number"}, {"type": "integer"}]}),
    ("body.new no longer takes a number", {"type": "number"}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
    ('body.new no longer takes "a"', {"enum": ["a", "b"]}, {"anyOf": [{"const": "b"}, {"type": "integer"}]}),
    ("body.new.a no longer takes a string", {"type": "object", "properties": {"a": {"type": "string"}}},
     {"type": "object", "additionalProperties": {"type": "integer"}}),
    ("200.new.b may now be a string", {"type": "object", "additionalProperties": {"type": "integer"}},
     {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": {"type": "integer"}}),
    ("has another propertyNames", {"type": "object"}, {"type": "object", "propertyNames": {"pattern": "^a"}}),
    ("body.new no longer takes anything", {}, {"type": "string"}),
    ("body.new no longer takes anything", {"title": "anything"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "was", "now"), OTHERS)
def test_words_that_the_contract_does_not_use_yet_are_followed_too(what: str, was: Schema, now: Schema) -> None:
    seen = breaks(_laid(**was), _laid(**now))
    assert any(what in one for one in seen), seen
    assert breaks(_laid(**was), _laid(**was)) == []


def test_what_is_not_followed_is_compared_with_what_it_refers_to() -> None:
    within = {"allOf": [{"$ref": "#/components/schemas/Own"}]}
    whole = _laid(**within)
    whole["components"]["schemas"]["Own"] = {"type": "object", "properties": {"self": {"$ref":
                                             "#/components/schemas/Own"}}}  # fmt: skip
    assert breaks(whole, same(whole)) == []
    seen = found(whole, lambda new: fields(new, "Own").update(more={"type": "string"}))
    assert any("body.new has another allOf" in one for one in seen), seen


def test_a_schema_within_itself_is_compared_once() -> None:
    whole = _laid(**{"$ref": "#/components/schemas/Own"})
    whole["components"]["schemas"]["Own"] = {"type": "object", "properties": {
        "self": {"anyOf": [{"$ref": "#/components/schemas/Own"}, {"type": "null"}]}, "n": {"type": "integer"},
    }, "required": ["n"]}  # fmt: skip
    assert breaks(whole, same(whole)) == []
    seen = found(whole, lambda new: put(new, "Own", "n", type="string"))
    assert "POST /v1/find: body.new.n no longer takes an integer" in seen
    assert "GET /v1/state: 200.new.n may now be a string" in seen


def test_headers_and_parameters_of_a_whole_path_are_compared() -> None:
    whole = same(WHOLE)
    state = at(whole, "/v1/state")["responses"]["200"]
    state["headers"] = {"ETag": {"required": True, "schema": {"type": "string"}}}
    whole["paths"]["/v1/state"]["parameters"] = [{"name": "as", "in": "query", "schema": {"type": "string"}}]
    at(whole, "/v1/state").pop("parameters")
    assert breaks(whole, same(whole)) == []
    gone = found(whole, lambda new: at(new, "/v1/state")["responses"]["200"].pop("headers"))
    assert gone == ["GET /v1/state: 200 no longer has the header ETag"]

    def header(new: Schema) -> Any:
        return at(new, "/v1/state")["responses"]["200"]["headers"]["ETag"]

    maybe = found(whole, lambda new: header(new).pop("required"))
    assert maybe == ["GET /v1/state: 200 may now lack the header ETag"]
    other = found(whole, lambda new: header(new)["schema"].update(type="integer"))
    assert other == ["GET /v1/state: 200 ETag may now be an integer"]
    lost = found(whole, lambda new: new["paths"]["/v1/state"].pop("parameters"))
    assert lost == ["GET /v1/state: parameter as (query) is gone"]


def test_the_command_writes_what_breaks_nobody_and_else_only_what_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contract, "FILE", tmp_path / "openapi.json")
    assert contract.main([]) == 0
    assert contract.kept() == WHOLE
    other = same(WHOLE)
    other["paths"]["/v1/gone"] = other["paths"]["/v1/find"]
    contract.FILE.write_text(json.dumps(other), "utf-8")
    assert contract.main([]) == 1
    assert "POST /v1/gone is gone" in capsys.readouterr().err
    assert contract.kept() == other
    assert contract.main(["--break"]) == 0
    assert contract.kept() == WHOLE
    assert contract.main(["--brake"]) == 2
