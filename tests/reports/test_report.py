"""The report of one or several runs, and the demonstration's screen."""

import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console, RenderableType

from evals.errors import RunError
from evals.plan.spec import Spec
from evals.record.run import Manifest, RunDirectory
from evals.simulated.server import serve_in_thread
from reports.analyses.all_measures import TABLES
from reports.frame import frame
from reports.measures import Audit
from reports.report import Format, Report, Wanted
from reports.words.demo_summary import demonstration
from tests.reports.page.test_page import entries
from tests.samples.outcomes import outcome
from tests.samples.runs import whole

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def simulated() -> Iterator[str]:
    with serve_in_thread() as base_url:
        yield base_url


def printed(*shown: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(*shown)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def made(base_url: str, path: Path, model: str = "steady") -> RunDirectory:
    spec = Spec.load(
        None,
        {
            "models": [f"sim/{model}"],
            "puzzles": [{"name": "counting", "sizes": [3, 4]}],
            "endpoints": {"sim": {"base_url": base_url}},
        },
        {},
    )
    whole(spec, path)
    return RunDirectory.open(path)


def test_simulated_respondents_are_said_to_be(simulated: str, tmp_path: Path) -> None:
    """Every report of a simulated run says so, whenever it is made."""
    report = Report.of([made(simulated, tmp_path / "run")])
    console = Console(file=io.StringIO(), width=100)
    report.print(console)
    assert isinstance(console.file, io.StringIO)
    told = "Run run: the respondents are simulated, and their truth is known."
    assert told in console.file.getvalue()
    assert told in report.text(Format.HTML)
    assert told in report.text(Format.MARKDOWN)


def test_several_runs(simulated: str, tmp_path: Path) -> None:
    """The same trials in two runs are two trials; runs of one name go by their paths."""
    runs = [made(simulated, tmp_path / where / "run") for where in ("a", "b")]
    report = Report.of(runs)
    assert len(report.rows) == 4
    assert len({made.trial for made in report.outcomes}) == 4
    assert set(report.rows["run"]) == {str(tmp_path / "a" / "run"), str(tmp_path / "b" / "run")}
    answers = [entry["turns"][0]["answer"] for entry in entries(report.text(Format.HTML))]
    assert sum("1\n2\n3" in "".join(answer) for answer in answers) == 4
    assert report.text(Format.CSV).startswith('"model","puzzle","arm","run"')


def test_nothing_recorded(tmp_path: Path) -> None:
    """A run without a single row has no report."""
    run = RunDirectory.create(tmp_path / "run", Manifest(created="2026", cantwont="0", spec={}))
    with pytest.raises(RunError, match="nothing is recorded in"):
        Report.of([run])


def test_interrupted_run(simulated: str, tmp_path: Path) -> None:
    """A run that never came to write its outcomes is reported all the same."""
    finished = made(simulated, tmp_path / "run")
    (finished.path / "outcomes.jsonl").unlink()
    assert len(Report.of([finished]).rows) == 2


def test_demonstration() -> None:
    """Two models of about equal accuracy, one that stops and one that errs: the words follow the numbers."""
    ends = {
        "tired": ["solved"] * 4 + ["give_up"] * 5 + ["refusal"],
        "careless": ["solved"] * 4 + ["logic_error"] * 6,
        "steady": ["solved"] * 9 + ["logic_error", "truncated"],
    }
    rows = [
        outcome(label, f"{model}-{arm}-{index}", model=model, arm=arm)
        for model, labels in ends.items()
        for arm in ("list", "insist")
        for index, label in enumerate(labels if (model, arm) != ("tired", "insist") else ["solved"] * 10)
    ]
    said = printed(demonstration(frame(rows, "r")))
    assert "tired" in said.splitlines()[3]
    assert "40 % (4 of 10)" in said.splitlines()[3]
    assert "60 % (6 of 10)" in said.splitlines()[3]
    assert "90 % (9 of 10)" in said  # what was cut is not counted
    flat = " ".join(said.split())
    assert "'tired' solves 40 % and 'careless' 40 %: one number calls them equal" in flat
    assert "all 6 failures of 'tired' are stops by its own choice" in flat
    assert "(arm 'insist'), 'tired' solves 100 %, and 'careless' 40 %" in flat


def test_demonstration_claims_nothing_else() -> None:
    """Where no two are equal for opposite reasons, nothing of the kind is said."""
    rows = [outcome("solved", f"{model}", model=model) for model in ("tired", "careless")]
    assert "equal" not in printed(demonstration(frame(rows, "r")))


def test_every_table_by_its_name(simulated: str, tmp_path: Path) -> None:
    """Each can be had alone, as text for other programs; and a frame of trials as Parquet."""
    report = Report.of([made(simulated, tmp_path / "run")])
    assert all(isinstance(report.table(name), pd.DataFrame) for name in TABLES)
    assert len(report.table("trials")) == 2
    assert len(report.table("sizes")) == 2
    assert report.text(Format.CSV, "horizons").startswith('"model","puzzle","arm","axis"')
    assert '"verdict": "unclear"' in report.text(Format.JSON, "verdicts")
    report.write(Format.PARQUET, tmp_path / "rows.parquet", "trials")
    assert pd.read_parquet(tmp_path / "rows.parquet")["trial"].tolist() == report.rows["trial"].tolist()
    with pytest.raises(RunError, match=r"'parquet' is no text: name a file"):
        report.text(Format.PARQUET)


def test_markdown_has_the_words_and_tables(simulated: str, tmp_path: Path) -> None:
    """Every section of the page, and what was told in front of them; no texts of answers."""
    text = Report.of([made(simulated, tmp_path / "run")]).text(Format.MARKDOWN)
    for head in ("The answer", "In words", "Labels", "Willing against able", "Verdicts"):
        assert f"## {head}\n" in text
    assert "It never stopped by choice up to 4 steps." in text
    assert "1\n2\n3" not in text


def test_figures_as_files(simulated: str, tmp_path: Path) -> None:
    """Each as SVG and PNG, the same every time."""
    report = Report.of([made(simulated, tmp_path / "run")])
    count = report.save_figures(tmp_path / "one")
    report.save_figures(tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 2 * count >= 6
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot write figures .*--figures"):
        report.save_figures(tmp_path / "file" / "below")


def test_what_is_wanted_reaches_the_page(simulated: str, tmp_path: Path) -> None:
    """The arm that pushes, and what a reader found of the labels."""
    wanted = Wanted(pushed="nudge", audit=Audit(60, 55, 70, 4), limit=1)
    text = Report.of([made(simulated, tmp_path / "run")], wanted).text(Format.HTML)
    assert "solves when pushed (arm nudge)" in text
    assert "Of 60 stops and 70 other failures" in text
    assert "1 of the 2 trials" in text


def test_prices_of_the_spec(simulated: str, tmp_path: Path) -> None:
    """What the spec says that tokens cost stands in the frame as money."""
    run = made(simulated, tmp_path / "run")
    prices = {"sim/steady": {"input": 1e6, "output": 2e6}}
    run.save(run.manifest.model_copy(update={"spec": {**run.manifest.spec, "prices": prices}}))
    rows = Report.of([RunDirectory.open(run.path)]).rows
    paid = rows["prompt_tokens"] + 2 * rows["completion_tokens"]
    assert rows["cost"].tolist() == paid.tolist()
