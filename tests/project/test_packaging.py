"""What is installed is ours, whole, and kept off the public index."""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests import ROOT

PACKAGES = ("tasks", "evals", "reports")

_LOOK = """
import json
from importlib.metadata import packages_distributions
from importlib.util import find_spec
owners = packages_distributions()
print(json.dumps({name: [find_spec(name).origin, owners.get(name, [])] for name in %r}))
"""


def strangers(python_path: str) -> list[str]:
    """The packages that Python, started anywhere, takes from somewhere else than here; in words."""
    ended = subprocess.run(
        [sys.executable, "-c", _LOOK % (PACKAGES,)],
        cwd="/",
        env=os.environ | {"PYTHONPATH": python_path},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    told = []
    for name, (file, owners) in json.loads(ended.stdout).items():
        others, ours = sorted(set(owners) - {"cantwont"}), ROOT / name
        if others:
            told.append(f"{name!r} is also a package of {', '.join(others)}: uninstall that here")
        elif Path(file).parent.resolve() != ours.resolve():
            told.append(f"{name!r} is found at {file}, not in {ours}: take that out of the path")
    return told


def test_packages_are_ours() -> None:
    """`tasks`, `evals` and `reports` are names that others use too: here they must be ours."""
    assert strangers(os.environ.get("PYTHONPATH", "")) == []


def test_strangers_are_told(tmp_path: Path) -> None:
    """A package of that name from elsewhere is noticed, and its distribution is named."""
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "__init__.py").write_text("")
    [told] = strangers(str(tmp_path))
    assert told.startswith(f"'evals' is found at {tmp_path}")
    info = tmp_path / "other_evals-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-evals\nVersion: 1.0\n")
    (info / "RECORD").write_text("evals/__init__.py,,\n")
    [told] = strangers(str(tmp_path))
    assert told.startswith("'evals' is also a package of other-evals: uninstall that")


def test_never_uploaded() -> None:
    """The classifier that the public index refuses is there, and versions are pinned without addresses."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]
    pins = (ROOT / "constraints.txt").read_text().split()
    assert pins
    assert all(pin.count("==") == 1 and "/" not in pin for pin in pins)


def test_wheel(tmp_path: Path) -> None:
    """The wheel holds the three packages, the page's templates and the command."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel; it is in the extra 'dev'")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert "cantwont = evals.cli.main:main" in opened.read(entry).decode()
    for package in PACKAGES:
        ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")}
        assert ours <= names
    templates = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "reports" / "page" / "templates").iterdir()
    }
    assert {Path(name).suffix for name in templates} >= {".html", ".css", ".js"}
    assert templates <= names
    assert not any(name.startswith(("tests", "benchmarks")) for name in names)
