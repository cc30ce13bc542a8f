"""A run directory is continued by the same spec, extended on demand, and protected from any other."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.errors import EndpointError, RunError, SpecChanged, SpecError
from evals.importers import import_run
from evals.plan.grid import trials
from evals.plan.spec import Spec
from evals.record.run import RunDirectory
from evals.replay.open_runs import open_runs, outcomes_of
from evals.running.run import make_or_continue
from evals.simulated.server import serve_in_thread
from tasks import puzzle
from tests.program import cantwont, complaint, done, inside, outcome_rows, recorded
from tests.samples.runs import Watcher, asked, whole
from tests.servers.scripted import Body, completion, scripted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def simulated() -> Iterator[str]:
    with serve_in_thread() as base_url:
        yield base_url


COUNTING = puzzle("counting").version


def spec(base_url: str, **changes: Any) -> Spec:
    plain: dict[str, Any] = {
        "models": ["sim/steady"],
        "puzzles": [{"name": "counting", "sizes": [3, 4]}],
        "endpoints": {"sim": {"base_url": base_url}},
    }
    return Spec.load(None, plain | changes, {})


def replies(path: Path) -> list[str]:
    return [row["trial"] for row in recorded(path) if row["kind"] == "reply"]


def test_the_same_spec_continues(simulated: str, tmp_path: Path) -> None:
    """A whole run is asked nothing again, whatever has changed that decides on no trial."""
    run, first = asked(spec(simulated), tmp_path / "run")
    before = run.manifest
    assert (first.asked, first.left) == (2, 0)
    with serve_in_thread() as elsewhere:
        paced = spec(
            elsewhere,
            name="other",
            concurrency=1,
            max_retries=9,
            puzzles=[{"name": "counting", "sizes": [4, 3, 4]}],
        )
        watcher = Watcher()
        run, again = asked(paced, tmp_path / "run", watcher)
    assert (again.asked, again.failed, again.left) == (0, 0, 0)
    assert watcher.plans == {"sim/steady": (2, 2)}
    assert run.manifest == before


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"models": ["sim/steady", "sim/tired"]}, 'models: added "sim/tired"'),
        ({"models": ["sim/tired"]}, 'models: removed "sim/steady"; added "sim/tired"'),
        ({"arms": ["list", "insist"]}, 'arms: added "insist"'),
        ({"repeats": 3}, "repeats: was 1, is 3"),
        ({"puzzles": [{"name": "counting", "sizes": [3, 4, 5]}]}, 'puzzles: removed {"name": "counting"'),
        ({"sampling": {"max_tokens": 9000}}, "sampling: was"),
    ],
)
def test_another_spec(simulated: str, tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    """A spec that asks something else is refused with what has changed, until it is told to extend."""
    whole(spec(simulated), tmp_path / "run")
    before = replies(tmp_path / "run")
    with pytest.raises(SpecChanged) as caught:
        make_or_continue(spec(simulated, **changes), tmp_path / "run")
    assert told in str(caught.value)
    assert "--extend" in str(caught.value)
    other = spec(simulated, **changes)
    ids = {trial.id for trial in trials(other, other.models_at())}
    run, summary = asked(other, tmp_path / "run", extend=True)
    after = replies(tmp_path / "run")
    assert after[: len(before)] == before
    assert len(set(after)) == len(after)
    assert set(after) == set(before) | ids
    assert summary.asked == len(after) - len(before)
    [extension] = run.manifest.extensions
    assert extension["replaced"]["spec"]["asked"] == spec(simulated).asked()
    assert asked(other, tmp_path / "run")[1].asked == 0


def test_other_versions(simulated: str, tmp_path: Path) -> None:
    """Prompts of another version than those asked before are refused, until told to extend."""
    run, _ = asked(spec(simulated), tmp_path / "run")
    run.save(run.manifest.model_copy(update={"puzzles": {"counting": 0}, "arms": {"list": 0}}))
    with pytest.raises(SpecChanged) as caught:
        make_or_continue(spec(simulated), tmp_path / "run")
    assert f"puzzle 'counting' was version 0 and is version {COUNTING}" in str(caught.value)
    assert "arm 'list' was version 0 and is version 1" in str(caught.value)
    extended = make_or_continue(spec(simulated), tmp_path / "run", extend=True).manifest
    assert extended.puzzles == {"counting": COUNTING}
    assert extended.extensions[0]["replaced"]["puzzles"] == {"counting": 0}


def test_nothing_is_made_of_what_cannot_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its key a model cannot be asked, and no directory is begun."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EndpointError, match="OPENAI_API_KEY"):
        make_or_continue(spec("http://127.0.0.1:1/v1", models=["openai/m"]), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_stored_spec(simulated: str, tmp_path: Path) -> None:
    """run.json says what was asked, where, in which versions, and that the respondents are simulated."""
    whole(spec(simulated), tmp_path / "run")
    stored = json.loads((tmp_path / "run" / "run.json").read_text())
    assert stored["schema"] == 1
    assert stored["spec"]["asked"]["models"] == ["sim/steady"]
    assert stored["spec"]["endpoints"]["sim"]["simulated"] is True
    assert stored["spec"]["endpoints"]["sim"]["base_url"] == simulated
    assert (stored["puzzles"], stored["arms"]) == ({"counting": COUNTING}, {"list": 1})


def test_outcomes_of_stale(simulated: str, tmp_path: Path) -> None:
    """Outcomes are read where they are current, and derived where they are stale or missing."""
    run, _ = asked(spec(simulated), tmp_path / "run")
    derived = outcomes_of(run)
    assert [outcome.label for outcome in derived] == ["solved", "solved"]
    whole(spec(simulated), tmp_path / "run")
    assert outcomes_of(run) == derived
    lines = (run.path / "outcomes.jsonl").read_text()
    (run.path / "outcomes.jsonl").write_text(lines.replace('"solved"', '"malformed"'))
    assert [outcome.label for outcome in outcomes_of(run)] == ["malformed", "malformed"]
    whole(spec(simulated, repeats=2), tmp_path / "other")
    shutil.copy(tmp_path / "other" / "exchanges.jsonl", run.path / "exchanges.jsonl")
    assert [outcome.label for outcome in outcomes_of(run)] == ["solved"] * 4


def test_imported_run_is_not_continued(simulated: str, tmp_path: Path) -> None:
    """A run of imported answers is no place for others."""
    record = {
        "id": "1",
        "task": "counting",
        "instance": {"parameters": {"size": 3}},
        "model": "m",
        "request": {"messages": [{"role": "user", "content": "Count."}]},
        "response": {"content": "1\n2\n3"},
    }
    (tmp_path / "answers.jsonl").write_text(json.dumps(record))
    import_run([tmp_path / "answers.jsonl"], tmp_path / "run", {})
    for extend in (False, True):
        with pytest.raises(SpecChanged, match="imported"):
            make_or_continue(spec(simulated), tmp_path / "run", extend=extend)


# --- puzzles of the user's own

MINE = """
from dataclasses import dataclass
from typing import ClassVar

from tasks import integer
from tasks.puzzles.counting import Counting


@dataclass(frozen=True, slots=True)
class MyParameters:
    size: int = integer("how many", minimum=1, maximum=100_000)
    first: int = integer("the first", minimum=0, maximum=9, default=1)


class Mine(Counting):
    name: ClassVar[str] = "mine"

    @property
    def parameters(self) -> type[MyParameters]:
        return MyParameters


PUZZLE = Mine()
"""


def count(asked: Body) -> tuple[int, Body]:
    """Counts to the number that the prompt names."""
    last = int(asked["messages"][0]["content"].partition(" to ")[2].split()[0])
    return 200, completion("\n".join(map(str, range(1, last + 1))))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a puzzle, a spec that names it from where it is, and a run of that."""
    home = tmp_path_factory.mktemp("made") / "home"
    specs = home / "specs"
    specs.mkdir(parents=True)
    (specs / "mine.py").write_text(MINE)
    with scripted(count) as address:
        (specs / "mine.toml").write_text(
            'models = ["there/m"]\n[[puzzles]]\nname = "mine"\nfile = "mine.py"\nsizes = [3, 6000]\n'
            f'[endpoints.there]\nbase_url = "{address}"\n'
        )
        command = ("run", "--spec", specs / "mine.toml", "--out", home / "runs" / "mine")
        done(cantwont(*command, cwd=home))
        assert "2 of them recorded before" in done(cantwont(*command, cwd=specs))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, moved; what is loaded of it is forgotten with the test."""
    monkeypatch.setattr("tasks.registry._from_files", {})
    return shutil.copytree(made, tmp_path / "home")


def test_own_puzzle(made: Path, home: Path, tmp_path: Path) -> None:
    """It is found from the spec's folder, read in the other process too, and kept by path and hash."""
    outcomes = [json.loads(row) for row in outcome_rows(made / "runs" / "mine")]
    assert sorted((outcome["label"], outcome["written"]) for outcome in outcomes) == [
        ("solved", 3),
        ("solved", 6000),
    ]
    manifest = RunDirectory.open(made / "runs" / "mine").manifest
    assert manifest.puzzle_files == {"mine": hashlib.sha256(MINE.encode()).hexdigest()}
    assert manifest.spec["puzzle_paths"] == {"mine": "../../specs/mine.py"}
    said = done(inside("replay", home / "runs" / "mine", cwd=tmp_path))
    assert "2 trials replayed; all outcomes are the same" in said
    done(inside("report", home / "runs" / "mine", cwd=tmp_path))


def test_own_puzzle_changed(home: Path, tmp_path: Path) -> None:
    """A puzzle that is not what it was is refused, by run and by replay, and told from one that is gone."""
    run, file = home / "runs" / "mine", home / "specs" / "mine.py"
    file.write_text(MINE + "# changed\n")
    line = complaint(inside("replay", run, cwd=tmp_path), 2)
    assert f"puzzle 'mine' of the run at {str(run)!r} has changed in {str(file)!r}" in line
    again = Spec.load(home / "specs" / "mine.toml", {}, {})
    with pytest.raises(SpecChanged, match="the file of puzzle 'mine' is another"):
        make_or_continue(again, run)
    make_or_continue(again, run, extend=True)
    assert len(open_runs([run])) == 1
    file.unlink()
    with pytest.raises(RunError) as caught:
        open_runs([run])
    assert f"needs its file {str(file)!r}: No such file or directory; put it back there" in str(caught.value)


def test_own_puzzle_moved(home: Path) -> None:
    """Where the spec and its puzzle have moved, continuing the run notes it, and asks nothing else of it."""
    run, elsewhere = home / "runs" / "mine", home / "elsewhere"
    (home / "specs").rename(elsewhere)
    with pytest.raises(RunError, match="needs its file"):
        open_runs([run])
    make_or_continue(Spec.load(elsewhere / "mine.toml", {}, {}), run)
    [opened] = open_runs([run])
    assert opened.manifest.spec["puzzle_paths"] == {"mine": "../../elsewhere/mine.py"}
    assert opened.manifest.extensions == []


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("PUZZLE = 1\n", "has no object PUZZLE that keeps the puzzle contract"),
        ("raise ValueError('broken')\n", "fails to load: ValueError('broken')"),
        ("def (\n", "fails to load: SyntaxError"),
        (MINE.replace('"mine"', '"yours"'), "is named 'yours', not 'mine'"),
        (MINE.replace('"mine"', '"hanoi"'), "the name 'hanoi' is taken"),
    ],
)
def test_own_puzzle_that_is_none(text: str, told: str, tmp_path: Path) -> None:
    """What is wrong with a puzzle file is said in one line."""
    (tmp_path / "mine.py").write_text(text)
    (tmp_path / "spec.toml").write_text(
        'models = ["ollama/m"]\n[[puzzles]]\nname = "mine"\nfile = "mine.py"\nsizes = [3]\n'
    )
    with pytest.raises(SpecError) as caught:
        Spec.load(tmp_path / "spec.toml", {}, {})
    assert told in str(caught.value)


def test_two_runs_with_different_puzzles_of_one_name(home: Path, tmp_path: Path) -> None:
    """Two files under one name cannot be shown side by side."""
    other = shutil.copytree(home, tmp_path / "other")
    (other / "specs" / "mine.py").write_text(MINE + "# another\n")
    run = RunDirectory.open(other / "runs" / "mine")
    digest = hashlib.sha256((MINE + "# another\n").encode()).hexdigest()
    run.save(run.manifest.model_copy(update={"puzzle_files": {"mine": digest}}))
    with pytest.raises(RunError, match="the runs have different puzzles named 'mine'"):
        open_runs([home / "runs" / "mine", other / "runs" / "mine"])


def test_run_that_does_not_say_where(home: Path) -> None:
    """A manifest without the path of a puzzle file is told as that."""
    run = RunDirectory.open(home / "runs" / "mine")
    spec = {name: value for name, value in run.manifest.spec.items() if name != "puzzle_paths"}
    run.save(run.manifest.model_copy(update={"spec": spec}))
    with pytest.raises(RunError, match="does not say which"):
        open_runs([run.path])
