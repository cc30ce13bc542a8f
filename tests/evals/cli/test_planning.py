"""`cantwont plan` at the command line, and the warning of `cantwont run`."""

import inspect
import json
from pathlib import Path

from evals.cli.planning import plan
from evals.plan.estimate import TOKENS_PER_SECOND
from reports.planning.horizon_widths import STUDIES
from tests.program import complaint, done, inside

FIRST = ("--puzzle", "copying:4,8", "--instances", "5", "--max-tokens", "100")


def test_plan(tmp_path: Path) -> None:
    """It says what it takes, asks nobody, and writes nothing."""
    said = done(inside("plan", *FIRST, "--studies", "1", "--tokens-per-second", "10", cwd=tmp_path))
    assert "copying: 2 sizes of 4 to 8 steps, 5 instances of each, asked by list: 10 trials" in said
    assert "impossible: arm 'insist' is not asked" in said
    assert "completion tokens" in said
    assert "if all answers together take 10 tokens a second" in said
    assert not list(tmp_path.iterdir())


def test_plan_as_json(tmp_path: Path) -> None:
    """The spec's own models, or one that stands for any."""
    (tmp_path / "study.toml").write_text(
        'models = ["ollama/m"]\npuzzles = [{ name = "hanoi", sizes = [3] }]\n'
        'prices = { "ollama/m" = { input = 1, output = 10 } }\n'
    )
    made = inside("plan", "--spec", "study.toml", "--studies", "1", "--format", "json", cwd=tmp_path)
    (estimate,) = json.loads(done(made))["estimates"]
    assert (estimate["who"], estimate["requests"]) == ("ollama/m", 1)
    assert estimate["cost"] > 0
    bad = complaint(inside("plan", "--spec", "study.toml", "--arm", "no", cwd=tmp_path), 2)
    assert "unknown arm 'no'" in bad


def test_defaults_are_those_of_the_plan() -> None:
    """The help, which loads neither, names them all the same."""
    options = inspect.signature(plan).parameters
    assert options["studies"].default == STUDIES
    assert options["tokens_per_second"].default == TOKENS_PER_SECOND


def test_run_warns(tmp_path: Path) -> None:
    """In one line, before it asks; and not where something can come of it."""
    asked = ("run", "--model", "sim/tired", "--sim", "http://127.0.0.1:9/v1", "--dry-run")
    warned = done(inside(*asked, "--puzzle", "copying:4,8", cwd=tmp_path)).splitlines()[0]
    assert warned.startswith("Note: this can show neither a verdict")
    assert "5 instances of a size" in warned
    assert "cantwont plan" in warned
    assert "Note" not in done(inside(*asked, *FIRST, cwd=tmp_path))
