"""A puzzle file is read once, and what was read is what runs: nothing else that stands around it."""

import hashlib
import importlib.util
import os
import py_compile
import sys
from pathlib import Path

import pytest

from tasks import BadPuzzleFile, PuzzleFile, load_file, loaded_file
from tasks.puzzle_file import LARGEST
from tests.samples.own_puzzles import marking, marks


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.registry._from_files", {})


def compiled(code: str, folder: Path, target: Path) -> None:
    """Write bytecode that Python would take without looking at the source."""
    source = folder / "evil.py"
    source.write_text(code)
    target.parent.mkdir(exist_ok=True)
    py_compile.compile(
        str(source), str(target), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    source.unlink()


def test_bytecode_beside_it_is_not_run(tmp_path: Path) -> None:
    """An unchecked `.pyc` is what an import would prefer; and none is written."""
    file = tmp_path / "mine.py"
    file.write_text(marking(tmp_path, "good"))
    cached = Path(importlib.util.cache_from_source(str(file)))
    compiled(marking(tmp_path, "evil"), tmp_path, cached)
    compiled(marking(tmp_path, "evil"), tmp_path, tmp_path / "mine.pyc")
    assert load_file(file).name == "mine"
    assert marks(tmp_path) == ["good"]
    cached.unlink()
    load_file(file)
    assert not list(cached.parent.iterdir())


def test_what_was_read_is_what_runs(tmp_path: Path) -> None:
    """However the file changes in between."""
    file = tmp_path / "mine.py"
    file.write_text(marking(tmp_path, "good"))
    read = PuzzleFile.read(file)
    file.write_text(marking(tmp_path, "evil"))
    load_file(read)
    assert marks(tmp_path) == ["good"]
    assert read.sha256 == hashlib.sha256(marking(tmp_path, "good").encode()).hexdigest()
    assert loaded_file("mine") is read
    assert loaded_file("counting") is None


def test_only_regular_python_files(tmp_path: Path) -> None:
    """No bytecode, pipe, folder, device, or link to one; none of it is waited for."""
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "pipe-link.py").symlink_to("pipe.py")
    for name in ("folder.py", "pipe.py", "pipe-link.py"):
        with pytest.raises(BadPuzzleFile, match="is not a regular file"):
            load_file(tmp_path / name)
    compiled(marking(tmp_path, "evil"), tmp_path, tmp_path / "mine.pyc")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    for name in ("mine.pyc", "mine", "mine.txt", "zero.py"):
        with pytest.raises(BadPuzzleFile, match=r"give one that ends in \.py"):
            load_file(tmp_path / name)
    (tmp_path / "mine.pyc").rename(tmp_path / "mine.py")
    with pytest.raises(BadPuzzleFile, match=r"is not UTF-8|fails to load"):
        load_file(tmp_path / "mine.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    with pytest.raises(BadPuzzleFile, match="cannot read puzzle file"):
        load_file(tmp_path / "loop.py")
    with pytest.raises(BadPuzzleFile, match="there is no puzzle file"):
        load_file(tmp_path / "none.py")
    assert marks(tmp_path) == []


def test_a_link_to_a_file(tmp_path: Path) -> None:
    """An owner may have one."""
    (tmp_path / "real.py").write_text(marking(tmp_path, "good"))
    (tmp_path / "link.py").symlink_to("real.py")
    assert load_file(tmp_path / "link.py").name == "mine"
    (tmp_path / "real.py").rename(tmp_path / "real.txt")
    (tmp_path / "other.py").symlink_to("real.txt")
    with pytest.raises(BadPuzzleFile, match=r"give one that ends in \.py"):
        load_file(tmp_path / "other.py")


@pytest.mark.parametrize("name", ["a\0b.py", "a\ud800b.py"])
def test_names_that_no_file_has(name: str, tmp_path: Path) -> None:
    """They are told in one line."""
    with pytest.raises(BadPuzzleFile, match="no file can be named"):
        load_file(tmp_path / name)


def test_too_large(tmp_path: Path) -> None:
    """A puzzle has an end."""
    (tmp_path / "mine.py").write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(BadPuzzleFile, match="more than 1,000,000 bytes"):
        load_file(tmp_path / "mine.py")


def test_what_is_shown_is_what_runs(tmp_path: Path) -> None:
    """No line of a file gives it another encoding, in which it would be another program."""
    hidden = marking(tmp_path, "evil").encode("utf-7").replace(b"\n", b"+AAo-")
    file = tmp_path / "mine.py"
    file.write_bytes(b"# coding: utf-7\n#" + hidden + b"\n" + marking(tmp_path, "good").encode())
    load_file(file)
    assert marks(tmp_path) == ["good"]
    file.write_bytes(b"# coding: latin-1\nNAME = '\xe9'\n")
    with pytest.raises(BadPuzzleFile, match="is not UTF-8"):
        load_file(file)
    file.write_bytes(b"\xef\xbb\xbf" + marking(tmp_path, "good").encode())
    assert load_file(file).name == "mine"


@pytest.mark.parametrize("code", ["raise SystemExit(0)", "1/0", "PUZZLE = 1\0", "(" * 100_000])
def test_what_fails_is_told(code: str, tmp_path: Path) -> None:
    """A file cannot end the command that loads it, either."""
    (tmp_path / "mine.py").write_text(code)
    with pytest.raises(BadPuzzleFile, match="fails to load"):
        load_file(tmp_path / "mine.py")


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("package", [False, True])
def test_modules_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, late: bool, package: bool
) -> None:
    """Not even where the folder is on Python's path; what is installed and Python's own are found."""
    folder = tmp_path / "its"
    folder.mkdir()
    sibling = folder / "helper_of_mine" / "__init__.py" if package else folder / "helper_of_mine.py"
    sibling.parent.mkdir(exist_ok=True)
    sibling.write_text(marking(tmp_path, "evil"))
    code = "import json, pytest\n" + marking(tmp_path, "good")
    code += "\ndef late():\n    import helper_of_mine\n" + ("" if late else "late()\n")
    (folder / "mine.py").write_text(code)
    monkeypatch.setattr(sys, "path", ["", str(folder), *sys.path])
    for where in (folder, tmp_path):
        monkeypatch.chdir(where)
        if late:
            load_file(folder / "mine.py")
            with pytest.raises(ImportError, match="stands beside it"):
                loaded_late(folder / "mine.py")
        else:
            with pytest.raises(BadPuzzleFile, match="'helper_of_mine' stands beside it"):
                load_file(folder / "mine.py")
    assert "evil" not in marks(tmp_path)


def loaded_late(file: Path) -> None:
    """Call the function of a puzzle file that imports."""
    PuzzleFile.read(file).execute().late()


def test_modules_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m` puts that on Python's path, and it may be a stranger's."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "helper_in_here.py").write_text(marking(tmp_path, "evil"))
    (tmp_path / "mine.py").write_text("import helper_in_here\n" + marking(tmp_path, "good"))
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(BadPuzzleFile, match="'helper_in_here' stands beside it"):
        load_file(tmp_path / "mine.py")
    assert marks(tmp_path) == []
