"""`import cantwont` in a checkout: the public functions, and one module under two names."""

import asyncio
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cantwont
import evals
import reports
import tasks
from evals.errors import EndpointError, RunError, SpecError
from evals.plan.spec import Spec
from evals.record.outcome import Label, Outcome
from tests import ROOT
from tests.program import done, environment

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where simulated respondents answer."""
    with cantwont.simulated_server() as address:
        yield address


@pytest.fixture
def spec(address: str) -> dict[str, Any]:
    """Six trials."""
    return {
        "models": ["sim/tired"],
        "puzzles": [{"name": "hanoi", "sizes": [3, 4, 5]}],
        "repeats": 2,
        "endpoints": {"sim": {"base_url": address, "simulated": True}},
    }


def python(code: str) -> str:
    """What a fresh Python prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_packages_are_the_same() -> None:
    """The long name is another name of the same module, not a second copy of it."""
    assert cantwont.tasks is tasks
    assert cantwont.evals is evals
    assert cantwont.reports is reports
    for name in ("tasks.contract.puzzle", "tasks.puzzles.hanoi", "evals.plan.spec", "reports.frame"):
        assert importlib.import_module(f"cantwont.{name}") is importlib.import_module(name)
        assert sys.modules[name].__name__ == name
        spec = sys.modules[name].__spec__
        assert spec is not None
        assert spec.name == name


@pytest.mark.parametrize("first", ["", "import tasks, reports; "])
def test_imports_by_the_long_name(first: str) -> None:
    """Whichever name is imported first, classes are the same, and no attribute of a package is replaced."""
    told = python(
        f"{first}import cantwont.tasks.puzzles.hanoi\nimport cantwont.reports.page.page\n"
        "import cantwont.reports.frame as module\nfrom cantwont.tasks import Puzzle\n"
        "from cantwont.tasks.contract.puzzle import Puzzle as Same\n"
        "import tasks, reports\n"
        "print(tasks.Puzzle is Puzzle is Same, callable(tasks.puzzles), callable(reports.frame), "
        "callable(reports.page), cantwont.tasks is tasks)"
    )
    assert told == "True True True True True\n"


def test_no_such_module() -> None:
    """What does not exist is not found under the long name either."""
    for name in ("cantwont.tasks.nothing", "cantwont.nothing", "cantwont.tasks.errors.nothing"):
        with pytest.raises(ModuleNotFoundError, match=re.escape(name)):
            importlib.import_module(name)
    with pytest.raises(AttributeError, match="'nothing'"):
        cantwont.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_light_to_import() -> None:
    """Nothing but the standard library is loaded, and none of our packages, until a function is used."""
    loaded = set(python("import sys, cantwont; print(*sys.modules)").split())
    heavy = {"aiohttp", "evals", "httpx", "numpy", "pandas", "pydantic", "reports", "rich", "tasks", "typer"}
    assert not heavy & loaded
    used = "cantwont.label(cantwont.problem('hanoi', size=3), ''); "
    loaded = set(python(f"import sys, cantwont; {used}print(*sys.modules)").split())
    assert not {"aiohttp", "httpx", "numpy", "pandas", "reports", "rich", "typer"} & loaded


def test_every_name() -> None:
    """All that is promised is there; every function and its arguments are documented."""
    assert cantwont.__all__ == sorted(cantwont.__all__, key=lambda name: (not name[0].isupper(), name))
    assert {*cantwont.__all__} <= {*dir(cantwont)}
    for name in cantwont.__all__:
        value = getattr(cantwont, name)
        if getattr(value, "__module__", None) == "cantwont":
            for argument in set(value.__annotations__) - {"return"}:
                assert re.search(rf"^        \**{argument}: ", value.__doc__, re.MULTILINE), (name, argument)
    assert (ROOT / "cantwont" / "py.typed").exists()


def test_puzzles_and_problems() -> None:
    """Puzzles by name, problems by parameters in either way; bad input is told."""
    assert cantwont.puzzles()["hanoi"] is cantwont.puzzle("hanoi") is tasks.puzzle("hanoi")
    made = cantwont.problem("hanoi", size=4)
    assert made.fewest_steps == cantwont.problem("hanoi", {"size": 4}).fewest_steps == 15
    assert isinstance(made, cantwont.Problem)
    drawn = [cantwont.problem("running_sum", {"size": 20}, seed).instance for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    for name, parameters in (("nothing", {}), ("hanoi", {"sise": 3}), ("hanoi", {"size": -1})):
        with pytest.raises(cantwont.CantwontError):
            cantwont.problem(name, parameters)


def test_label() -> None:
    """A text, or an answer with what came along; the evidence quotes it."""
    hanoi = cantwont.problem("hanoi", size=10)
    text = "moves = [[1, 0, 2], [2, 0, 1], ... and so on"
    result = cantwont.label(hanoi, text)
    assert result.label is cantwont.Label.GIVE_UP
    assert [text[span.start : span.end] for span in result.evidence] == [
        span.quote for span in result.evidence
    ]
    cut = cantwont.Answer("moves = [[1, 0, 2], [2, 0", finish_reason="length")
    assert cantwont.label(hanoi, cut).label is Label.TRUNCATED


def test_run(spec: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Asked, recorded and derived, without a word; the same call asks nothing again; all else reads it."""
    path = tmp_path / "run"
    run = cantwont.run(spec, path)
    record = run.exchanges_path.read_bytes()
    assert cantwont.run(spec, str(path)).exchanges_path.read_bytes() == record
    assert capfd.readouterr() == ("", "")
    found = cantwont.outcomes(run)
    assert len(found) == 6
    assert found == cantwont.outcomes(path) == cantwont.outcomes(cantwont.open_run(path))
    assert len(cantwont.load(path)) == 6
    assert cantwont.replay_check(path, path) == ()
    file = path / "outcomes.jsonl"
    file.write_text(file.read_text().replace('"label":"solved"', '"label":"malformed"', 1))
    [change] = cantwont.replay_check(path)
    assert "malformed -> solved" in str(change)


def test_ways_to_give_a_spec(spec: dict[str, Any], tmp_path: Path, address: str) -> None:
    """A value, a file by either type of its path; they ask the same."""
    file = tmp_path / "spec.toml"
    file.write_text(
        'models = ["sim/tired"]\nrepeats = 2\n[[puzzles]]\nname = "hanoi"\nsizes = [3, 4, 5]\n'
        f'[endpoints.sim]\nbase_url = "{address}"\nsimulated = true\n'
    )
    ways = (spec, Spec.model_validate(spec), file, str(file))
    assert {len(cantwont.outcomes(cantwont.run(way, tmp_path / "run"))) for way in ways} == {6}


def test_bad_input(spec: dict[str, Any], tmp_path: Path) -> None:
    """It is raised, and the process goes on."""
    with pytest.raises(
        SpecError, match="the spec: field 'repeat': there is no such field; did you mean 'repeats'"
    ):
        cantwont.run({**spec, "repeat": 2}, tmp_path / "run")
    with pytest.raises(SpecError, match="there is no spec 'nothing'"):
        cantwont.run("nothing", tmp_path / "run")
    with pytest.raises(SpecError, match="the spec: puzzle 'nothing'"):
        cantwont.run({**spec, "puzzles": [{"name": "nothing", "sizes": [3]}]}, tmp_path / "run")
    assert not (tmp_path / "run").exists()
    for read in (cantwont.open_run, cantwont.outcomes, cantwont.load, cantwont.replay_check):
        with pytest.raises(RunError, match="there is no run"):
            read(tmp_path / "run")
    with pytest.raises(RunError, match="no run was named"):
        cantwont.replay_check()


def test_nobody_there(spec: dict[str, Any], tmp_path: Path) -> None:
    """An endpoint that cannot be asked is an error; one that fails now and then leaves the run unfinished."""
    with cantwont.simulated_server(key="secret") as guarded:
        spec["endpoints"] = {"sim": {"base_url": guarded, "simulated": True}}
        with pytest.raises(EndpointError, match="401"):
            cantwont.run(spec, tmp_path / "run")
    spec |= {"max_retries": 0}
    with pytest.raises(cantwont.RunUnfinished, match="6 trials have no reply yet") as caught:
        cantwont.run(spec, tmp_path / "run")
    assert caught.value.left == 6
    assert cantwont.outcomes(caught.value.run) == cantwont.outcomes(tmp_path / "run")


def test_limit(spec: dict[str, Any], tmp_path: Path) -> None:
    """A run that reached its limit says so, keeps what it has, and goes on without the limit."""
    with pytest.raises(cantwont.RunUnfinished, match="the token limit of 1 is reached") as caught:
        cantwont.run({**spec, "concurrency": 1, "limits": {"max_tokens_total": 1}}, tmp_path / "run")
    assert len(cantwont.outcomes(caught.value.run)) == 6 - caught.value.left > 0
    assert len(cantwont.outcomes(cantwont.run(spec, tmp_path / "run"))) == 6


class Watcher:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def planned(self, model: str, total: int, done: int) -> None:
        self.told.append(f"{model}: {total}, {done}")

    def finished(self, model: str, outcome: Outcome | None) -> None:
        assert outcome is not None
        self.told.append(f"{model} {outcome.label}")

    def stopped(self, model: str, why: str) -> None:
        raise AssertionError(model, why)

    def noted(self, model: str, what: str) -> None:
        raise AssertionError(model, what)


def test_progress(spec: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown, or told to an object."""
    watcher = Watcher()
    cantwont.run(spec, tmp_path / "told", progress=watcher)
    assert watcher.told[0] == "sim/tired: 6, 0"
    assert len(watcher.told) == 7
    cantwont.run(spec, tmp_path / "shown", progress=True)
    assert "asking sim/tired: 6 trials" in capsys.readouterr().out


def test_in_a_notebook(spec: dict[str, Any], tmp_path: Path) -> None:
    """Where an event loop runs already, the run has one of its own."""

    async def cell() -> int:
        return len(cantwont.outcomes(cantwont.run(spec, tmp_path / "run", judge="sim/steady")))

    assert asyncio.run(cell()) == 6


INTERRUPTED = """
import asyncio, os, signal, sys, threading, time
import cantwont
def interrupt():
    while not os.path.exists(os.path.join(sys.argv[1], "run.json")):
        time.sleep(0.05)
    time.sleep(1)
    os.kill(os.getpid(), signal.SIGINT)
async def cell():
    threading.Thread(target=interrupt, daemon=True).start()
    with cantwont.simulated_server(latency=30) as address:
        endpoints = {"sim": {"base_url": address, "simulated": True}}
        puzzles = [{"name": "hanoi", "sizes": [3]}]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            cantwont.run({"models": ["sim/tired"], "puzzles": puzzles, "endpoints": endpoints}, sys.argv[1])
        except KeyboardInterrupt:
            print("interrupted", flush=True)
asyncio.run(cell())
"""


def test_interrupt_in_a_notebook(tmp_path: Path) -> None:
    """A Ctrl-C there ends the run, and not the notebook."""
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path / "run")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (0, "interrupted\n"), ended.stderr


def test_command() -> None:
    """`python -m cantwont` is the command, from any folder."""
    ended = subprocess.run(
        [sys.executable, "-m", "cantwont", "--help"],
        cwd="/",
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done(ended).startswith("Usage: python -m cantwont ")


def test_examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every block of docs/python.md runs, in order, and prints what the page shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "MPLBACKEND", "agg")
    found = re.findall(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) >= 5
    for code, shown in found:
        assert not re.search(r"(?m)^\s*(?:from|import) (?:evals|reports|tasks)\b", code)
        exec(compile(code, "docs/python.md", "exec"), {})
        printed = capsys.readouterr().out
        assert not shown or printed == shown
    assert (tmp_path / "labels.png").stat().st_size > 1000


def test_the_page_names_every_function() -> None:
    """Nothing public is left out."""
    for name in cantwont.__all__:
        if getattr(getattr(cantwont, name), "__module__", None) == "cantwont" and name != "main":
            assert f"`{name}(" in PAGE, name
