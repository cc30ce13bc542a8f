"""What a user trusts is one text file of the user's own, which nobody else can put something into."""

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evals.errors import SpecError, TrustError
from evals.trust.store import given_hashes, store_path, trust, trusted

ONE, OTHER = "1" * 64, "e" * 64


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's state directory; not there yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def locked(state: Path) -> Iterator[Path]:
    """It is there, and nothing can be put into it."""
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    state.mkdir(0o500)
    yield state
    state.chmod(0o700)


def test_what_is_kept(state: Path) -> None:
    """A line a hash, with date and name; once each; for its owner alone."""
    assert trusted() == frozenset()
    trust([])
    assert not state.exists()
    trust([("mine", ONE)])
    trust([("again", ONE), ("a\nb\x1b[31m", OTHER)])
    assert trusted() == {ONE, OTHER}
    file = state / "cantwont" / "trusted"
    first, second = file.read_text().splitlines()
    assert first.split()[0::2] == [ONE, "mine"]
    assert second.endswith(r" a\nb\x1b[31m")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_a_torn_or_edited_file(state: Path) -> None:
    """What is no hash counts for nothing, and is kept; a line is removed by an editor."""
    trust([("mine", ONE)])
    file = state / "cantwont" / "trusted"
    file.write_text(f"# {OTHER}\n{OTHER[:40]}\n{ONE}")
    assert trusted() == {ONE}
    trust([("other", OTHER)])
    assert trusted() == {ONE, OTHER}
    assert file.read_text().startswith(f"# {OTHER}\n{OTHER[:40]}\n{ONE}\n{OTHER} ")
    file.write_bytes(b"\xff\n")
    assert trusted() == frozenset()


def test_no_link_is_followed(state: Path, tmp_path: Path) -> None:
    """Neither in reading nor in writing."""
    (tmp_path / "target").write_text(f"{ONE} now evil\n")
    (state / "cantwont").mkdir(parents=True)
    (state / "cantwont" / "trusted").symlink_to(tmp_path / "target")
    for act in (trusted, lambda: trust([("mine", OTHER)])):
        with pytest.raises(TrustError, match="is a link"):
            act()
    assert (tmp_path / "target").read_text() == f"{ONE} now evil\n"


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file(kind: str, state: Path) -> None:
    """It is told at once."""
    (state / "cantwont").mkdir(parents=True)
    file = state / "cantwont" / "trusted"
    if kind == "folder":
        file.mkdir()
    else:
        os.mkfifo(file)
    with pytest.raises(TrustError):
        trusted()


def test_what_cannot_be_written(locked: Path) -> None:
    """It is told in a line, with what to do."""
    assert trusted() == frozenset()
    with pytest.raises(TrustError, match="Permission denied; make it writable, or set XDG_STATE_HOME"):
        trust([("mine", ONE)])
    assert not list(locked.iterdir())


def test_a_file_in_place_of_the_folder(state: Path) -> None:
    """The same."""
    state.write_text("")
    with pytest.raises(TrustError, match="Not a directory"):
        trust([("mine", ONE)])


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the home directory if nothing else is said; never relative to where the command is run."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for said in ("", "state", "./state"):
        monkeypatch.setenv("XDG_STATE_HOME", said)
        assert store_path() == tmp_path / "home" / ".local" / "state" / "cantwont" / "trusted"
    monkeypatch.setenv("HOME", "home")
    with pytest.raises(TrustError, match="set XDG_STATE_HOME"):
        store_path()


def test_many_at_once() -> None:
    """None is lost where several commands trust something at the same time."""
    hashes = [f"{number:064x}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda sha256: trust([("mine", sha256)]), hashes))
    assert trusted() == {*hashes}


def test_hashes_that_are_given() -> None:
    """In capitals, too; and what is none is named."""
    assert given_hashes([OTHER.upper(), f" {ONE}\n"]) == {ONE, OTHER}
    for text in ("", "1" * 63, "g" * 64, "sha256:" + ONE):
        with pytest.raises(SpecError, match="give the 64 hex digits"):
            given_hashes([text])
