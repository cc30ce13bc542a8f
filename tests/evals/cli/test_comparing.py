"""The commands that measure and compare, from the command line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from evals.plan.spec import Spec
from evals.simulated.server import serve_in_thread
from reports.analyses.all_measures import TABLES
from tests.program import complaint, done, inside
from tests.samples.runs import whole

pytestmark = pytest.mark.slow


def test_the_help_names_every_table(tmp_path: Path) -> None:
    """The help, which loads nothing that measures, names the tables that can be written alone."""
    told = " ".join(done(inside("report", "--help", cwd=tmp_path)).split())
    assert f"which table: {', '.join(TABLES[:-1])} or {TABLES[-1]}." in told


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with the run of a model that adds well, and of one that soon tires."""
    where = tmp_path_factory.mktemp("runs")
    with serve_in_thread() as base_url:
        for name in ("steady", "tired"):
            asked = {
                "models": [f"sim/{name}"],
                "puzzles": [{"name": "running_sum", "sizes": [8, 400], "instances": 8}],
                "endpoints": {"sim": {"base_url": base_url}},
            }
            whole(Spec.load(None, asked, {}), where / name)
        yield where


def test_report_writes_what_is_asked(runs: Path) -> None:
    """The page beside the run; other formats and tables where they are wanted, and the figures."""
    assert "written: steady/report.html" in done(inside("report", "steady", cwd=runs))
    assert (runs / "steady/report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    told = done(inside("report", "tired", "--format", "json", "--table", "verdicts", "--out", "-", cwd=runs))
    assert [row["steps"] for row in json.loads(told)] == [8, 400]
    done(inside("report", "tired", "--format", "parquet", "--table", "trials", cwd=runs))
    assert len(pd.read_parquet(runs / "tired/report.parquet")) == 16
    told = done(inside("report", "tired", "steady", "--figures", "drawn", "--format", "md", cwd=runs))
    assert "figures in drawn, each as SVG and PNG" in told
    assert (runs / "drawn/horizons-running-sum-list.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "csv", "--table", "nope"], "unknown table 'nope'; known are comparison, trials,"),
        (["--table", "trials"], "--table 'trials' goes with --format csv, json or parquet; html and md"),
        (
            ["--pushed", "inssist"],
            "no trial was asked in the arm 'inssist' that --pushed names; the arms are 'list'",
        ),
        (["--out", "no/x.html"], "cannot write 'no/x.html': 'no' is not there; name another with --out"),
        (["--out", "run.json/x.html", "--figures", "x"], "cannot write 'run.json/x.html'"),
        (["--audit", "1,2"], "--audit '1,2': write four counts"),
        (["--audit", "5,6,1,1"], "the second is at most the first"),
        (["--format", "parquet", "--out", "-"], "'parquet' is no text: name a file with --out"),
    ],
)
def test_bad_options(runs: Path, arguments: list[str], told: str) -> None:
    """One line that says what to do."""
    assert told in complaint(inside("report", "steady", *arguments, cwd=runs), 2)


def test_compare(runs: Path) -> None:
    """Two models on the same instances: what changed in words; a regression is a failed check if asked."""
    told = done(inside("compare", "steady", "tired", "--model-a", "steady", "--model-b", "tired", cwd=runs))
    assert "steady (a), tired (b): running_sum, list" in told
    worse = inside("compare", "steady", "tired", "--fail-on-regression", cwd=runs)
    assert (worse.returncode, worse.stderr) == (1, "")
    assert "Clearly worse" in worse.stdout
    assert inside("compare", "tired", "steady", "--fail-on-regression", cwd=runs).returncode == 0


def test_compare_writes_files(runs: Path) -> None:
    """A page without scripts, Markdown, JSON with all tables, and JUnit; each with the conclusion."""
    for kind in ("html", "md"):
        out = f"compared.{kind}"
        told = done(inside("compare", "steady", "tired", "--format", kind, "--out", out, cwd=runs))
        assert told.strip() == f"written: {out}"
        text = (runs / out).read_text(encoding="utf-8").replace("\\", "")
        assert "Clearly worse: 2 of 3 shares" in text
        assert "<script" not in text
    made = json.loads(done(inside("compare", "steady", "tired", "--format", "json", cwd=runs)))
    assert made["regressed"] is True
    assert {row["measure"] for row in made["shares"] if row["regressed"]} == {"solved", "stopped"}
    assert {"sizes", "flips", "horizons", "verdicts", "notes"} < made.keys()
    done(inside("compare", "steady", "tired", "--junit", "compared.xml", cwd=runs))
    (suite,) = ElementTree.parse(runs / "compared.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert "--format html" in complaint(inside("compare", "steady", "tired", "--out", "x", cwd=runs), 2)
    gone = inside("compare", "steady", "tired", "--format", "md", "--out", "no/x.md", cwd=runs)
    assert "cannot write 'no/x.md'" in complaint(gone, 2)


def test_calibrate(tmp_path: Path) -> None:
    """One scenario of a few studies: its table, on the screen and in a file; an unknown one is named."""
    arguments = ("calibrate", "--studies", "2", "--scenario", "one instance", "--out", "table.md")
    told = done(inside(*arguments, cwd=tmp_path))
    for shown in (told, (tmp_path / "table.md").read_text(encoding="utf-8")):
        assert re.search(r"^\| one instance[^|]*\| 1 x 10 \| willing \|", shown, re.MULTILINE)
    assert "there is no scenario 'nope'" in complaint(
        inside("calibrate", "--scenario", "nope", cwd=tmp_path), 2
    )


def test_outcomes_are_compacted_and_reported(runs: Path, tmp_path: Path) -> None:
    """In place of the run, the tables are the same; a mixture is refused, and so is a place that is taken."""
    told = done(inside("compact", str(runs / "tired"), "--out", "made", cwd=tmp_path))
    assert told.splitlines() == ["16 outcomes of 1 run written to made", "Next: cantwont report made"]
    as_csv = ("--format", "csv", "--table", "sizes", "--out", "-")
    expected = done(inside("report", str(runs / "tired"), *as_csv, cwd=tmp_path))
    assert done(inside("report", "made", *as_csv, cwd=tmp_path)) == expected
    assert done(inside("report", "made", cwd=tmp_path)).splitlines()[-1] == "written: made/report.html"
    mixed = complaint(inside("report", "made", str(runs / "steady"), cwd=tmp_path), 2)
    assert "not both" in mixed
    assert "already" in complaint(inside("compact", str(runs / "tired"), "--out", "made", cwd=tmp_path), 2)
    none = complaint(
        inside("report", "made", *as_csv[:2], "--table", "trials", "--out", "-", cwd=tmp_path), 2
    )
    assert "only their numbers are known" in none
