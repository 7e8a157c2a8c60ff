"""No name and no document number of anyone looked up, published or carried reaches a log line."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
import structlog

from evenhand.interop.synthetic import synthetic_persons
from tests.api.conftest import Served, draft
from tests.api.test_carriers import paxlst
from tests.planted import WATCH, overheard

NAME, BORN, NUMBER = "Planted Nameless", "1971-07-07", "PLANTED77"
TRACES = ("planted", "nameless", NUMBER.casefold())


def _everything(served: Served) -> None:
    """Send the planted name down every path that takes one, rightly and wrongly."""
    import httpx

    key = {"Authorization": f"Bearer {served.key}", "Evenhand-Purpose": "RESCREENING", "Evenhand-Legal-Basis": "law"}
    with httpx.Client(base_url=served.url, headers=key, trust_env=False) as http:
        once = {"Idempotency-Key": NAME}
        made = http.post("/v1/notices", json=draft(NAME, BORN, NUMBER), headers=once).json()
        question = {"names": [NAME], "documents": [{"number": NUMBER, "issuer": "UTO"}]}
        example = {"schema": "Person", "properties": {"name": [NAME], "passportNumber": [NUMBER]}}
        rows = quote(msgspec.json.encode({"q": {"query": NAME}}).decode())
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        edifact = {"Content-Type": "application/edifact", "Evenhand-Purpose": "BOARDING"}
        traveller = ("NAMELESS:PLANTED", "710707", NUMBER)
        assert http.post("/v1/find", json=question).json()["answer"]["candidates"]
        http.post("/v1/find/batch", json={"questions": [question]})
        assert http.post("/match/default", json={"queries": {"q": example}}).json()["responses"]["q"]["results"]
        assert http.get("/search/default", params={"q": NAME}).json()["results"]
        assert http.post("/reconcile/evenhand", content=f"queries={rows}", headers=form).json()["q"]["result"]
        http.get("/reconcile/evenhand/suggest/entity", params={"prefix": NAME})
        assert b"2Z" in http.post("/v1/carriers/paxlst", content=paxlst(traveller), headers=edifact).content
        assert http.get(f"/v1/notices/{made['key']}").status_code == 200
        assert NAME in http.get("/taxii2/notices/collections/ita-all/objects?limit=1000").text
        for path in (f"/v1/notices/{quote(NAME)}", f"/{quote(NAME)}", f"/entities/{quote(NUMBER)}"):
            assert http.get(path).status_code == 404
        assert http.get("/v1/notices", params={NAME: NUMBER}).status_code == 400
        assert http.post("/v1/find", json={"names": NAME, NUMBER: 1}).status_code == 400
        assert http.post("/v1/find", content=f'{{"names": ["{NAME}'.encode(), headers={
            "Content-Type": "application/json"}).status_code == 400  # fmt: skip
        broken = draft(NAME, "not a date", NUMBER)
        assert http.post("/v1/notices", json=broken, headers={"Idempotency-Key": "2"}).status_code == 400
        http.request("BREW", f"/v1/notices/{quote(NAME)}")
        http.post(f"/v1/notices/{made['key']}/withdrawal", json={"reason": NAME}, headers=once)


def test_planted_names_are_in_no_log_line(
    served: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.ERROR)  # the test's own client names its addresses
    logging.getLogger("httpcore").setLevel(logging.ERROR)
    _everything(served)
    said = capfd.readouterr()
    told = f"{said.out}\n{said.err}\n{caplog.text}".casefold()
    assert "flights_answered" in told, "something was logged, so the log was watched"
    assert not [trace for trace in TRACES if trace in told]


def test_the_watch_over_the_whole_run_hears_both_ways_of_logging(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    before = WATCH.lines
    structlog.PrintLogger().info("somebody asked")
    logging.getLogger("evenhand.anything").info("somebody asked")
    assert (WATCH.lines, WATCH.take()) == (before + 2, [])
    structlog.PrintLogger().warning(f"asked for {NAME}")
    logging.getLogger("evenhand.anything").info("asked for %s", NUMBER)
    assert [one.partition(" in ")[0] for one in WATCH.take()] == ["'nameless'", "'planted77'"]


def test_the_watch_knows_whomever_these_tests_invent(tmp_path: Path) -> None:
    invented = synthetic_persons(4, 3)
    name = invented[0].person.names[0].text.upper()
    number = next(one.number for person in invented for one in person.person.documents)
    with overheard(tmp_path / "said.txt") as beside:
        beside.write(f"asked for [{name}]\nnothing\n<{number}>\n".encode())
    said = WATCH.take()
    assert len(said) == 2, said
    assert " ".join(name.casefold().split()) in said[0]
    assert number.casefold() in said[1]


def test_what_an_exception_says_is_not_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    try:
        msgspec.json.decode(f'{{"{NAME}": }}'.encode(), type=dict[str, int])
    except msgspec.DecodeError as error:
        error.add_note(NAME)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    assert "Exception in ASGI application (DecodeError)" in caplog.text
    assert NAME not in caplog.text


def test_a_running_node_logs_no_name_either(tmp_path: Path) -> None:
    """The same by the command line's own logging, at the level at which it is most talkative."""
    script = f"""
import logging, sys
from pathlib import Path
import structlog
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
logging.getLogger("httpx").setLevel(logging.ERROR)
logging.getLogger("httpcore").setLevel(logging.ERROR)
import tests.api.conftest as house
from tests.api.test_silence import _everything
for served in house.served.__wrapped__(Path({str(tmp_path)!r})):
    _everything(served)
"""
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    told = (run.stdout + run.stderr).casefold()
    assert "api_started" in told
    assert not [trace for trace in TRACES if trace in told]
