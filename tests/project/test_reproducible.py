"""Two builds give the same bytes, wherever and whenever they are made; `.ci/wheel` tries it from git."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests import ROOT

pytestmark = pytest.mark.slow

pytest.importorskip("hatchling", reason="hatchling builds the package; it is in the extra 'dev'")

# A day on which it is already tomorrow there, a locale with letters of its own, and other hashes.
ELSEWHERE = {
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "tr_TR.UTF-8",
    "LANG": "tr_TR.UTF-8",
    "PYTHONHASHSEED": "77",
}
LONG_AGO = 946_684_798
"""The last second but one of 1999."""


def built(root: Path, into: Path, umask: int = -1, **environment: str) -> dict[str, bytes]:
    """The wheel and the source distribution that hatchling makes of the project that is there."""
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(into)]
    subprocess.run(command, cwd=root, env=kept | environment, capture_output=True, check=True, umask=umask)
    return {made.name: made.read_bytes() for made in into.iterdir()}


def laid_otherwise(source: Path, home: Path) -> None:
    """Lay the files of a source distribution in another order, with other times and nobody else's rights."""
    with tarfile.open(source) as opened:
        contents = {member.name: opened.extractfile(member) for member in opened}
        files = {name: content.read() for name, content in contents.items() if content is not None}
    assert len(files) == len(contents)
    for name in reversed(files):
        file = home / name.partition("/")[2]
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.name != "PKG-INFO":
            file.write_bytes(files[name])
            file.chmod(0o600)
            os.utime(file, (LONG_AGO, LONG_AGO))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is built of the checkout."""
    into = tmp_path_factory.mktemp("here")
    built(ROOT, into, umask=0o022, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    return into


def test_same_bytes_elsewhere(here: Path, tmp_path: Path) -> None:
    """Neither place, order of files, times, rights, time zone, locale nor the hash seed is in it."""
    [source] = here.glob("*.tar.gz")
    home = tmp_path / "a folder" / "deeper"
    laid_otherwise(source, home)
    again = built(home, tmp_path / "again", umask=0o077, **ELSEWHERE)
    assert sorted(again) == sorted(file.name for file in here.iterdir())
    assert [name for name, made in again.items() if made != (here / name).read_bytes()] == []


def test_nothing_of_the_builder(here: Path) -> None:
    """Times, rights and owners are the same for every file, and nothing tells the folder of the build."""
    [source] = here.glob("*.tar.gz")
    with tarfile.open(source) as opened:
        members = opened.getmembers()
    assert len({member.mtime for member in members}) == 1
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}
    assert {member.mode & 0o022 for member in members} == {0}
    [wheel] = here.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened_wheel:
        files = opened_wheel.infolist()
        assert len({file.date_time for file in files}) == 1
        assert not [file.filename for file in files if str(ROOT).encode() in opened_wheel.read(file)]
