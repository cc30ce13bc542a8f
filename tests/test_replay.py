"""What a run recorded is enough to derive it all again: no server, no network, no right to write."""

import gzip
import hashlib
import json
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals._carrying import carry_out
from evals.demo import demo_spec
from evals.finishing import finish
from evals.recording import OUTCOMES, Run
from evals.replaying import replay, upgrades
from evals.runs import open_runs
from evals.simulated.server import serve_in_thread
from tests.program import done, inside


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of the demonstration, its server gone."""
    path = tmp_path_factory.mktemp("demo") / "run"
    with serve_in_thread() as base_url:
        carry_out(demo_spec(base_url), path)
    return path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a socket fails the test."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a socket was asked for")

    monkeypatch.setattr(socket, "socket", refuse)


def snapshot(path: Path) -> dict[str, tuple[int, str]]:
    """Every file, with when it was changed and what it holds."""
    return {
        entry.name: (entry.stat().st_mtime_ns, hashlib.sha256(entry.read_bytes()).hexdigest())
        for entry in path.iterdir()
    }


@pytest.fixture
def written(demo: Path) -> Iterator[list[str]]:
    """The files of the run that are opened to be written; as root, rights would not tell."""
    names: list[str] = []
    active = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if active and event == "open" and str(arguments[0]).startswith(str(demo)):
            mode, flags = arguments[1:]
            if (isinstance(mode, str) and mode.strip("rbt")) or (isinstance(flags, int) and flags & 3):
                names.append(str(arguments[0]))

    sys.addaudithook(watch)
    yield names
    active = False


@pytest.mark.usefixtures("no_network")
def test_replay_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    """The outcomes derived again, with no server up, are those stored, byte for byte."""
    copy = shutil.copytree(demo, tmp_path / "copy")
    (copy / OUTCOMES).unlink()
    [run] = open_runs([copy])
    assert replay(run).stored is None
    finish(run)
    assert (copy / OUTCOMES).read_bytes() == (demo / OUTCOMES).read_bytes()
    assert replay(run).same


def test_replay_writes_nothing(demo: Path, written: list[str], tmp_path: Path) -> None:
    """A run that may only be read can be replayed and reported."""
    before = snapshot(demo)
    [run] = open_runs([demo])
    assert replay(run).same
    demo.chmod(0o555)
    try:
        said = done(inside("replay", demo, cwd=tmp_path))
        done(inside("report", demo, "--out", tmp_path / "page.html", cwd=tmp_path))
    finally:
        demo.chmod(0o755)
    assert "all outcomes are the same" in said
    assert snapshot(demo) == before
    assert written == []


def test_update_accepts_what_is_derived(demo: Path, tmp_path: Path) -> None:
    """Outcomes that differ end with exit code 1 and are named; `--update` writes them."""
    copy = shutil.copytree(demo, tmp_path / "copy")
    lines = (copy / OUTCOMES).read_text().splitlines()
    changed = json.loads(lines[5]) | {"label": "malformed"}
    (copy / OUTCOMES).write_text("\n".join([*lines[:5], json.dumps(changed), *lines[7:]]) + "\n")
    differs = inside("replay", copy, cwd=tmp_path)
    assert (differs.returncode, differs.stderr) == (1, "")
    assert "1 outcomes differ from those stored, 1 are new, 0 are gone" in differs.stdout
    assert f"{changed['trial']}: malformed before" in differs.stdout
    done(inside("replay", copy, "--update", cwd=tmp_path))
    assert (copy / OUTCOMES).read_bytes() == (demo / OUTCOMES).read_bytes()


def test_gzipped_record(demo: Path, tmp_path: Path) -> None:
    """A record that was put away gzipped is replayed as it is."""
    copy = shutil.copytree(demo, tmp_path / "copy")
    plain = copy / "exchanges.jsonl"
    (copy / "exchanges.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    [run] = open_runs([copy])
    assert replay(run).same


def test_other_versions_are_noted(demo: Path, tmp_path: Path) -> None:
    """Replaying what was asked in another version of a puzzle says so."""
    copy = shutil.copytree(demo, tmp_path / "copy")
    run = Run.open(copy)
    assert list(upgrades(run)) == []
    run.save(run.manifest.model_copy(update={"puzzles": {"hanoi": 0, "counting": 1}}))
    assert list(upgrades(Run.open(copy))) == ["puzzle 'hanoi' was version 0 and is version 1"]
