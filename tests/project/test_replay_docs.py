"""What docs/replay-in-ci.md shows works as it stands there: its commands, its test, its workflow."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evals.record.outcome_file import OUTCOMES
from tests import ROOT
from tests.program import done, environment, inside
from tests.samples.committed_runs import SPEC

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "replay-in-ci.md").read_text()
WORKFLOW = (ROOT / "docs" / "workflows" / "replay.yml").read_text()


@pytest.fixture
def repository(original: Path, tmp_path: Path) -> Path:
    """A folder with a run in `runs/demo`, and a spec that asks more."""
    shutil.copytree(original, tmp_path / "runs" / "demo")
    (tmp_path / "more.toml").write_text(SPEC.replace("repeats = 2", "repeats = 3"))
    return tmp_path


def shown(language: str) -> list[str]:
    """The blocks of code in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_commands(repository: Path) -> None:
    """Every command of the page, in its order, ends well."""
    lines = [line for block in shown("sh") for line in block.splitlines()]
    assert len(lines) == 5
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "cantwont"
        done(inside(*arguments, cwd=repository))


def test_what_a_change_looks_like(repository: Path) -> None:
    """The page shows the form in which changes are told."""
    file = repository / "runs" / "demo" / OUTCOMES
    file.write_text(file.read_text().replace("a mark in the list stands", "some mark in the list stands"))
    said = done(inside("replay", "runs/demo", cwd=repository))
    block = "\n".join(shown("text"))
    forms = (
        r"\S+ \S+ \w+( repeat \d+)? \(trial \w+\): \w+",
        r"    reason: .+ -> .+",
        r"    evidence: elision at \d+ of turn 1 \"",
    )
    for form in forms:
        for text in (block, said):
            assert re.search(f"^{form}", text, re.MULTILINE), form


def test_the_pytest_way(repository: Path) -> None:
    """The test of the page, as it stands there, passes; it fails, with the change told, for another label."""
    [code] = shown("python")
    assert len([line for line in code.splitlines() if line]) <= 10
    (repository / "test_recorded.py").write_text(code)

    def ended() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_recorded.py"],
            cwd=repository,
            env=environment(PYTHONPATH=str(ROOT)),
            capture_output=True,
            text=True,
            check=False,
        )

    assert "1 passed" in done(ended())
    file = repository / "runs" / "demo" / OUTCOMES
    file.write_text(file.read_text().replace('"label":"give_up"', '"label":"malformed"', 1))
    failed = ended()
    assert failed.returncode == 1
    assert "malformed -> give_up; reason: " in failed.stdout
    assert "test_recorded_run[runs/demo]" in failed.stdout


def test_the_workflow(repository: Path) -> None:
    """Its one command of ours ends well in such a repository; the page names the file."""
    assert "(workflows/replay.yml)" in PAGE
    [command] = re.findall(r"- run: (cantwont .+)", WORKFLOW)
    program = f"{shlex.quote(sys.executable)} -m evals.cli.main"
    ended = subprocess.run(
        ["sh", "-c", command.replace("cantwont", program, 1)],
        cwd=repository,
        env=environment(PYTHONPATH=str(ROOT), GITHUB_ACTIONS="true"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "all outcomes are the same" in done(ended)
    assert (repository / "replay.xml").exists()
    assert "path: replay.xml" in WORKFLOW


def test_every_option_is_told() -> None:
    """The page names each option of replay and shrink, a judge's apart."""
    for command in ("replay", "shrink"):
        told = done(inside(command, "--help", cwd=ROOT))
        for option in set(re.findall(r"(?<=  )--[a-z]+", told)) - {"--help", "--judge"}:
            assert option in PAGE, option
