"""What is held goes out in three formats, whole, with what was withdrawn taken back and the rest counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from followthemoney.proxy import EntityProxy

from evenhand.cli.face import write_file
from evenhand.node import exporting

from .conftest import PEOPLE, type_in


def first_key(data: Path) -> str:
    return str(type_in("notice", "list", "--data", data, "--json").said["notices"][0]["key"])


def test_every_notice_is_written_as_an_entity(solo: Path, tmp_path: Path) -> None:
    file = tmp_path / "entities.ftm.json"
    done = type_in("export", "ftm", file, "--data", solo, "--json").said
    assert (done["standing"], done["withheld"]) == (len(PEOPLE), 0)
    read = [EntityProxy.from_dict(json.loads(line), cleaned=False) for line in file.read_bytes().splitlines()]
    people = [one for one in read if one.schema.name == "Person"]
    assert {one.caption for one in people} <= {name.text for one in PEOPLE for name in one.person.names}
    assert len(people) == len(PEOPLE)
    assert all(one.get("reason") for one in read if one.schema.name == "Sanction")


def test_pages_make_one_bundle(solo: Path, tmp_path: Path) -> None:
    whole, paged = tmp_path / "whole.json", tmp_path / "paged.json"
    assert type_in("export", "stix", whole, "--data", solo).code == 0
    size, exporting.PAGE_NOTICES = exporting.PAGE_NOTICES, 7  # type: ignore[misc]
    try:
        shown = type_in("export", "stix", paged, "--data", solo, "--no-detail")
    finally:
        exporting.PAGE_NOTICES = size  # type: ignore[misc]
    assert f"Wrote {len(PEOPLE)} notices" in shown.out
    assert "Kept back: 0" in shown.out
    one, two = (json.loads(file.read_bytes())["objects"] for file in (whole, paged))
    assert {said["id"] for said in one} == {said["id"] for said in two}
    assert len({said["id"] for said in two}) == len(two)
    assert "detail" in one[-1]
    assert not any("detail" in said for said in two)


def test_a_withdrawal_is_in_the_feed(solo: Path, tmp_path: Path) -> None:
    key = first_key(solo)
    assert type_in("notice", "withdraw", key, "--reason", "A mistake.", "--data", solo).code == 0
    shown = type_in("export", "misp", tmp_path / "feed", "--data", solo)
    assert "1 more are in it as taken back" in shown.out
    manifest = json.loads((tmp_path / "feed" / "manifest.json").read_bytes())
    assert len(manifest) == len(PEOPLE)
    assert [said["info"] for said in manifest.values() if "withdrawn" in said["info"]] == [
        f"Person notice {key} (withdrawn)"
    ]
    bundle = tmp_path / "bundle.json"
    done = type_in("export", "stix", bundle, "--data", solo, "--json").said
    assert (done["standing"], done["taken_back"]) == (len(PEOPLE) - 1, 1)
    assert sum(one.get("revoked", False) for one in json.loads(bundle.read_bytes())["objects"]) == 2


def test_an_erased_notice_is_taken_back_by_its_id_alone(solo: Path, tmp_path: Path) -> None:
    key = first_key(solo)
    erased = type_in("notice", "erase", key, "--class", "court", "--data", solo)
    assert erased.code == 0, erased.err
    file = tmp_path / "bundle.json"
    assert type_in("export", "stix", file, "--data", solo, "--json").said["taken_back"] == 1
    gone = [one for one in json.loads(file.read_bytes())["objects"] if one.get("revoked")]
    assert {one["name"] for one in gone} == {"withdrawn"}
    assert {one["type"] for one in gone} == {"identity", "evenhand-notice"}, "nobody knows any more which it was"
    feed = tmp_path / "feed"
    assert type_in("export", "misp", feed, "--data", solo, "--json").said["taken_back"] == 1
    manifest = json.loads((feed / "manifest.json").read_bytes())
    (name,) = (name for name, said in manifest.items() if key in said["info"])
    event = json.loads((feed / f"{name}.json").read_bytes())["Event"]
    assert event["info"] == f"Notice {key} (withdrawn)"
    assert all(one["deleted"] for one in [*event["Attribute"], *event["Object"]])


def test_marks_keep_notices_back_and_only_the_number_tells(solo: Path, tmp_path: Path) -> None:
    file = tmp_path / "public.ftm.json"
    done = type_in("export", "ftm", file, "--tlp-max", "clear", "--data", solo, "--json").said
    assert (done["standing"], done["withheld"], file.read_bytes()) == (0, len(PEOPLE), b"")


def test_sightings_travel_with_their_notice(solo: Path, tmp_path: Path) -> None:
    key = first_key(solo)
    seen = type_in(
        "notice", "sighting", key, "--report", "Met at the gate.", "--place", "Springfield, gate 3",
        "--data", solo,
    )  # fmt: skip
    assert seen.code == 0, seen.err
    file = tmp_path / "bundle.json"
    type_in("export", "stix", file, "--data", solo)
    sightings = [one for one in json.loads(file.read_bytes())["objects"] if one["type"] == "sighting"]
    assert [one["description"] for one in sightings] == ["Met at the gate."]


def test_what_cannot_be_is_said(solo: Path, tmp_path: Path) -> None:
    stranger = type_in("export", "ftm", tmp_path / "x", "--reader", "FRA", "--data", solo)
    assert (stranger.code, "not an active member" in stranger.err) == (3, True)
    red = type_in("export", "ftm", tmp_path / "x", "--tlp-max", "RED", "--data", solo)
    assert red.code == 1
    (tmp_path / "file").write_bytes(b"")
    barred = type_in("export", "misp", tmp_path / "file" / "feed", "--data", solo)
    assert (barred.code, "cannot make the folder" in barred.err) == (2, True)


def test_a_feed_under_stricter_terms_leaves_no_event_of_before(
    solo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, written = tmp_path / "feed", []

    def whole() -> bool:
        return all((feed / f"{name}.json").is_file() for name in json.loads((feed / "manifest.json").read_bytes()))

    def watched(path: Path, data: bytes) -> None:
        write_file(path, data)
        written.append(path.name)
        assert not (feed / "manifest.json").exists() or whole(), "whoever pulls now must find what the manifest names"

    monkeypatch.setattr("evenhand.cli.export.write_file", watched)
    type_in("export", "misp", feed, "--data", solo)
    assert written[-2:] == ["hashes.csv", "manifest.json"]
    ours = {file.name for file in feed.iterdir()} - {"hashes.csv", "manifest.json"}
    assert len(ours) == len(PEOPLE)
    others = {
        "notes.txt": b"ours, by hand", "other.json": b'{"Event": {"info": "Person notice ITA:0"}}',
        "5b0a9f5e-3c1d-5e0f-9a57-6d1f3f0c2e41.json": b'{"Event": {"info": "Somebody else\'s"}}', "odd.json": b"{",
        "6b0a9f5e-3c1d-5e0f-9a57-6d1f3f0c2e41.json": (feed / min(ours)).read_bytes(),
    }  # fmt: skip
    for name, data in others.items():
        (feed / name).write_bytes(data)
    (feed / "folder.json").mkdir()
    done = type_in("export", "misp", feed, "--tlp-max", "CLEAR", "--data", solo, "--json").said
    assert done["standing"] == 0
    left = {file.name for file in feed.iterdir()} - {"cleared.json"}
    assert left == {*others, "folder.json", "hashes.csv", "manifest.json"}
    assert (feed / "manifest.json").read_bytes() == b"{}"
    assert {name: (feed / name).read_bytes() for name in others} == others
    type_in("export", "misp", feed, "--data", solo)
    monkeypatch.setattr(Path, "unlink", _refuse)
    barred = type_in("export", "misp", feed, "--tlp-max", "CLEAR", "--data", solo)
    assert (barred.code, "still has events" in barred.err) == (2, True)


def test_what_comes_again_is_the_later_word(solo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver who pulled in between has it deleted under the stamp of then, and takes only what is later."""
    feed = tmp_path / "feed"

    def written(*terms: str) -> dict[str, int]:
        assert type_in("export", "misp", feed, *terms, "--data", solo).code == 0
        manifest = json.loads((feed / "manifest.json").read_bytes())
        return {name: int(said["timestamp"]) for name, said in manifest.items()}

    first = written()
    assert written() == first, "what says the same has the same stamp"
    assert written("--tlp-max", "CLEAR") == {}
    assert (feed / "cleared.json").read_bytes() == b'{"timestamp":"%d"}' % max(first.values())
    again = written()
    assert again.keys() == first.keys()
    assert min(again.values()) > max(first.values())
    assert written() == again
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: _refuse(path) if path.parent == feed else read(path))
    barred = type_in("export", "misp", feed, "--data", solo)
    assert (barred.code, "cannot read" in barred.err) == (2, True)


def _refuse(_: Path) -> NoReturn:
    raise PermissionError(13, "Permission denied")
