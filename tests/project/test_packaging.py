"""What is installed is ours, and what is said of it is right; the wheel itself is tested by test_wheel.py."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests import ROOT

PACKAGES = ("cantwont", "tasks", "evals", "reports")

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


def test_metadata() -> None:
    """The index may have it; versions are pinned without addresses; the citation is of this version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not any(name.startswith("Private ::") for name in project["classifiers"])
    pins = (ROOT / "constraints.txt").read_text().split()
    assert pins
    assert all(pin.count("==") == 1 and "/" not in pin for pin in pins)
    citation = (ROOT / "CITATION.cff").read_text()
    [author] = project["authors"]
    said = {"version": project["version"], "license": project["license"], "title": project["name"]}
    for field, value in said.items():
        assert f"\n{field}: {value}\n" in citation
    assert f"\n  - name: {author['name']}\n" in citation
    assert author["name"] in (ROOT / "LICENSE").read_text()
    assert re.findall(r"(?m)^  - ([a-z -]+)$", citation) == project["keywords"]


def test_every_dependency_is_used() -> None:
    """What is installed with it is imported somewhere in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    sources = "\n".join(
        file.read_text() for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))
    )
    imported = set(re.findall(r"(?m)^\s*(?:from|import) (\w+)", sources))
    for needed in project["dependencies"]:
        name = re.split(r"[<>=]", needed)[0].replace("-", "_")
        assert name in imported, needed
