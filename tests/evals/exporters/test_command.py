from pathlib import Path

import pytest

from evals.cli.reading import _TOOLS
from evals.errors import ExportFailed
from evals.exporters import exporter, exporter_names
from evals.exporters._folder import Folder, made_whole, portable
from tests.evals.exporters.runs import EVIL_MODEL, exported, recorded
from tests.program import complaint, done, inside


def test_the_folder_is_the_registry() -> None:
    assert exporter_names() == ("every-eval-ever", "hf", "inspect", "lm-eval", "promptfoo", "verifiers")
    for name in exporter_names():
        assert exporter(name).name == name
        assert exporter(name).summary
        assert name in _TOOLS


def test_an_unknown_tool_ends_in_one_line(tmp_path: Path) -> None:
    run = recorded(tmp_path)
    told = complaint(inside("export", run, "--to", "excel", "--out", "out", cwd=tmp_path), 2)
    assert "'excel'" in told
    assert "lm-eval" in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("to", exporter_names())
def test_what_stands_there_is_kept(tmp_path: Path, to: str) -> None:
    run = recorded(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for out in ("there", "there/mine", "link"):
        assert out in complaint(inside("export", run, "--to", to, "--out", out, cwd=tmp_path), 2)
    assert (tmp_path / "there" / "mine").read_text() == "mine"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link", "rows.jsonl", "run", "there"]


@pytest.mark.parametrize("to", exporter_names())
def test_nothing_half_made_is_left(tmp_path: Path, to: str) -> None:
    """The record breaks in the middle."""
    run = recorded(tmp_path)
    record = run / "exchanges.jsonl"
    lines = record.read_bytes().splitlines(keepends=True)
    record.write_bytes(b"".join([*lines[:5], b"{broken}\n", *lines[5:]]))
    assert "line 6" in complaint(inside("export", run, "--to", to, "--out", "out", cwd=tmp_path), 2)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["rows.jsonl", "run"]


@pytest.mark.parametrize("to", exporter_names())
def test_a_stranger_chooses_no_path(tmp_path: Path, to: str) -> None:
    """Of a model's name only letters, digits and a few signs get into the names of files."""
    out = exported(recorded(tmp_path / "deep"), to)
    for path in out.rglob("*"):
        assert portable(path.name) == path.name or path.name.split("-")[0].isalnum()
        assert not path.is_symlink()
    assert [entry.name for entry in tmp_path.iterdir()] == ["deep"]


@pytest.mark.parametrize("to", exporter_names())
def test_it_says_what_leads_on(tmp_path: Path, to: str) -> None:
    said = done(inside("export", recorded(tmp_path), "--to", to, "--out", "out", cwd=tmp_path))
    assert said.startswith("12 trials written to out\nNext: ")
    assert "out" in said.splitlines()[1]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "/", "a/b", "CON", "con.txt", "data", "x" * 300, "\ud800", EVIL_MODEL, "-rf", "a\nb"],
)
def test_a_portable_name(name: str) -> None:
    made = portable(name)
    assert made not in ("", ".", "..", "data")
    assert len(made) <= 100
    assert all(char.isascii() and (char.isalnum() or char in "._-") for char in made)
    assert made == portable(name)
    assert made != portable(f"{name}?")


def test_a_good_name_stays() -> None:
    assert portable("llama3.2-8b_q4") == "llama3.2-8b_q4"


def test_many_files_are_written_with_few_open(tmp_path: Path) -> None:
    with made_whole(tmp_path / "out") as folder:
        for piece in (b"1", b"2"):
            for number in range(200):
                folder.append(f"{number}/file", piece)
    assert {path.read_bytes() for path in (tmp_path / "out").rglob("file")} == {b"12"}


def test_an_error_of_ours_passes_and_leaves_nothing(tmp_path: Path) -> None:
    def write(folder: Folder) -> None:
        folder.append("a", b"1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), made_whole(tmp_path / "out") as folder:
        write(folder)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was still held could not be written: then the folder is not there."""

    def full(_: Folder) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Folder, "close", full)
    with pytest.raises(ExportFailed, match="No space left"), made_whole(tmp_path / "out"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportFailed, match="file"), made_whole(tmp_path / "file" / "out"):
        pass
