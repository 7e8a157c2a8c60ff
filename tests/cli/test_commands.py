"""Every command does what it says, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand.ground.clock import SystemClock
from evenhand.ground.sqlite import SqliteStore
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.ledger.log import entry_row
from evenhand.ledger.proof import parse_proof
from evenhand.node.folder import Folder, open_member
from evenhand.node.list_editions import last_taken, objection

from .conftest import PEOPLE, draft, type_in

NEW = synthetic_persons(99, 2)


def keys(data: Path, *more: str) -> list[str]:
    return [one["key"] for one in type_in("notice", "list", *more, "--data", data, "--json").said["notices"]]


def by_document(data: Path, number: int, *more: str) -> list[object]:
    first = PEOPLE[number].person.documents[0]
    return ["find", "--document", f"{first.type}:{first.number}:{first.issuer}", "--data", data, *more]


def test_find_names_the_candidate_and_exits_ten(solo: Path) -> None:
    shown = type_in(*by_document(solo, 3))
    assert shown.code == 10
    assert PEOPLE[3].person.names[0].text in shown.out
    assert "never an order" in shown.out
    asked = type_in("find", PEOPLE[3].person.names[0].text, "--birth-date", "1950", "--data", solo, "--json")
    assert "state" in asked.said["answer"]


def test_find_says_so_when_nobody_is_found(solo: Path) -> None:
    shown = type_in("find", "Nobody Whatsoever", "--data", solo)
    assert shown.code == 0
    assert "No candidate" in shown.out


def test_no_candidate_in_an_old_picture_is_not_success(pair: Path) -> None:
    shown = type_in("find", "Nobody Whatsoever", "--data", pair / "ITA")
    assert shown.code == 5
    assert "may be old" in shown.out
    assert "At most DISCREET_REPORT" in shown.out


def test_answer_only_prints_the_shared_bytes(solo: Path) -> None:
    at = "2031-01-01T00:00:00Z"
    one = type_in(*by_document(solo, 3, "--answer-only", "--at", at))
    two = type_in(*by_document(solo, 3, "--answer-only", "--at", at))
    assert one.out == two.out
    assert json.loads(one.out)["at"] == "2031-01-01T00:00:00.000Z"


def test_a_notice_lives_and_ends(solo: Path, tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_text(draft(NEW[0]), "utf-8")
    written = type_in("notice", "publish", path, "--data", solo, "--json").said
    key, number = written["key"], NEW[0].person.documents[0].number
    assert (
        type_in("find", "--document", f"passport:{number}:{NEW[0].person.documents[0].issuer}", "--data", solo).code
        == 10
    )
    path.write_text(draft(NEW[1]), "utf-8")
    corrected = type_in("notice", "correct", key, path, "--data", solo)
    assert "Corrected" in corrected.out
    assert "version 2" in corrected.out
    assert (
        "Flagged"
        in type_in("notice", "flag", key, "--action", "none", "--reason", "no law for it here", "--data", solo).out
    )
    assert "Linked" in type_in(
        "notice", "link", key, keys(solo)[0] if keys(solo)[0] != key else keys(solo)[1],
        "--relation", "not_same_person", "--reason", "other birth date", "--data", solo,
    ).out  # fmt: skip
    assert (
        "Reported on" in type_in("notice", "sighting", key, "--place", "Gate 4", "--report", "seen", "--data", solo).out
    )
    shown = type_in("notice", "show", key, "--data", solo)
    assert "Invented offence" in shown.out
    assert "flag of ITA: NONE" in shown.out
    assert "not_same_person" in shown.out
    assert "sighting by ITA" in shown.out
    assert "Withdrew" in type_in("notice", "withdraw", key, "--reason", "mistake", "--data", solo).out
    assert key not in keys(solo)
    assert type_in("notice", "withdraw", key, "--reason", "again", "--data", solo).code == 3
    assert type_in("notice", "show", key, "--data", solo, "--json").said["standing"] == "withdrawn"
    assert "Ordered erasure" in type_in("notice", "erase", key, "--class", "court", "--data", solo).out
    erased = type_in("notice", "show", key, "--data", solo, "--json").said
    assert (erased["standing"], erased["notice"], erased["detail"]) == ("erased", None, None)
    assert [order["act"] for order in erased["orders"]] == ["withdrawn", "erased"]
    assert key in keys(solo, "--all")


def test_a_draft_comes_by_standard_input_too(solo: Path) -> None:
    assert type_in("notice", "publish", "-", "--data", solo, text=draft(NEW[0])).code == 0


def test_a_notice_as_it_was_then(solo: Path) -> None:
    key = keys(solo)[0]
    said_at = type_in("notice", "show", key, "--data", solo, "--json").said["versions"][0]["said_at"]
    type_in("notice", "withdraw", key, "--reason", "gone", "--data", solo)
    assert type_in("notice", "show", key, "--at", said_at, "--data", solo, "--json").said["standing"] == "stood"
    assert type_in("notice", "show", key, "--at", "2001-01-01T00:00:00Z", "--data", solo).code == 1


def test_list_by_source(solo: Path) -> None:
    assert len(keys(solo, "--source", "un-sc", "--mine")) == len(PEOPLE)
    assert keys(solo, "--source", "other") == []
    assert f"{len(PEOPLE)} notices" in type_in("notice", "list", "--data", solo).out


def test_who_can_see_before_publishing(pair: Path, tmp_path: Path) -> None:
    shown = type_in("who-can-see", "ITA", "--data", pair / "ITA")
    assert "not named in the audience" in shown.out
    path = tmp_path / "draft.json"
    path.write_text(draft(NEW[0], detail_audience="ITA"), "utf-8")
    sights = {
        one["code"]: one for one in type_in("who-can-see", path, "--data", pair / "ITA", "--json").said["members"]
    }
    assert (sights["PHL"]["match"], sights["PHL"]["detail"]) == (True, False)
    assert "match:" in type_in("who-can-see", path, "--data", pair / "ITA").out


def test_names_are_listed_whole_on_a_narrow_screen(solo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = type_in("notice", "list", "--data", solo).out
    assert "…" not in "".join(line.split("│")[2] for line in listed.splitlines() if line.startswith("│"))
    assert PEOPLE[0].person.names[0].text.split()[0] in listed


def test_the_example_of_the_reference_is_published(solo: Path, tmp_path: Path) -> None:
    reference = (Path(__file__).parents[2] / "docs/reference/cli.md").read_text("utf-8")
    path = tmp_path / "draft.json"
    path.write_text(reference.split("```json\n")[1].split("```")[0], "utf-8")
    assert "Published" in type_in("notice", "publish", path, "--data", solo).out


def test_a_second_import_publishes_exactly_the_difference(solo: Path, tmp_path: Path) -> None:
    again = type_in("import", "un-sc", solo.parent / "list.xml", "--data", solo, "--json").said
    assert (again["published"], again["corrected"], again["withdrawn"]) == (0, 0, 0)
    assert again["unchanged"] == len(PEOPLE)
    newer = tmp_path / "newer.xml"
    newer.write_bytes(write_un_xml([*PEOPLE[1:], *synthetic_persons(8, len(PEOPLE) + 1)[-1:]], edition="2025-03-01"))
    dry = type_in("import", "un-sc", newer, "--dry-run", "--data", solo)
    assert "dry run" in dry.out
    done = type_in("import", "un-sc", newer, "--data", solo, "--json").said
    assert (done["published"], done["corrected"], done["withdrawn"]) == (1, 0, 1)
    assert type_in(*by_document(solo, 0)).code == 0
    older = ("import", "un-sc", solo.parent / "list.xml", "--data", solo)
    dry = type_in(*older, "--dry-run", "--json").said
    assert "2025-03-01" in dry["alarm"]
    stopped = type_in(*older, "--accept-mass-withdrawal")
    assert (stopped.code, type_in(*by_document(solo, 0)).code) == (3, 0), "an older edition changes nothing"
    assert "2025-03-01" in stopped.err
    assert "--accept-older-edition" in stopped.err
    undated = tmp_path / "undated.xml"
    undated.write_bytes((solo.parent / "list.xml").read_bytes().replace(b"dateGenerated", b"made"))
    assert "does not say its date" in type_in("import", "un-sc", undated, "--data", solo).err
    back = type_in(*older, "--accept-older-edition", "--json").said
    assert (back["published"], back["withdrawn"]) == (1, 1), "an entry that comes back to the list is published again"
    assert type_in(*by_document(solo, 0)).code == 10
    assert type_in("import", "un-sc", newer, "--dry-run", "--data", solo, "--json").said["alarm"] == ""


def test_an_edition_that_the_store_forgot_is_known_by_the_notices(solo: Path) -> None:
    folder = Folder(solo)
    with open_member(folder, SystemClock()) as member:
        taken = last_taken(member, "un-sc")
        member.store.apply({b"list/edition/un-sc": None})
        assert last_taken(member, "un-sc") == taken != ""
        assert last_taken(member, "eu-fsf") == ""
        assert objection(member, "eu-fsf", "1999-01-01") == ""


def test_a_mass_withdrawal_stops_the_import(solo: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.xml"
    short.write_bytes(write_un_xml(PEOPLE[:10]))
    stopped = type_in("import", "un-sc", short, "--data", solo)
    assert stopped.code == 3
    assert "would withdraw 14 of 24" in stopped.err
    assert len(keys(solo)) == len(PEOPLE)
    assert type_in("import", "un-sc", short, "--accept-mass-withdrawal", "--data", solo).code == 0
    assert len(keys(solo)) == 10


@pytest.mark.parametrize("act", [["withdraw", "--reason", "mistake"], ["erase", "--class", "court"]])
def test_a_list_does_not_bring_back_what_a_person_took_back(solo: Path, act: list[str]) -> None:
    assert type_in("notice", act[0], keys(solo)[0], *act[1:], "--data", solo).code == 0
    again = type_in("import", "un-sc", solo.parent / "list.xml", "--data", solo, "--json").said
    assert again["published"] == 0
    assert "by a person" in again["refusals"][-1]["reason"]


def test_an_import_with_a_policy_and_an_audience(pair: Path, tmp_path: Path) -> None:
    (tmp_path / "list.xml").write_bytes(write_un_xml(PEOPLE[:3]))
    policy = {"category": "own", "legal_basis": "Invented statute", "issuing_authority": "Invented court"}
    (tmp_path / "policy.json").write_text(json.dumps(policy), "utf-8")
    words = ["import", "un-sc", tmp_path / "list.xml", "--policy", tmp_path / "policy.json"]
    done = type_in(*words, "--audience", "ITA,PHL", "--detail-audience", "ITA", "--data", pair / "ITA", "--json")
    assert done.said["published"] == 3
    type_in("ledger", "export", "all", tmp_path / "ita.bundle", "--for", "PHL", "--data", pair / "ITA")
    assert "Took in" in type_in("ledger", "import", tmp_path / "ita.bundle", "--data", pair / "PHL").out
    shown = type_in("notice", "show", keys(pair / "PHL")[0], "--data", pair / "PHL")
    assert "refer to the originator" in shown.out
    assert "Refer to ITA" in type_in(*by_document(pair / "PHL", 0)).out


def test_a_ledger_verifies_and_proves(solo: Path, tmp_path: Path) -> None:
    assert "verifies" in type_in("ledger", "verify", "--data", solo).out
    assert type_in("ledger", "verify", "ita", "--data", solo, "--json").said["good"] is True
    proof = type_in("ledger", "proof", "ITA", "3", "--data", solo)
    assert parse_proof(proof.out.encode()).index == 3
    assert type_in("ledger", "proof", "ITA", "3", "--out", tmp_path / "p", "--data", solo).code == 0
    assert parse_proof((tmp_path / "p").read_bytes()).index == 3
    assert (tmp_path / "p.entry").read_bytes().startswith(b'{"envelope"')


def test_damage_on_disk_is_found_and_exits_four(solo: Path) -> None:
    store = SqliteStore(solo / "store.sqlite")
    leaf = store.get(entry_row("ITA", 5))
    assert leaf is not None
    store.apply({entry_row("ITA", 5): leaf.replace(b"routine", b"rOutine")})
    store.close()
    damaged = type_in("ledger", "verify", "--data", solo)
    assert damaged.code == 4
    assert "verifies" not in damaged.out
    doctor = type_in("doctor", "--data", solo)
    assert doctor.code == 1
    assert "fault" in doctor.out


def test_state_and_roster_are_shown(solo: Path) -> None:
    assert "State" in type_in("state", "--data", solo).out
    digest = type_in("state", "--data", solo, "--json").said["digest"]
    assert len(digest) == 64
    assert "shield.example, version 1" in type_in("roster", "show", "--data", solo).out


@pytest.mark.parametrize("change", ["suspend", "expel", "leave"])
def test_the_roster_changes_by_signatures(pair: Path, tmp_path: Path, change: str) -> None:
    two, ita, phl = tmp_path / "two.roster", pair / "ITA", pair / "PHL"
    proposed = type_in("roster", "propose", change, "PHL", "--data", ita, "--out", two)
    assert "signed by ITA" in proposed.out
    assert type_in("roster", "apply", two, "--data", ita).code == 4, "one signature is not two"
    assert type_in("roster", "sign", two, "--data", phl).code == 0
    assert type_in("roster", "sign", two, "--data", phl).code == 3
    assert "version 2" in type_in("roster", "apply", two, "--data", ita).out
    three = tmp_path / "three.roster"
    back = type_in("roster", "propose", "reinstate", "PHL", "--data", ita, "--out", three)
    assert back.code == (0 if change == "suspend" else 3)
    out = type_in("roster", "propose", "expel", "PHL", "--data", ita, "--out", three)
    assert out.code == (0 if change == "suspend" else 3)


def test_a_member_joins_and_the_roster_is_renewed(solo: Path, tmp_path: Path) -> None:
    new = tmp_path / "PHL"
    type_in("node", "init", "--data", new, "--member", "PHL", "--coalition", "shield.example")
    card = type_in("node", "card", "--data", new).out
    assert '"PHL"' in card
    two = tmp_path / "two.roster"
    assert type_in("roster", "propose", "join", new / "card.json", "--data", solo, "--out", two).code == 0
    assert "PHL" in type_in("roster", "apply", two, "--data", solo).out
    again = type_in("roster", "propose", "join", new / "card.json", "--data", solo)
    assert again.code == 3
    unused = type_in("roster", "propose", "rotate", tmp_path / "other" / "card.json", "--data", solo)
    assert unused.code == 2
    genesis = type_in("roster", "show", "--data", solo, "--json").said["genesis"]
    joined = type_in("node", "join", solo.parent / "genesis.roster", "--hash", genesis, "--data", new)
    assert "not in the first roster" in joined.out
    renewed = type_in(
        "roster", "propose", "renew", "--threshold", "2", "--data", solo, "--out", tmp_path / "r", "--json"
    )
    assert (renewed.said["version"], renewed.said["threshold"]) == (3, 2)


def test_keys_rotate(solo: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    type_in("node", "init", "--data", new, "--member", "ITA", "--coalition", "shield.example")
    two = tmp_path / "two.roster"
    assert type_in("roster", "propose", "rotate", new / "card.json", "--data", solo, "--out", two).code == 0
    logs = type_in("roster", "show", two, "--json").said["roster"]["members"][0]["logs"]
    assert [key["first"] for key in logs] == [0, len(PEOPLE) + 1]


def test_the_doctor_looks_at_a_machine_without_a_node(tmp_path: Path) -> None:
    shown = type_in("doctor", "--data", tmp_path)
    assert shown.code == 0
    assert "no node in" in shown.out
    assert "SQLite" in shown.out


def test_the_doctor_finds_a_member_well_or_says_what_to_do(solo: Path) -> None:
    good = type_in("doctor", "--data", solo)
    assert good.code == 0
    assert "may publish" in good.out
    (solo / "keys.json").chmod(0o644)
    bad = type_in("doctor", "--data", solo)
    assert bad.code == 1
    assert "chmod 600" in bad.out


def test_an_invented_list_imports(solo: Path, tmp_path: Path) -> None:
    for kind in ("un-sc", "ofac-advanced", "ofac-sdn"):
        assert type_in("synthetic", kind, tmp_path / kind, "--count", "5", "--seed", "3").code == 0
        dry = type_in("import", kind, tmp_path / kind, "--dry-run", "--data", solo, "--json").said
        assert dry["published"] == 5 or kind == "un-sc"
    assert type_in("synthetic", "other", tmp_path / "x").code == 2


def test_the_version_is_printed() -> None:
    assert type_in("--version").out.startswith("evenhand ")
