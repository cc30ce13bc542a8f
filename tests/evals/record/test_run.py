"""A run directory: what its manifest may hold, how it is locked, and which of its rows are read."""

import errno
import json
import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from evals.errors import CorruptRecord, RunBusy, RunError
from evals.record.exchange import Exchange, RowKind
from evals.record.jsonl import JsonLine, encode, record
from evals.record.run import Manifest, RunDirectory, Shard, file_digest, now

PLAIN = Manifest(created="2026-01-02T03:04:05+00:00", cantwont="0.1.0", spec={})


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory.create(tmp_path / "run", PLAIN)


def line(trial: str, *, first: bool = True) -> JsonLine:
    """A row as `Recorder` writes it, or with its trial at another place."""
    row = record(Exchange(kind=RowKind.REPLY, trial=trial, turn=1, reason="start"))
    begun = {"schema": 1, **row} if first else {"turn": 1, "schema": 1, **row}
    return JsonLine(Path("f"), 1, 0, encode(begun))


@pytest.mark.parametrize("trial", ["a", "b", "", "x y", 'a"b', "ü", "\ud800", "a\\b", "\n"])
def test_all_rows_of_a_trial_are_in_one_shard(trial: str) -> None:
    """Of however many there are, whatever the trial is called and wherever its row names it."""
    for of in (1, 2, 3, 5):
        parts = [Shard(number, of) for number in range(of)]
        owners = [part.number for part in parts if part.owns(trial)]
        assert len(owners) == 1
        for first in (True, False):
            assert [part.number for part in parts if part.has(line(trial, first=first))] == owners


def test_a_run_that_is_whole_is_not_read_to_be_divided() -> None:
    """Each row is read once; one that is none is named where it has to be known whose it is."""
    broken = JsonLine(Path("f"), 7, 0, b'{"schema":1}\n')
    assert Shard().has(broken)
    assert (Shard().number, Shard().of) == (0, 1)
    with pytest.raises(CorruptRecord, match="line 7"):
        Shard(0, 2).has(broken)


def test_shards_are_of_like_size() -> None:
    trials = [f"{number:020x}" for number in range(300)]
    sizes = [sum(Shard(number, 3).owns(trial) for trial in trials) for number in range(3)]
    assert sum(sizes) == 300
    assert min(sizes) > 70


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"asked": []}, "'asked' must be an object, not []"),
        ({"endpoints": "e"}, "'endpoints' must be an object, not 'e'"),
        ({"endpoints": {"e": 1}}, "'e' in 'endpoints' must be an object, not 1"),
        ({"endpoints": {"a": {}, "e": "x" * 200}}, f"'e' in 'endpoints' must be an object, not '{'x' * 98}…"),
        ({"puzzle_paths": None}, "'puzzle_paths' must be an object, not None"),
        ({"puzzle_paths": {"p": {}}}, "'p' in 'puzzle_paths' must be a string, not {}"),
        ({"puzzle_paths": {"p": "a\0b"}}, r"the path of puzzle 'p' in 'puzzle_paths' is none: 'a\x00b'"),
        ({"puzzle_paths": {"q": "a", "p": "\ud800"}}, r"of puzzle 'p' in 'puzzle_paths' is none: '\ud800'"),
        ({"prices": [1]}, "'prices' must be an object, not [1]"),
        ({"asked": ["x" * 200]}, f"'asked' must be an object, not ['{'x' * 97}…"),
    ],
)
def test_a_spec_that_is_none(spec: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(told)):
        Manifest(created="2026", cantwont="0", spec=spec)


@pytest.mark.parametrize(
    "spec",
    [
        {"prices": None},
        {"prices": {"e/m": None}, "asked": {"models": []}, "other": [1]},
        {"endpoints": {}, "puzzle_paths": {}},
        {"endpoints": {"e": {}}, "puzzle_paths": {"p": "a/b.py", "q": "ü"}},
    ],
)
def test_a_spec_that_is_one(spec: dict[str, Any]) -> None:
    """What is not read of it is the affair of those who asked."""
    assert Manifest(created="2026", cantwont="0", spec=spec).spec == spec


def test_what_nobody_said_in_a_manifest() -> None:
    """The first version of the prompts, and nothing else."""
    assert (PLAIN.schema_version, PLAIN.prompts, PLAIN.name) == (1, 1, None)
    assert (PLAIN.puzzles, PLAIN.arms, PLAIN.extensions, PLAIN.provenance, PLAIN.servers) == (
        {},
        {},
        [],
        (),
        {},
    )
    for schema, is_known in ((1, True), (2, True), (3, False)):
        plain = {"created": "2026", "cantwont": "0", "spec": {}, "schema": schema}
        if is_known:
            assert Manifest.model_validate(plain).schema_version == schema
        else:
            with pytest.raises(ValidationError, match="schema"):
                Manifest.model_validate(plain)


def test_a_lock_is_held_to_the_end_of_the_outermost(run: RunDirectory) -> None:
    """However deep; then another may write, and so may we again."""
    other = RunDirectory.open(run.path)
    for _ in range(2):
        with run.locked():
            for _ in range(2):
                with run.locked():
                    pass
                with run.locked(), run.locked():
                    pass
                with pytest.raises(KeyError), run.locked():
                    raise KeyError
                with pytest.raises(RunBusy, match="another cantwont is writing to"), other.locked():
                    pass
        with other.locked():
            pass


def test_a_lock_that_failed_leaves_nothing_open(run: RunDirectory) -> None:
    free = os.dup(0)
    os.close(free)
    with run.locked(), pytest.raises(RunBusy), RunDirectory.open(run.path).locked():
        pass
    (run.path / ".lock").unlink()
    (run.path / ".lock").mkdir()
    with pytest.raises(RunError, match=r"cannot write to the run at '.*run': Is a directory"), run.locked():
        pass
    (run.path / ".lock").rmdir()
    os.mkfifo(run.path / ".lock")
    with pytest.raises(RunError, match=r"run': '.lock': it is a named pipe"), run.locked():
        pass
    again = os.dup(0)
    os.close(again)
    assert again == free


def test_a_lock_that_the_disk_does_not_know(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, and what was opened for it is closed."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    free = os.dup(0)
    os.close(free)
    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(RunError, match="No locks available"), run.locked():
        pass
    again = os.dup(0)
    os.close(again)
    assert again == free


def test_a_manifest_that_another_has_changed(run: RunDirectory) -> None:
    """Nobody writes over it: ours was made from an older one. What cannot be read is found out by reading."""
    ours, theirs = RunDirectory.open(run.path), RunDirectory.open(run.path)
    theirs.save(PLAIN.model_copy(update={"name": "theirs"}))
    with theirs.locked():
        pass
    with pytest.raises(RunBusy, match=r"another cantwont has changed the run at '.*run' meanwhile: give"):
        ours.save(PLAIN)
    assert RunDirectory.open(run.path).manifest.name == "theirs"
    RunDirectory(run.path, PLAIN).save(PLAIN)
    assert RunDirectory.open(run.path).manifest == PLAIN
    for broken in (b"\xff", None):
        (run.path / "run.json").unlink()
        if broken is not None:
            (run.path / "run.json").write_bytes(broken)
        with theirs.locked():
            pass


def test_a_new_run_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of each folder that was made for it, and what is in it."""
    synced: list[os.stat_result] = []
    monkeypatch.setattr(os, "fsync", lambda held: synced.append(os.fstat(held)))
    path = tmp_path / "a" / "b"
    RunDirectory.create(path, PLAIN)
    folders = [held.st_ino for held in synced if stat.S_ISDIR(held.st_mode)]
    assert folders == [folder.stat().st_ino for folder in (path.parent, tmp_path, path)]
    assert len(synced) == 4


def test_what_a_killed_writer_left_goes_when_a_run_is_made(tmp_path: Path) -> None:
    """However young it is, since there was no run."""
    (tmp_path / f".cantwont-{'0' * 16}.new").touch()
    RunDirectory.create(tmp_path, PLAIN)
    assert sorted(file.name for file in tmp_path.iterdir()) == [".lock", "run.json"]


def test_a_run_that_another_makes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not written over."""
    locked = RunDirectory._lock

    def late(run: RunDirectory) -> int:
        (run.path / "run.json").write_text("theirs")
        return locked(run)

    monkeypatch.setattr(RunDirectory, "_lock", late)
    with pytest.raises(RunError, match=r"there is a run at '.*' already"):
        RunDirectory.create(tmp_path, PLAIN)
    assert (tmp_path / "run.json").read_text() == "theirs"


def test_at_most_ten_runs_are_named(tmp_path: Path) -> None:
    """Where there is none, in their order."""
    for number in range(12):
        (tmp_path / f"r{number:02}").mkdir()
        (tmp_path / f"r{number:02}" / "run.json").touch()
    with pytest.raises(RunError) as caught:
        RunDirectory.open(tmp_path / "none")
    assert re.findall(r"/(r\d\d)'", str(caught.value)) == [f"r{number:02}" for number in range(10)]


def test_a_file_in_the_place_of_a_folder_is_no_run(tmp_path: Path) -> None:
    """Nothing can be there; what cannot be looked at is told."""
    (tmp_path / "file").touch()
    assert not RunDirectory.is_at(tmp_path / "file")
    assert not RunDirectory.is_at(tmp_path / "none")
    RunDirectory.create(tmp_path / "run", PLAIN)
    assert RunDirectory.is_at(tmp_path / "run")


def test_a_part_is_of_the_same_run(run: RunDirectory) -> None:
    part = run.part(Shard(1, 2))
    assert (part.path, part.manifest, part.share, run.share) == (run.path, PLAIN, Shard(1, 2), Shard(0, 1))


def test_a_manifest_is_stored_as_it_is_read(run: RunDirectory) -> None:
    """In ASCII, one field a line, its end included."""
    run.save(PLAIN.model_copy(update={"name": "ü"}))
    data = (run.path / "run.json").read_bytes()
    assert data.isascii()
    assert data == json.dumps(json.loads(data), indent=2).encode() + b"\n"


def test_hashes_and_times(tmp_path: Path) -> None:
    """SHA-256 as hexadecimal digits; ISO 8601 in UTC, to the second."""
    (tmp_path / "a").write_bytes(b"abc")
    assert file_digest(tmp_path / "a").startswith("ba7816bf8f01cfea414140de5dae2223")
    said = now()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", said)
    assert abs((datetime.now(UTC) - datetime.fromisoformat(said)).total_seconds()) < 60


def test_a_shard_is_written_as_people_count() -> None:
    """From 1 on, of at most a hundred thousand."""
    for text, shard in (("1/1", Shard()), ("2/3", Shard(1, 3)), ("100000/100000", Shard(99_999, 100_000))):
        assert Shard.parse(text) == shard
        assert str(shard) == text
    for text in (
        "0/1",
        "2/1",
        "1/0",
        "1/100001",
        "1",
        "1/",
        "-1/2",
        "1/2/3",
        "\uff11/2",
        "1 /2",
        "0000001/2",
        "",
    ):
        with pytest.raises(ValueError, match=r"shard .* is none: write it as 1/16 to 16/16"):
            Shard.parse(text)


def test_whether_a_run_is_being_written(run: RunDirectory) -> None:
    """Nothing is written or left open to find out, and nobody is kept from writing."""
    other = RunDirectory.open(run.path)
    assert not other.is_locked()
    free = os.dup(0)
    os.close(free)
    assert not other.is_locked()
    with other.locked():
        pass
    again = os.dup(0)
    os.close(again)
    assert again == free
    with run.locked():
        assert other.is_locked()
    (run.path / ".lock").unlink()
    assert not other.is_locked()
    assert not (run.path / ".lock").exists()
