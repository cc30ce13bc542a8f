"""The viewer over HTTP: what its pages show, who may ask, and what is never done."""

import html
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.errors import RunError
from evals.record.run import RunDirectory
from evals.run_index import RunIndex, TrialFilter
from evals.text import printable
from tests import ROOT
from tests.program import complaint, done, inside

pytest.importorskip("starlette", reason="the viewer needs the extra 'view' of cantwont")

from starlette.testclient import TestClient

from reports.viewer.application import application
from reports.viewer.asked import YOURS
from reports.viewer.keeper import Keeper

EXAMPLE = ROOT / "examples" / "small-model"
HERE = {"Origin": "http://127.0.0.1:8765"}
EVIL = "<script>alert(1)</script>\"'>\u202e\x1b[31m"


def client(index: RunIndex, host: str = "127.0.0.1") -> TestClient:
    return TestClient(application(index, host), "http://127.0.0.1:8765", follow_redirects=False)


def evil(run: Path) -> str:
    """Rename a run's first trial, its model, instance and answer as somebody might who means harm."""
    header, first, *rest = (run / "outcomes.jsonl").read_text().splitlines()
    row = json.loads(first)
    before, row["trial"] = row["trial"], f"00{EVIL}"
    row["model"] = row["instance"] = row["arm"] = row["reason"] = EVIL
    (run / "outcomes.jsonl").write_text("\n".join([header, json.dumps(row), *rest]) + "\n")
    lines = (run / "exchanges.jsonl").read_text().splitlines()
    for place, line in enumerate(lines):
        exchange = json.loads(line)
        if exchange["trial"] == before:
            exchange["trial"] = row["trial"]
            for choice in exchange.get("reply", {}).get("choices", ()):
                choice["message"]["content"] = EVIL
            lines[place] = json.dumps(exchange)
    (run / "exchanges.jsonl").write_text("\n".join(lines) + "\n")
    return str(row["trial"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: one of ours, one of somebody who means harm, and one that is broken."""
    runs = tmp_path_factory.mktemp("viewer") / "runs"
    for name in ("may", "evil", "broken"):
        shutil.copytree(EXAMPLE, runs / name)
        (runs / name / "labels.jsonl").unlink()
    evil(runs / "evil")
    (runs / "broken" / "run.json").write_text("{")
    return runs


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[RunIndex]:
    with RunIndex.at(folder, folder.parent / "index.sqlite") as index:
        index.refresh()
        yield index


@pytest.fixture(scope="module")
def token(index: RunIndex) -> str:
    return next(run.token for run in index.runs() if run.name == "may")


@pytest.fixture
def web(index: RunIndex, folder: Path) -> Iterator[TestClient]:
    yield client(index)
    (folder / "may" / "labels.jsonl").unlink(missing_ok=True)


def links(page: str) -> list[str]:
    """The addresses of the trials in a list."""
    return [html.unescape(found) for found in re.findall(r'<th[^>]*><a href="([^"]*)"', page)]


def entry(page: str) -> dict[str, Any]:
    """What a transcript is drawn from."""
    [found] = re.findall(r'(?s)<script type="application/json"[^>]*>(.*?)</script>', page)
    read: dict[str, Any] = json.loads(found)
    return read


def test_pages(web: TestClient, token: str) -> None:
    """From the runs to a run, its trials, one transcript and the next; words are found in answers."""
    runs = web.get("/").text
    assert "cannot be read" in runs
    assert f"/runs/{token}" in links(runs)
    assert "stopped 4, wrong 58, unread 6, cut 24" in runs
    run = web.get(f"/runs/{token}?label=give_up").text
    assert "of 3 trials" in run
    assert "logic error 58" in run  # the whole run, above
    first, second, third = links(run)[-3:]
    page = web.get(first).text
    assert "give up" in page
    assert entry(page)["turns"]
    [after] = re.findall(r'rel="next"[^>]*href="([^"]*)"', page)
    assert html.unescape(after) == second
    assert 'rel="next"' not in web.get(third).text
    [whole] = re.findall(r'href="(/runs/[^"]*/answers[^"]*)"', page)
    text = web.get(html.unescape(whole))
    assert text.headers["content-type"].startswith("text/plain")
    assert "--- turn 1, answer\n" in text.text
    words = entry(page)["turns"][0]["answer"][0].splitlines()[0][:30]
    found = web.get("/trials", params={"text": words.upper(), "label": "give_up", "run": token}).text
    assert re.search("[123] with these words among 3 answers", found)
    assert f"<mark>{html.escape(words)}" in found
    assert "0 with these words" in web.get("/trials", params={"text": "nobody said that"}).text
    assert web.get(f"/runs/{token}/live").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/runs/nothing", 404),
        ("/runs/..%2f..%2fetc/trial?trial=x", 404),
        ("/files/..%2fviewer.css", 404),
        ("/files/base.html", 404),
        ("/nowhere", 404),
        ("/trials?sort=sideways", 400),
        ("/trials?start=-1", 400),
        ("/trials?yours=theirs", 400),
        ("/trials?size=1e9", 400),
        ("/trials?run=nothing", 404),
        ("/trials?" + "&".join(f"model={n}" for n in range(60)), 400),
        ("/pair?a=x&b=y", 404),
        ("/trials?start=999999999", 200),
    ],
)
def test_what_cannot_be_shown(web: TestClient, address: str, status: int) -> None:
    """It is said in one sentence, without a trace of the program, and nothing outside of the runs is read."""
    answer = web.get(address)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "root:" not in answer.text


def test_what_others_wrote_is_text(web: TestClient, index: RunIndex) -> None:
    """Names, reasons and answers are shown as text in every page; nothing invisible stays so."""
    other = next(run for run in index.runs() if run.name == "evil")
    [model] = (name for name in other.models if "script" in name)
    listed = web.get(f"/runs/{other.token}", params={"model": model}).text
    [address] = [link for link in links(listed) if "script" in link]
    shown = web.get(address)
    [row] = index.page(TrialFilter(model=(model,))).rows
    pair = {"a": other.token, "b": other.token, "ta": row.trial, "tb": row.trial}
    pages = [web.get("/"), web.get("/trials?text=alert"), shown, web.get("/pair", params=pair)]
    for page in (listed, *(answer.text for answer in pages)):
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\x1b" not in page
    assert entry(shown.text)["turns"][0]["answer"] == [printable(EVIL)]


def test_every_answer_forbids_scripts_of_others(web: TestClient, token: str) -> None:
    """Files, pages and refusals: nothing inline, nothing from elsewhere, in nobody's frame."""
    for address in ("/", f"/runs/{token}", "/files/viewer.js", "/nowhere", "/compare"):
        answer = web.get(address)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", answer.text)
        assert not re.search(r'(?:src|href|action)="(?!/|#|\?)', answer.text)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8765", "192.0.2.1", "", "[::1", "localhost.evil"]
)
def test_a_name_that_is_not_ours_is_refused(web: TestClient, host: str) -> None:
    """So that no page whose name was made to lead here reads anything."""
    assert web.get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:8765"])
def test_our_names_are_answered(web: TestClient, host: str) -> None:
    assert web.get("/", headers={"Host": host}).status_code == 200


def given(page: str) -> dict[str, str]:
    """What the form of a page sends besides what its reader chooses."""
    form = re.search(r'(?s)<form action="[^"]*/label".*?</form>', page)
    assert form is not None
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {name: html.unescape(value) for name, value in fields}


def test_a_readers_label_is_kept(web: TestClient, token: str, folder: Path) -> None:
    """Beside the record, as `agree` reads it; shown in the list, changed, and taken away again."""
    addresses = links(web.get(f"/runs/{token}?label=give_up").text)[-3:]
    for address, label in zip(addresses, ("give_up", "refusal", "give_up"), strict=True):
        form = given(web.get(address).text) | {"label": label, "note": "Stops — here\r\nand says so."}
        answer = web.post(f"/runs/{token}/label", data=form, headers=HERE)
        assert (answer.status_code, answer.headers["location"]) == (303, address)
    file = folder / "may" / "labels.jsonl"
    assert [json.loads(line)["label"] for line in file.read_text().splitlines()] == [
        "give_up",
        "refusal",
        "give_up",
    ]
    told = done(inside("agree", folder / "may", file, cwd=folder))
    assert "2 of 3" in told
    page = web.get(addresses[1]).text
    assert re.search(r'value="refusal"[^>]* checked', page)
    assert "and says so." in page
    assert 'data-name="yours"><span class="label">' in web.get(f"/runs/{token}?label=give_up").text
    filtered = {name: web.get(f"/runs/{token}?label=give_up&yours={name}").text for name in YOURS}
    assert "0 found among 3 answers" in filtered["none"]
    assert [link.partition("&at=")[0] for link in links(filtered["given"])[-3:]] == [
        link.partition("&at=")[0] for link in addresses
    ]
    [other] = [link for link in links(filtered["other"]) if "/trial?" in link]
    assert other.startswith(addresses[1].partition("&at=")[0])
    unread = links(web.get(f"/runs/{token}?yours=none").text)
    [after] = re.findall(r'rel="next"[^>]*href="([^"]*)"', web.get(unread[-2]).text)
    assert html.unescape(after) == unread[-1]
    form = given(page) | {"label": "give_up", "on": "1"}
    assert web.post(f"/runs/{token}/label", data=form, headers=HERE).headers["location"] == addresses[2]
    for address in addresses:
        form = given(web.get(address).text)
        assert web.post(f"/runs/{token}/label", data=form, headers=HERE).status_code == 303
    assert not file.exists()


@pytest.mark.parametrize(
    ("headers", "form", "status"),
    [
        ({}, {"label": "solved"}, 403),
        ({"Origin": "http://evil.example"}, {"label": "solved"}, 403),
        ({"Origin": "null"}, {"label": "solved"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, {"label": "solved"}, 403),
        ({**HERE, "Sec-Fetch-Site": "cross-site"}, {"label": "solved"}, 403),
        (HERE, {"label": "solved", "trial": "../../x"}, 404),
        (HERE, {"label": "right"}, 400),
        (HERE, {"note": "no label"}, 400),
        (HERE, {"label": "solved", "note": "x" * 20_000}, 400),
        (HERE, {"label": "solved", "note": "x" * 200_000}, 413),
    ],
)
def test_what_is_not_kept(
    web: TestClient, *, token: str, folder: Path, headers: dict[str, str], form: dict[str, str], status: int
) -> None:
    """Nothing that another site has sent, and nothing that `agree` could not read."""
    trial = given(web.get(links(web.get(f"/runs/{token}").text)[-1]).text)["trial"]
    answer = web.post(f"/runs/{token}/label", data={"trial": trial} | form, headers=headers)
    assert answer.status_code == status
    assert not (folder / "may" / "labels.jsonl").exists()


def test_nothing_is_written_where_others_can_ask(index: RunIndex, token: str) -> None:
    """A viewer that listens elsewhere takes nothing; names that anybody can point at it are refused, too."""
    web = client(index, "0.0.0.0")
    page = web.get(links(web.get(f"/runs/{token}").text)[-1]).text
    assert "/label" not in page
    assert "Read-only" in page
    assert web.post(f"/runs/{token}/label", data={"label": "solved"}, headers=HERE).status_code == 403
    assert web.get("/", headers={"Host": "evil.example"}).status_code == 403
    assert web.get("/", headers={"Host": "192.0.2.7:8765"}).status_code == 200


def test_blind(web: TestClient, token: str) -> None:
    """Nothing that was read in an answer is on any page, until it is ended; the switch leads nowhere else."""
    switched = web.post("/blind", data={"on": "1", "back": "https://evil.example/"}, headers=HERE)
    assert switched.headers["location"] == "/"
    web.cookies.set("blind", "1")
    address = links(web.get(f"/runs/{token}?label=give_up&sort=label").text)[0]
    listed = web.get(f"/runs/{token}?label=give_up&sort=label").text
    assert "of 92 trials" in listed  # a filter by label would tell it
    shown = web.get(address).text
    compared = web.get(f"/compare?run={token}&run={token}&different=1").text
    assert "92 pairs" in compared
    for page in (listed, web.get("/").text, web.get(f"/runs/{token}/live").text, compared):
        assert "logic error" not in page
        assert "give up" not in page
    told = entry(shown)
    assert (told["reason"], told["quotes"]) == ("", [])
    assert not {name for name, _ in told["numbers"]} & {"steps written", "first illegal step", "seen in it"}
    assert all(isinstance(piece, str) for turn in told["turns"] for piece in turn["answer"])


def test_two_runs_side_by_side(web: TestClient, token: str, index: RunIndex) -> None:
    """Each pair leads to both transcripts, and back; pairs that ended alike can be left out."""
    other = next(run.token for run in index.runs() if run.name == "evil")
    page = web.get(f"/compare?run={token}&run={other}").text
    assert "91 trials were asked the same in both; 91 of them ended alike (100 %)" in page
    sides = web.get(links(page)[0]).text
    assert sides.count('type="application/json"') == 2
    assert html.escape(f"/compare?run={token}&run={other}") in sides
    assert "no pair" in web.get(f"/compare?run={token}&run={other}&different=1").text
    assert "choose one" in web.get("/compare").text


def test_a_run_that_goes_on(folder: Path, tmp_path: Path) -> None:
    """Its newest answers have their labels, and what waits is told."""
    runs = tmp_path / "runs"
    shutil.copytree(EXAMPLE, runs / "live")
    (runs / "live" / "outcomes.jsonl").unlink()
    record = runs / "live" / "exchanges.jsonl"
    record.write_bytes(b"".join(record.read_bytes().splitlines(keepends=True)[:15]))
    with RunDirectory.open(runs / "live").locked(), RunIndex.at(runs, tmp_path / "index") as index:
        index.refresh()
        web = client(index)
        [run] = index.runs()
        assert "15 recorded rows wait" in web.get(f"/runs/{run.token}/live").text
        while index.label(60):
            pass
        page = web.get(f"/runs/{run.token}").text
        assert "running" in page
        assert f'data-fresh="/runs/{run.token}/live"' in page
        newest = web.get(f"/runs/{run.token}/live").text
        assert newest.count("<li>") == 8
        assert "answers in the last minute" in newest


def test_it_keeps_up_with_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that comes is there a moment later; what keeps it from being read is said on every page."""
    monkeypatch.setattr("reports.viewer.keeper._PAUSE", 0.05)
    (tmp_path / "runs").mkdir()
    with RunIndex.at(tmp_path / "runs", tmp_path / "index") as index:
        keeper = Keeper(index)
        web = TestClient(application(index, "127.0.0.1", keeper), "http://127.0.0.1:8765")
        assert "Reading the runs" in web.get("/").text
        keeper.start()
        awaited(lambda: "No run stands below this folder yet" in web.get("/").text)
        shutil.copytree(EXAMPLE, tmp_path / "runs" / "new")
        awaited(lambda: ">new</a>" in web.get("/").text)

        def fails(*_: object) -> None:
            raise RunError("the disk is gone")

        monkeypatch.setattr(index, "refresh", fails)
        awaited(lambda: "Nothing is kept up to date: the disk is gone" in web.get("/trials").text)
        keeper.stop()


def awaited(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_command_says_what_is_missing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra by its name; a folder that is not there; a port that is taken."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "there is no folder" in complaint(inside("view", tmp_path / "never", cwd=tmp_path), 2)
    taken = inside("view", folder, "--host", "192.0.2.1", "--port", "80", "--no-browser", cwd=tmp_path)
    assert "cannot listen at '192.0.2.1'" in complaint(taken, 2)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "extra 'view'" in complaint(inside("view", folder, cwd=tmp_path), 2)
