"""Nothing is written through a link: a run comes from others, and the link may lead to a file of ours."""

import os
import stat
from pathlib import Path

import pytest

from evals.errors import RunError
from evals.record import jsonl
from evals.record.exchange_log import Recorder
from evals.record.files import discard_unfinished, is_unfinished, open_unlinked, write
from evals.record.run import RunDirectory
from tests.evals.record.test_exchange_log import MANIFEST, exchange, record
from tests.program import done, inside
from tests.samples.recorded_answers import run_of

pytestmark = pytest.mark.slow

WORDS = b"mine, and not yours\n" + b"torn"


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file that no command has been given."""
    file = tmp_path / "victim"
    file.write_bytes(WORDS)
    return file


def untouched(victim: Path) -> bool:
    return victim.read_bytes() == WORDS


@pytest.mark.parametrize("written", ["html", "md", "csv", "json", "parquet"])
def test_report(written: str, path: Path, victim: Path, tmp_path: Path) -> None:
    """A report takes the place of a link of its name."""
    (path / f"report.{written}").symlink_to(victim)
    done(inside("report", path, "--format", written, cwd=tmp_path))
    assert untouched(victim)
    assert not (path / f"report.{written}").is_symlink()
    assert (path / f"report.{written}").stat().st_size > 100


def test_named_report(path: Path, victim: Path, tmp_path: Path) -> None:
    """The same where the user names the file: the link is the user's, what it leads to is kept."""
    (tmp_path / "page.html").symlink_to(victim)
    done(inside("report", path, "--out", "page.html", cwd=tmp_path))
    assert untouched(victim)


def test_figures(victim: Path, tmp_path: Path) -> None:
    path = run_of(tmp_path, {"a": "I won't."}).path
    done(inside("report", path, "--figures", "first", cwd=tmp_path))
    (tmp_path / "figures").mkdir()
    for file in (tmp_path / "first").iterdir():
        (tmp_path / "figures" / file.name).symlink_to(victim)
    done(inside("report", path, "--figures", "figures", cwd=tmp_path))
    assert untouched(victim)


@pytest.mark.parametrize("name", [".outcomes.jsonl.new", ".run.json.new"])
def test_prepared(name: str, path: Path, victim: Path, tmp_path: Path) -> None:
    """Nor by those who replace a file of the run, under a name that earlier versions prepared it under."""
    (path / name).symlink_to(victim)
    done(inside("replay", path, "--update", cwd=tmp_path))
    RunDirectory.open(path).save(MANIFEST)
    assert untouched(victim)


def test_outcomes(path: Path, victim: Path, tmp_path: Path) -> None:
    """Outcomes may be read where a link leads; those of today take the link's place."""
    before = (path / "outcomes.jsonl").read_bytes()
    victim.write_bytes(before)
    (path / "outcomes.jsonl").unlink()
    (path / "outcomes.jsonl").symlink_to(victim)
    done(inside("replay", path, "--check", cwd=tmp_path))
    jsonl.replace(path / "outcomes.jsonl", [b"x"])
    assert not (path / "outcomes.jsonl").is_symlink()
    assert victim.read_bytes() == before


def test_manifest(path: Path, victim: Path) -> None:
    before = (path / "run.json").read_bytes()
    victim.write_bytes(before)
    (path / "run.json").unlink()
    (path / "run.json").symlink_to(victim)
    run = RunDirectory.open(path)
    run.save(run.manifest.model_copy(update={"name": "other"}))
    assert RunDirectory.open(path).manifest.name == "other"
    assert victim.read_bytes() == before


@pytest.mark.parametrize("missing", [False, True])
def test_record(missing: bool, tmp_path: Path, victim: Path) -> None:
    """A record that is a link is read and not gone on with; a torn line of its is left there."""
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    record(run, exchange("a"))
    file = run.path / "exchanges.jsonl"
    whole = file.read_bytes() + b'{"torn'
    victim.write_bytes(whole)
    if missing:
        victim.unlink()
    file.unlink()
    file.symlink_to(victim)
    told = r"cannot write '.*exchanges.jsonl': it is a symbolic link, through which nothing is written"
    with pytest.raises(RunError, match=told), Recorder(run):
        pass
    assert not victim.exists() if missing else victim.read_bytes() == whole


@pytest.mark.parametrize("missing", [False, True])
def test_lock(missing: bool, tmp_path: Path, victim: Path) -> None:
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    (run.path / ".lock").unlink()
    (run.path / ".lock").symlink_to(victim)
    if missing:
        victim.unlink()
    with pytest.raises(RunError, match=r"cannot write to the run at .*: '.lock': it is a symbolic link"):
        run.save(MANIFEST)
    assert victim.exists() != missing


def test_junit(path: Path, victim: Path, tmp_path: Path) -> None:
    (tmp_path / "junit.xml").symlink_to(victim)
    done(inside("replay", path, "--junit", "junit.xml", cwd=tmp_path))
    assert untouched(victim)
    assert (tmp_path / "junit.xml").read_bytes().startswith(b"<?xml")


def test_run_that_is_a_link(path: Path, tmp_path: Path) -> None:
    """A folder may be a link: that is its user's own choice."""
    (tmp_path / "link").symlink_to(path)
    done(inside("replay", "link", "--update", cwd=tmp_path))
    done(inside("report", "link", cwd=tmp_path))
    assert (path / "report.html").exists()


# --- how files are written


def test_names_are_not_known_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can put a link where a file is going to be prepared."""
    names: list[str] = []
    replaced = Path.replace

    def seen(fresh: Path, target: Path) -> Path:
        names.append(fresh.name)
        return replaced(fresh, target)

    monkeypatch.setattr(Path, "replace", seen)
    for _ in range(20):
        write(tmp_path / "a", [b"x"])
    assert len(set(names)) == 20
    assert all(map(is_unfinished, names))
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_prepared_under_a_link(tmp_path: Path, victim: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even at the right name a link is not followed."""
    monkeypatch.setattr("evals.record.files.secrets.token_hex", lambda _: "0" * 16)
    (tmp_path / f".cantwont-{'0' * 16}.new").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write(tmp_path / "a", [b"x"])
    assert untouched(victim)


def test_mode(tmp_path: Path) -> None:
    """A new file has the mode that the user's umask gives it."""
    before = os.umask(0o027)
    try:
        write(tmp_path / "a", [b"x"])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_long_name(tmp_path: Path) -> None:
    """The name it is prepared under is no longer than any file's may be."""
    write(tmp_path / ("a" * 250), [b"x"])
    assert (tmp_path / ("a" * 250)).read_bytes() == b"x"


def test_streams(tmp_path: Path) -> None:
    """Where names stand for streams, these are written to, and stay what they are."""
    reading, writing = os.pipe()
    write(Path(f"/dev/fd/{writing}"), [b"a", b"b"])
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"ab"
    write(Path("/dev/null"), [b"x"])
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_special_targets(tmp_path: Path) -> None:
    """What is no file is not replaced, and nobody waits for its reader."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(OSError, match=r"named pipe|directory"):
            write(tmp_path / name, [b"x"])
    with pytest.raises(OSError, match="it is a named pipe"):
        open_unlinked(tmp_path / "pipe", os.O_RDWR)


def test_killed_writers(tmp_path: Path) -> None:
    """What they left is no run, and is removed once nobody can be writing it any more."""
    (tmp_path / f".cantwont-{'1' * 16}.new").touch()
    run = RunDirectory.create(tmp_path, MANIFEST)
    assert sorted(file.name for file in tmp_path.iterdir()) == [".lock", "run.json"]
    young, old = (tmp_path / f".cantwont-{digit * 16}.new" for digit in "23")
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    (tmp_path / "notes.new").touch()
    os.utime(tmp_path / "notes.new", (0, 0))
    with run.locked():
        pass
    assert (young.exists(), old.exists(), (tmp_path / "notes.new").exists()) == (True, False, True)
    discard_unfinished(tmp_path / "nowhere")
