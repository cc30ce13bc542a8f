"""Runs at addresses: fetched once, read like any other, never written to; and copied whole."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.errors import RunError
from evals.record.run import RunDirectory
from evals.replay.remote_runs import copy, fetch, is_address, is_fetched, local_path
from tests.program import complaint, done, inside

fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
RUN = Path(__file__).parents[3] / "examples" / "small-model"


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The file system in this process's memory, with a run in it; and a cache of our own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = fsspec.filesystem("memory")
    for name in ("run.json", "exchanges.jsonl", "outcomes.jsonl", "README.md"):
        files.pipe(f"/bucket/runs/may/{name}", (RUN / name).read_bytes())
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def test_what_is_an_address() -> None:
    """A scheme of two letters or more; a path is none, whatever stands in it."""
    assert is_address("s3://bucket/run")
    assert is_address("file:///tmp/run")
    assert not any(map(is_address, ("runs/s3", "C://x", "./a://b", "/a://b")))
    assert local_path("runs/first") == Path("runs/first")


def test_a_run_is_fetched_once(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own files alone; again only where it changed; a changed file replaces the old copy whole."""
    found = fetch("memory://bucket/runs/may")
    assert found.name == "may"
    assert is_fetched(found)
    assert sorted(path.name for path in found.iterdir()) == [
        ".copy-of",
        "exchanges.jsonl",
        "outcomes.jsonl",
        "run.json",
    ]
    fetched: list[str] = []
    get = type(memory).get_file

    def counted(self: Any, source: str, *rest: Any, **more: Any) -> Any:
        fetched.append(source)
        return get(self, source, *rest, **more)

    monkeypatch.setattr(type(memory), "get_file", counted)
    assert fetch("memory://bucket/runs/may") == found
    assert fetched == []
    memory.rm("/bucket/runs/may/outcomes.jsonl")
    memory.pipe("/bucket/runs/may/exchanges.jsonl", b"")
    fetch("memory://bucket/runs/may")
    assert len(fetched) == 2
    assert not (found / "outcomes.jsonl").exists()


def test_folders_of_runs(memory: Any) -> None:
    """All runs below an address, as they lie there; hidden folders and other files are left."""
    for name in ("more/june", ".hidden/july"):
        memory.pipe(f"/bucket/runs/{name}/run.json", (RUN / "run.json").read_bytes())
    found = fetch("memory://bucket/runs")
    assert sorted(str(path.relative_to(found)) for path in found.rglob("run.json")) == [
        "may/run.json",
        "more/june/run.json",
    ]


def test_commands_read_and_do_not_write(memory: Any, tmp_path: Path) -> None:
    """`replay --check` and `report` take an address; a report stands here, and updates are refused."""
    assert "all outcomes are the same" in done(
        inside("replay", "memory://bucket/runs/may", "--check", cwd=tmp_path)
    )
    made = done(inside("report", "memory://bucket/runs/may", "--format", "csv", cwd=tmp_path))
    assert "written: report.csv" in made
    assert (tmp_path / "report.csv").exists()
    refused = inside("replay", "memory://bucket/runs/may", "--update", cwd=tmp_path)
    assert "is a copy of a run elsewhere, and only read" in complaint(refused, 2)
    done(inside("copy", "memory://bucket/runs/may", "here", cwd=tmp_path))
    done(inside("replay", "here", "--update", cwd=tmp_path))


def test_copied_out_and_back(memory: Any, tmp_path: Path) -> None:
    """Byte for byte, the manifest last; nothing is overwritten."""
    shutil.copytree(RUN, tmp_path / "run")
    assert copy(str(tmp_path / "run"), "memory://other/run") == "copied to memory://other/run"
    copy("memory://other/run", str(tmp_path / "back"))
    for name in ("run.json", "exchanges.jsonl", "outcomes.jsonl"):
        assert (tmp_path / "back" / name).read_bytes() == (RUN / name).read_bytes()
    assert not (tmp_path / "back" / ".copy-of").exists()
    for target in ("memory://other/run", str(tmp_path / "back")):
        with pytest.raises(RunError, match="already: name another"):
            copy(str(tmp_path / "run"), target)
    with RunDirectory.open(tmp_path / "run").locked(), pytest.raises(RunError):
        copy(str(tmp_path / "run"), "memory://third/run")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("memory://bucket/nothing", "there is no run at 'memory://bucket/nothing'"),
        ("nosuch://bucket/run", "cannot be read"),
        ("s3://bucket/run", r"install 'cantwont\[s3\]'"),
        ("http://127.0.0.1:9/run", "cannot be read"),
        ("http://user:secret@127.0.0.1:9/run", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told(memory: Any, address: str, told: str) -> None:
    """In one line, without a password."""
    if address.startswith("s3") and _has_s3():
        pytest.skip("s3fs is installed")
    with pytest.raises(RunError, match=told) as caught:
        fetch(address)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def _has_s3() -> bool:
    import importlib.util  # noqa: PLC0415

    return importlib.util.find_spec("s3fs") is not None


def test_names_lead_nowhere_else(memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a file system says that it holds."""
    entry = {"name": "/bucket/evil/..", "type": "directory", "size": 0}
    monkeypatch.setattr(type(memory), "ls", lambda *_, **__: [entry])
    monkeypatch.setattr(type(memory), "isdir", lambda *_: True)
    with pytest.raises(RunError, match=r"the folder '\.\.' cannot be kept here"):
        fetch("memory://bucket/evil")
    assert not list(tmp_path.rglob("run.json"))
