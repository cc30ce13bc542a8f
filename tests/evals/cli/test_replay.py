"""The commands `replay` and `shrink` as a build calls them: what they say, and how they end."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from evals.record.outcome_file import OUTCOMES
from tests import ROOT
from tests.program import PROGRAM, complaint, done, environment, inside
from tests.samples.committed_runs import SPEC, TRIALS, edit_outcomes

pytestmark = pytest.mark.slow


def spoil(path: Path) -> str:
    """Change a stored label by hand; the trial's id."""
    spoilt: list[str] = []

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[5]["label"] = "malformed"
        spoilt.append(rows[5]["trial"])

    edit_outcomes(path, edit)
    return spoilt[0]


# --- how it ends


@pytest.mark.usefixtures("path")
def test_all_the_same(tmp_path: Path) -> None:
    """It ends with 0, checked or not."""
    for options in ([], ["--check"], ["--strict"]):
        said = done(inside("replay", "run", *options, cwd=tmp_path))
        assert said == f"{TRIALS} trials replayed; all outcomes are the same as those stored\n"


def test_a_changed_outcome(path: Path, tmp_path: Path) -> None:
    """Plain replay tells it and ends with 0; a check tells the same and ends with 1."""
    trial = spoil(path)
    plain = done(inside("replay", "run", cwd=tmp_path))
    checked = inside("replay", "run", "--check", cwd=tmp_path)
    assert (checked.returncode, checked.stderr, checked.stdout) == (1, "", plain)
    first, *_, last = plain.splitlines()
    assert f"(trial {trial}): malformed -> " in first
    assert last.endswith("1 outcomes differ from those stored, 0 are new, 0 are gone (--update accepts this)")


def test_no_stored_outcomes(path: Path, tmp_path: Path) -> None:
    """A check has nothing to compare with, which is no pass; it says what writes them."""
    (path / OUTCOMES).unlink()
    told = f"{TRIALS} trials replayed; no outcomes are stored yet (--update writes them)\n"
    assert done(inside("replay", "run", cwd=tmp_path)) == told
    checked = inside("replay", "run", "--check", cwd=tmp_path)
    assert (checked.returncode, checked.stderr, checked.stdout) == (1, "", told)


def test_update(original: Path, path: Path, tmp_path: Path) -> None:
    """It writes the outcomes of today, and then a check passes."""
    spoil(path)
    said = done(inside("replay", "run", "--update", cwd=tmp_path))
    assert said.endswith("written: run/outcomes.jsonl\n")
    assert (path / OUTCOMES).read_bytes() == (original / OUTCOMES).read_bytes()
    done(inside("replay", "run", "--check", cwd=tmp_path))


@pytest.mark.parametrize("option", ["--check", "--strict"])
def test_update_is_no_check(path: Path, option: str, tmp_path: Path) -> None:
    """Both at once is bad input, and nothing is written."""
    spoil(path)
    before = (path / OUTCOMES).read_bytes()
    line = complaint(inside("replay", "run", "--update", option, cwd=tmp_path), 2)
    assert line.startswith("--update accepts what --check and --strict would refuse")
    assert (path / OUTCOMES).read_bytes() == before


def test_strict(path: Path, tmp_path: Path) -> None:
    """A note passes a check, and fails a strict one."""
    manifest = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps(manifest | {"arms": {"list": 0, "insist": 1}}))
    said = done(inside("replay", "run", "--check", cwd=tmp_path))
    assert said.startswith("note: arm 'list' was version 0 and is version 1\n")
    assert inside("replay", "run", "--strict", cwd=tmp_path).returncode == 1


def test_several_runs(path: Path, original: Path, tmp_path: Path) -> None:
    """Each is told under its name; one that differs fails the check."""
    trial = spoil(path)
    ended = inside("replay", original, "run", "--check", cwd=tmp_path)
    lines = ended.stdout.splitlines()
    assert ended.returncode == 1
    assert lines[0] == f"{original}:"
    assert lines.index("run:") == 2
    assert trial in lines[3]
    done(inside("replay", original, "run", "--update", cwd=tmp_path))


@pytest.mark.usefixtures("path")
def test_gaps(tmp_path: Path) -> None:
    """What a spec asks beyond the record is told, fails a check, and names the command that asks it."""
    (tmp_path / "more.toml").write_text(SPEC.replace("repeats = 2", "repeats = 3"))
    said = done(inside("replay", "run", "--spec", "more.toml", cwd=tmp_path))
    assert "spec 'more.toml' asks 60 trials, of which 20 have no recorded reply:" in said
    assert said.endswith("To ask them: cantwont run --spec more.toml --out run --extend\n")
    assert inside("replay", "run", "--spec", "more.toml", "--check", cwd=tmp_path).returncode == 1
    (tmp_path / "same.toml").write_text(SPEC)
    done(inside("replay", "run", "--spec", "same.toml", "--check", cwd=tmp_path))


def test_junit(path: Path, tmp_path: Path) -> None:
    """It is written, whether the check passes or not."""
    for failures in ("0", "1"):
        inside("replay", "run", "--check", "--junit", "junit.xml", cwd=tmp_path)
        assert ElementTree.parse(tmp_path / "junit.xml").getroot().get("failures") == failures
        spoil(path)


# --- as a process of its own

REFUSES_SOCKETS = """
import sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise AssertionError(f"a socket was asked for: {event}")

sys.addaudithook(refuse)
"""


def test_no_network(path: Path, tmp_path: Path) -> None:
    """In a process in which no socket can be made, a check, a spec and an update work as ever."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(REFUSES_SOCKETS)
    (tmp_path / "more.toml").write_text(SPEC.replace("repeats = 2", "repeats = 3"))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        shut = environment(PYTHONPATH=os.pathsep.join([str(site), str(ROOT)]))
        return subprocess.run(arguments, cwd=tmp_path, env=shut, capture_output=True, text=True, check=False)

    assert "a socket was asked for" in run(sys.executable, "-c", "import socket; socket.socket()").stderr
    done(run(*PROGRAM, "replay", "run", "--check", "--junit", "junit.xml"))
    done(run(*PROGRAM, "replay", "run", "--spec", "more.toml"))
    done(run(*PROGRAM, "replay", "run", "--update"))
    done(run(*PROGRAM, "shrink", "run", "--out", "small"))


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], dict[str, str]]:
    """The environment in which the program is a copy with one place of one file changed."""

    def environment_of(file: str, before: str, after: str) -> dict[str, str]:
        copy = tmp_path / "copy"
        for package in ("evals", "tasks", "reports"):
            shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
        text = (copy / file).read_text()
        assert text.count(before) == 1
        (copy / file).write_text(text.replace(before, after))
        return environment(PYTHONPATH=str(copy))

    return environment_of


def test_a_changed_rule(
    path: Path, tmp_path: Path, edited: Callable[[str, str, str], dict[str, str]]
) -> None:
    """With one byte of one rule changed the check fails, and says which trials changed and why."""
    changed = edited(
        "evals/labelling/rules.py", "a mark in the list stands for", "a mark in the list stands far"
    )
    ended = subprocess.run(
        [*PROGRAM, "replay", "run", "--check"],
        cwd=tmp_path,
        env=changed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "): give_up, but reason changed\n    reason: a mark in the list stands for steps" in ended.stdout
    assert (
        " -> a mark in the list stands far steps that are left out\n    evidence: elision at " in ended.stdout
    )
    decided = (path / OUTCOMES).read_text().count("a mark in the list stands for")
    assert f"{TRIALS} trials replayed; {decided} outcomes differ" in ended.stdout
