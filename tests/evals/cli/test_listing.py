"""Finding runs and trials: `list`, `open`, `show` without a trial, folders of runs, and near misses."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from evals.errors import RunError, SpecError
from evals.plan.flags import budgets
from evals.plan.spec import Spec
from evals.record.run import RunDirectory
from evals.replay.run_list import expanded, line_of, runs_below
from evals.simulated.server import serve_in_thread
from tests.program import complaint, done, inside

ENDPOINTS = {"sim": {"base_url": "http://127.0.0.1:9/v1", "simulated": True}}
RUN = Path(__file__).parents[3] / "examples" / "small-model"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs in folders, one that is broken, a link, and what is no run."""
    root = tmp_path_factory.mktemp("runs")
    for name in ("may", "more/june", "broken"):
        shutil.copytree(RUN, root / name)
    (root / "broken" / "run.json").write_text("{")
    (root / "nothing").mkdir()
    (root / "link").symlink_to(root / "may")
    return root


def test_runs_are_found_below_a_folder(folder: Path) -> None:
    """Three levels deep, without following links; a run stands for itself."""
    assert [str(path.relative_to(folder)) for path in runs_below(folder)] == ["broken", "may", "more/june"]
    assert runs_below(folder / "may") == [folder / "may"]
    assert expanded([folder / "more", folder / "may"]) == [folder / "more" / "june", folder / "may"]
    with pytest.raises(RunError, match="holds none"):
        expanded([folder / "nothing"])
    with pytest.raises(RunError, match="there is no folder"):
        runs_below(folder / "never")


def test_list(folder: Path) -> None:
    """A line a run, with counts of its outcomes; one that cannot be read is named with the reason."""
    told = done(inside("list", folder, cwd=folder))
    rows = [json.loads(line) for line in done(inside("list", folder, "--json", cwd=folder)).splitlines()]
    assert [Path(row["path"]).name for row in rows] == ["broken", "may", "june"]
    assert "cannot be read" in rows[0]["state"]
    assert "cannot be read" in told
    may = rows[1]
    labels = [json.loads(line)["label"] for line in (RUN / "outcomes.jsonl").read_text().splitlines()[1:]]
    assert (
        may["trials"]
        == len(labels)
        == sum(may[name] for name in ("solved", "stopped", "wrong", "unread", "cut"))
    )
    assert may["wrong"] == labels.count("logic_error")
    assert may["state"] == "complete"
    assert "no run in" in done(inside("list", folder / "nothing", cwd=folder))


def test_a_gzipped_run_is_complete(folder: Path, tmp_path: Path) -> None:
    """What counts is the record as it was written."""
    done(inside("shrink", folder / "may", "--out", tmp_path / "small", "--gzip", cwd=tmp_path))
    assert (tmp_path / "small" / "exchanges.jsonl.gz").exists()
    assert line_of(tmp_path / "small").state == "complete"


def test_a_run_that_is_written_to_is_running(folder: Path) -> None:
    """Seen without writing; a lock that is not there holds nobody."""
    path = folder / "may"
    run = RunDirectory.open(path)
    assert not run.is_locked()
    with RunDirectory.open(path).locked():
        assert line_of(path).state == "running"
    assert line_of(path).state == "complete"


def test_show_lists_and_goes_on(folder: Path) -> None:
    """Without a trial those that match are listed; `--next` shows the first, or the one behind another."""
    run = folder / "may"
    listed = done(inside("show", run, "--label", "give_up", "--label", "refusal", cwd=folder))
    ids = [line.split()[0] for line in listed.splitlines()[1:-1]]
    assert len(ids) == 4
    assert ids == sorted(ids)
    first = done(inside("show", run, "--label", "give_up", "--label", "refusal", "--next", cwd=folder))
    assert ids[0] in first.splitlines()[0]
    second = done(
        inside("show", run, ids[0][:8], "--label", "give_up", "--label", "refusal", "--next", cwd=folder)
    )
    assert ids[1] in second.splitlines()[0]
    last = inside("show", run, ids[-1], "--label", "give_up", "--label", "refusal", "--next", cwd=folder)
    assert "no trial behind" in complaint(last, 2)
    for filtered in (("--model", "nobody"), ("--arm", "code"), ("--puzzle", "hanoy"), ("--flag", "none")):
        assert "0 trials" in done(inside("show", run, *filtered, cwd=folder))
    unsure = done(inside("show", run, "--unsure", cwd=folder))
    assert all("(not sure)" in line for line in unsure.splitlines()[1:-1])
    assert "did you mean 'give_up'?" in complaint(inside("show", run, "--label", "giveup", cwd=folder), 2)


def test_a_report_of_several_runs_overwrites_none_of_theirs(folder: Path) -> None:
    """It stands in the folder that was named, or in the one that holds them."""
    shutil.copytree(folder / "may", folder / "two" / "a")
    shutil.copytree(folder / "may", folder / "two" / "b")
    written = done(inside("report", folder / "two", "--format", "json", cwd=folder))
    assert str(folder / "two" / "report.json") in written
    relative = done(inside("report", "two/a", "two/b", "--format", "json", cwd=folder))
    assert "written: two/report.json" in relative
    assert not (folder / "two" / "a" / "report.json").exists()


def test_open_names_the_command_where_there_is_no_page(folder: Path) -> None:
    """Nothing is written by looking."""
    assert "cantwont report" in complaint(inside("open", folder / "may", cwd=folder), 2)


def test_budgets_are_tokens_or_known_efforts() -> None:
    """`2k` is 2,000 tokens; what is neither is refused, and never sent as an effort."""
    assert budgets(["2000", "2k", "1.5M", "low"]) == [
        *({"max_tokens": 2_000}, {"max_tokens": 2_000}, {"max_tokens": 1_500_000}),
        {"reasoning_effort": "low"},
    ]
    assert budgets(None) is None
    for given in ("foo", "2q", "0", "0.0001k", "-5", "1e3", "", "²"):
        with pytest.raises(SpecError, match="--budget"):
            budgets([given])
    with pytest.raises(SpecError, match="did you mean 'medium'"):
        budgets(["mediun"])


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("run", "--model", "a/b", "--puzzle", "hanoy:3"), "hanoi"),
        (("run", "--spec", "quik"), "quick"),
        (("report", RUN, "--format", "csv", "--table", "horizon"), "horizons"),
        (("run", "--model", "a/b", "--puzzle", "hanoi:3", "--arm", "instist"), "insist"),
    ],
)
def test_near_misses(arguments: tuple[str | Path, ...], meant: str, tmp_path: Path) -> None:
    """Names that are nearly known ones are answered with these."""
    assert f"did you mean '{meant}'?" in complaint(inside(*arguments, cwd=tmp_path), 2)


def test_version(tmp_path: Path) -> None:
    """As every command has it."""
    assert done(inside("--version", cwd=tmp_path)).startswith("cantwont ")


def test_a_spec_to_begin_with(tmp_path: Path) -> None:
    """`init` writes one that `run` finds; its schema knows every field, and what TOML may say there."""
    assert "written: cantwont.toml" in done(inside("init", cwd=tmp_path))
    assert "240" in done(inside("run", "--dry-run", cwd=tmp_path))
    assert "edit it" in complaint(inside("init", cwd=tmp_path), 2)
    schema = json.loads((tmp_path / "cantwont.schema.json").read_text())
    given = tomllib.loads((tmp_path / "cantwont.toml").read_text())
    assert given.keys() <= schema["properties"].keys()
    fields = schema["$defs"]["PuzzleChoice"]["properties"]
    assert all(puzzle.keys() <= fields.keys() for puzzle in given["puzzles"])
    assert {"const": "auto"} in fields["sizes"]["anyOf"]
    assert "shard" not in schema["properties"]


def test_runs_without_a_name_have_one_of_their_own(tmp_path: Path) -> None:
    """By what they ask, so that the same command goes on and another one begins another run."""

    def folder(**asked: object) -> str:
        plain = {
            "models": ["sim/tired"],
            "puzzles": [{"name": "hanoi", "sizes": [3]}],
            "endpoints": ENDPOINTS,
        }
        return Spec.load(None, {**plain, **asked}, {}).folder

    assert folder() == folder(concurrency=3)
    assert folder().startswith("tired-hanoi-")
    assert folder() != folder(repeats=2)
    assert folder(name="study") == "study"
    assert "/" not in folder(models=["http://127.0.0.1:1/v1#org/model name"])


def test_a_mistyped_model_leaves_no_directory(tmp_path: Path) -> None:
    """Nothing was answered, so nothing is lost; a run that had a reply is kept."""
    with serve_in_thread() as base_url:
        asked = ("--sim", base_url, "--puzzle", "hanoi:3", "--out", "run")
        assert "does not exist" in complaint(inside("run", "--model", "sim/tird", *asked, cwd=tmp_path), 2)
        assert not (tmp_path / "run").exists()
        done(inside("run", "--model", "sim/tired", *asked, cwd=tmp_path))
        wider = ("--model", "sim/tired", "--model", "sim/tird", *asked, "--extend")
        assert inside("run", *wider, cwd=tmp_path).returncode
        assert (tmp_path / "run" / "exchanges.jsonl").exists()
