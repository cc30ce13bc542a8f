"""`run.json` says with what a run was asked, and nobody needs it to be read or replayed."""

import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from evals.client.local.facts import ModelFacts
from evals.endpoints import Endpoint
from evals.record.provenance import Checkout, ModelFile, Provenance, ServerFacts
from evals.record.run import RunDirectory
from evals.replay.replay import check
from evals.running import provenance as module
from evals.running import server_log
from evals.running.provenance import provenance
from evals.simulated.server import serve_in_thread
from tests.program import done, inside
from tests.samples.runs import asked, counting, whole
from tests.servers.scripted import Body, completion, scripted

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def said(body: Body) -> str:
    """Counts as far as it is asked to."""
    last = int(body["messages"][0]["content"].partition(" to ")[2].split()[0])
    return "\n".join(map(str, range(1, last + 1)))


def count(body: Body) -> tuple[int, Body]:
    return 200, completion(said(body))


# --- this machine


def test_python_and_packages() -> None:
    found = provenance()
    assert found.python == f"{platform.python_implementation()} {platform.python_version()}"
    assert {name: found.packages[name] for name in ("cantwont", "httpx", "aiohttp", "pydantic")} == {
        name: version(name) for name in ("cantwont", "httpx", "aiohttp", "pydantic")
    }


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false")
    ended = subprocess.run(
        ("git", *identity, *words), cwd=folder, check=True, capture_output=True, encoding="utf-8"
    )
    return ended.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git checkout of one commit, and a folder in it as the working directory."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "checkout"
    (folder / "studies").mkdir(parents=True)
    git(folder, "init", "--quiet")
    (folder / "file").write_text("one")
    git(folder, "add", "file")
    git(folder, "commit", "--quiet", "--message", "first")
    monkeypatch.chdir(folder / "studies")
    return folder


@pytest.fixture(params=["git", "no git"])
def with_git(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the program is there; without it, its files are read."""
    if request.param == "no git":
        monkeypatch.setattr(module, "_STATUS", ("no-such-program",))
    return bool(request.param == "git")


@needs_git
def test_checkout(checkout: Path, with_git: bool) -> None:
    """Its commit, and whether tracked files differ from it; a run's own files are not tracked."""
    commit = git(checkout, "rev-parse", "HEAD")
    (checkout / "studies" / "run.json").write_text("{}")
    assert provenance().git == Checkout(commit=commit, dirty=False if with_git else None)
    (checkout / "file").write_text("two")
    assert provenance().git == Checkout(commit=commit, dirty=True if with_git else None)


@needs_git
@pytest.mark.parametrize("how", ["packed", "detached", "worktree"])
def test_checkouts_of_other_kinds(
    checkout: Path, with_git: bool, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = git(checkout, "rev-parse", "HEAD")
    match how:
        case "packed":
            git(checkout, "pack-refs", "--all")
        case "detached":
            git(checkout, "checkout", "--quiet", "--detach")
        case "worktree":
            git(checkout, "worktree", "add", "--quiet", "-b", "other", str(tmp_path / "other"))
            monkeypatch.chdir(tmp_path / "other")
    assert provenance().git == Checkout(commit=commit, dirty=False if with_git else None)


def broken(folder: Path) -> None:
    (folder / ".git").write_bytes(b"gitdir: \xff\x00")


def empty(folder: Path) -> None:
    (folder / ".git").mkdir()


def elsewhere(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "secret").write_text("a secret")
    (folder / ".git" / "HEAD").write_text("ref: ../secret\n")


@pytest.mark.parametrize("make", [lambda _: None, broken, empty, elsewhere])
def test_what_is_no_checkout(
    make: Callable[[Path], None], with_git: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left out, whatever is wrong with it."""
    del with_git
    make(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert provenance().git is None


@needs_git
def test_git_is_not_waited_for(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STATUS", ("sleep", "60"))
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    assert provenance().git == Checkout(commit=git(checkout, "rev-parse", "HEAD"))


@needs_git
def test_no_program_of_the_checkout_is_run(checkout: Path, tmp_path: Path) -> None:
    """As git's monitor of the file system would be one."""
    program, trace = tmp_path / "monitor", tmp_path / "trace"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    git(checkout, "config", "core.fsmonitor", str(program))
    assert provenance().git is not None
    assert not trace.exists()


@needs_git
@pytest.mark.parametrize("setting", ["filter.odd.clean", "filter.odd.process", "remote.origin.promisor"])
def test_no_filter_of_the_checkout_is_run(checkout: Path, tmp_path: Path, setting: str) -> None:
    """Nor what it names for reading its files; then nothing is known of what differs."""
    trace = tmp_path / "trace"
    commit = git(checkout, "rev-parse", "HEAD")
    (checkout / ".git" / "info").mkdir(exist_ok=True)
    (checkout / ".git" / "info" / "attributes").write_text("* filter=odd\n")
    git(checkout, "config", setting, f"touch {trace}; cat")
    os.utime(checkout / "file", (1, 1))
    assert provenance().git == Checkout(commit=commit)
    assert not trace.exists()


# --- a run


def test_a_whole_run(tmp_path: Path) -> None:
    """What asked and what answered stand in run.json and in the report; nothing of the user does."""
    with serve_in_thread(fingerprint="fp_simulated") as served:
        asked_for = ("--model", "sim/steady", "--puzzle", "counting:3,4", "--sim", served)
        done(inside("run", *asked_for, "--out", "run", cwd=tmp_path))
    text = (tmp_path / "run" / "run.json").read_text()
    manifest = json.loads(text)
    [found] = manifest["provenance"]
    assert found["packages"]["cantwont"] == version("cantwont")
    assert found["python"].endswith(platform.python_version())
    [facts] = manifest["servers"]["sim/steady"]
    assert facts["fingerprints"] == ["fp_simulated"]
    kept = json.dumps([manifest["provenance"], manifest["servers"]])
    assert str(Path.home()) not in kept
    assert str(tmp_path) not in kept
    assert platform.node() not in kept
    assert "all outcomes are the same" in done(inside("replay", "run", "--check", cwd=tmp_path))
    done(inside("report", "run", "--format", "md", "--out", "report.md", cwd=tmp_path))
    told = (tmp_path / "report.md").read_text().replace("\\", "")
    assert f"asked with {found['python']}" in told
    assert "server of sim/steady fingerprint fp_simulated" in told
    done(inside("report", "run", "--out", "report.html", cwd=tmp_path))
    page = (tmp_path / "report.html").read_text()
    assert '<th scope="row">server of sim/steady</th><td>fingerprint fp_simulated</td>' in page


def test_runs_of_earlier_versions(tmp_path: Path) -> None:
    """They load, are replayed and continued; what is found out then stands in them from then on."""
    with scripted(count) as address:
        whole(counting(address), tmp_path / "run")
        file = tmp_path / "run" / "run.json"
        manifest = json.loads(file.read_text())
        del manifest["provenance"], manifest["servers"]
        file.write_text(json.dumps(manifest))
        assert check(tmp_path / "run") == ()
        assert RunDirectory.open(tmp_path / "run").manifest.provenance == ()
        asked(counting(address), tmp_path / "run")
        assert RunDirectory.open(tmp_path / "run").manifest.provenance == ()  # nothing was left to ask
        run, _ = asked(counting(address, repeats=2), tmp_path / "run", extend=True)
    assert len(run.manifest.provenance) == 1


def test_continued_with_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new entry where something differs; else the one that is there holds."""
    found = Provenance(at="2026", python="CPython 3.12.1", platform="Linux")
    machines = [
        found,
        found.model_copy(update={"at": "2027"}),
        Provenance(**{**vars(found), "python": "PyPy 9"}),
    ]
    with scripted(count) as address:
        for repeats, machine in enumerate(machines, 1):
            monkeypatch.setattr(module, "provenance", lambda machine=machine: machine)
            run, _ = asked(counting(address, repeats=repeats), tmp_path / "run", extend=True)
    assert [entry.python for entry in run.manifest.provenance] == ["CPython 3.12.1", "PyPy 9"]


def test_fingerprints(tmp_path: Path) -> None:
    """The first, and that it changed; nothing else that a server may call so."""
    marks: Iterator[Any] = iter(["fp_a", "fp_a", "fp_\x1b[31m\ud800", 7, None, "", "fp_a"])

    def reply(body: Body) -> tuple[int, Body]:
        return 200, {**completion(said(body)), "system_fingerprint": next(marks)}

    with scripted(reply) as address:
        spec = counting(address, puzzles=[{"name": "counting", "sizes": list(range(3, 10))}], concurrency=1)
        run, summary = asked(spec, tmp_path / "run")
    assert summary.asked == 7
    (facts,) = RunDirectory.open(run.path).manifest.servers["mine/m"]
    assert facts.fingerprints == ("fp_a", "fp_\\x1b[31m\\ud800")
    assert "fingerprint fp_a at first, 1 more later" in facts.describe()


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that the server says it has loaded."""
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF weights")

    async def found(endpoint: Endpoint, models: list[str]) -> dict[str, ModelFacts]:
        assert endpoint.name == "mine"
        file = ModelFile(name="m.gguf", bytes=12, modified="2026")
        return dict.fromkeys(models, ModelFacts(ServerFacts(at="2026", version="b1", file=file), path))

    monkeypatch.setattr(server_log, "server_facts", found)
    return path


@pytest.mark.usefixtures("weights")
def test_weights_are_hashed_beside_the_run_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[Path] = []

    def digest(path: Path, is_stopped: Callable[[], bool]) -> str:
        assert not is_stopped()
        hashed.append(path)
        return "abc"

    monkeypatch.setattr(server_log, "weights_hash", digest)
    with scripted(count, models=("m", "n")) as address:
        for repeats in (1, 2):
            models = ["mine/m", "mine/n"]
            run, _ = asked(counting(address, models=models, repeats=repeats), tmp_path / "run", extend=True)
    assert len(hashed) == 1
    for told in RunDirectory.open(run.path).manifest.servers.values():
        assert [facts.file and facts.file.sha256 for facts in told] == ["abc"]


@pytest.mark.usefixtures("weights")
def test_a_hash_that_takes_too_long_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends with its outcomes, and the reading ends with the run."""
    ended: list[bool] = []

    def digest(_: Path, is_stopped: Callable[[], bool]) -> None:
        while not is_stopped():
            time.sleep(0.01)
        ended.append(True)

    monkeypatch.setattr(server_log, "weights_hash", digest)
    monkeypatch.setattr(server_log, "_PATIENCE", 0.05)
    with scripted(count) as address:
        run, summary = asked(counting(address), tmp_path / "run")
    assert (summary.left, ended) == (0, [True])
    (facts,) = run.manifest.servers["mine/m"]
    assert facts.file == ModelFile(name="m.gguf", bytes=12, modified="2026")
