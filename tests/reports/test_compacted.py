"""Outcomes in Parquet, or their counts: the same report as of the runs, joined over machines."""

import json
from pathlib import Path

import pandas as pd
import pytest

from evals.errors import CorruptRecord, RunError
from evals.plan.spec import Spec
from evals.record.run import RunDirectory, Shard
from evals.replay.finish import finish
from evals.simulated.server import serve_in_thread
from reports import compacted
from reports.analyses.all_measures import TABLES, Measured
from reports.compacted import HEADER, Compacted, compact, joined_tables
from reports.frame import TEXT, FrameError
from reports.load import load
from reports.report import Format, Report
from tests.samples.runs import whole

pytestmark = pytest.mark.slow

OF = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, and its shards in a folder of the same name, and another run."""
    made = tmp_path_factory.mktemp("runs")
    with serve_in_thread() as base_url:
        given = {
            "models": ["sim/tired", "sim/careless"],
            "puzzles": [{"name": "hanoi", "sizes": [3, 6]}, {"name": "counting", "sizes": [4, 64]}],
            "arms": ["list", "insist", "nudge:k=2"],
            "repeats": 3,
            "endpoints": {"sim": {"base_url": base_url, "simulated": True}},
            "prices": {"sim/tired": {"input": 1, "output": 2, "currency": "EUR"}},
        }
        spec = Spec.load(None, given, {})
        whole(spec, made / "study")
        for number in range(OF):
            whole(spec.sharded(Shard(number, OF)), made / "shards" / "study" / f"shard-{number}")
        whole(Spec.load(None, given | {"models": ["sim/careless"], "seed": 1}, {}), made / "other")
    return made


def run(path: Path) -> RunDirectory:
    return RunDirectory.open(path)


def assert_same(one: Measured, other: Measured) -> None:
    for name in TABLES:
        if name != "trials":
            pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-9, obj=name)


@pytest.mark.parametrize("counts", [False, True])
def test_a_report_of_what_was_compacted_is_that_of_the_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, counts: bool
) -> None:
    """All tables, and the page without transcripts; whatever fits into memory at once."""
    monkeypatch.setattr(compacted, "_CHUNK", 7)
    made = compact([run(folder / "study"), run(folder / "other")], tmp_path / "out", counts=counts)
    assert made == Compacted.open(tmp_path / "out")
    assert [one.name for one in made.runs] == ["study", "other"]
    shown = Report.of_compacted([made])
    expected = Report.of([run(folder / "study"), run(folder / "other")])
    assert_same(shown.measured, expected.measured)
    assert shown.notes == expected.notes
    assert shown.markdown() == expected.markdown()
    assert "<h2" in shown.page()
    with pytest.raises(FrameError, match="only their numbers are known"):
        shown.text(Format.CSV, "trials")


@pytest.mark.parametrize("counts", [False, True])
def test_shards_compacted_on_their_own_machines_join(folder: Path, tmp_path: Path, *, counts: bool) -> None:
    """Under the name of the folder they stand in; in any order."""
    made = [
        compact([run(folder / "shards" / "study" / f"shard-{at}")], tmp_path / str(at), counts=counts)
        for at in (2, 0, 1)
    ]
    assert {one.name for each in made for one in each.runs} == {"study"}
    assert_same(Measured.of(joined_tables(made)), Measured.of(load(folder / "study")))
    assert "not finished" not in " ".join(Report.of_compacted(made).notes)
    with pytest.raises(RunError, match="the run 'study' is there twice"):
        joined_tables([*made, made[0]])


def test_runs_of_one_name_are_told_apart_by_another(folder: Path, tmp_path: Path) -> None:
    first = compact([run(folder / "study")], tmp_path / "first")
    with pytest.raises(RunError, match="--name"):
        joined_tables([first, compact([run(folder / "other")], tmp_path / "second", name="study")])
    other = compact([run(folder / "study")], tmp_path / "third", name="again")
    assert joined_tables([first, other])["count"].sum() == 2 * sum(one.trials for one in first.runs)


def test_stale_outcomes_are_derived_again(folder: Path, tmp_path: Path) -> None:
    """As a report does; nothing is written beside the run."""
    path = folder / "other"
    stored = (path / "outcomes.jsonl").read_bytes()
    expected = compact([run(path)], tmp_path / "first").table()
    try:
        (path / "outcomes.jsonl").unlink()
        pd.testing.assert_frame_equal(compact([run(path)], tmp_path / "second").table(), expected)
        assert not (path / "outcomes.jsonl").exists()
    finally:
        finish(run(path))
    assert (path / "outcomes.jsonl").read_bytes() == stored


def test_what_is_there_stays(folder: Path, tmp_path: Path) -> None:
    """An occupied place, and a run without an outcome, leave everything as it was."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="there is something at"):
        compact([run(folder / "other")], tmp_path / "taken")
    assert [file.name for file in (tmp_path / "taken").iterdir()] == ["mine.txt"]
    empty = RunDirectory.create(tmp_path / "empty", run(folder / "other").manifest)
    with pytest.raises(RunError, match="nothing is recorded"):
        compact([empty], tmp_path / "out")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty", "taken"]


def test_damage_is_told_in_a_line(folder: Path, tmp_path: Path) -> None:
    """A file that is missing, torn, of another kind, or a header of anything."""
    made = compact([run(folder / "study")], tmp_path / "out")
    files = sorted((tmp_path / "out").rglob("*.parquet"))
    whole_file = files[0].read_bytes()
    for damaged in (
        b"",
        b"PAR1",
        whole_file[:-20],
        b"x" * 500,
        whole_file[:40] + bytes(60) + whole_file[100:],
    ):
        files[0].write_bytes(damaged)
        with pytest.raises(RunError, match=r"cannot read the outcomes in|outcomes are there of"):
            made.table()
    pd.DataFrame({"run": ["study"]}).to_parquet(files[0])
    with pytest.raises(RunError, match="cannot read the outcomes in"):
        made.table()
    files[0].unlink()
    with pytest.raises(RunError, match="outcomes are there of"):
        made.table()
    header = tmp_path / "out" / HEADER
    kept = json.loads(header.read_text())
    for text in ("", "[]", "{", json.dumps(kept | {"runs": [{}]}), json.dumps(kept | {"schema": "x"})):
        header.write_text(text)
        with pytest.raises(CorruptRecord):
            Compacted.open(tmp_path / "out")


def test_a_folder_opens_no_other_file(folder: Path, tmp_path: Path) -> None:
    """A link out of it is not followed to what its sender should not see."""
    made = compact([run(folder / "other")], tmp_path / "out")
    file = next((tmp_path / "out").rglob("*.parquet"))
    aside = tmp_path / "aside.parquet"
    aside.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(aside)
    with pytest.raises(RunError, match="cannot read the outcomes in"):
        made.table()


def test_rules_that_differ_do_not_mix(folder: Path, tmp_path: Path) -> None:
    made = [compact([run(folder / "study")], tmp_path / name, name=name) for name in ("a", "b")]
    header = tmp_path / "b" / HEADER
    header.write_text(json.dumps(json.loads(header.read_text()) | {"labels": 1}))
    with pytest.raises(RunError, match="labelled by different rules"):
        joined_tables([made[0], Compacted.open(tmp_path / "b")])


def test_names_that_a_file_system_cannot_tell_apart_are(folder: Path, tmp_path: Path) -> None:
    """Each puzzle has files of its own, and none is written over another's."""
    rows = load(folder / "other")
    names = ["a b", "a_b", "A_B", "ä/b", "..", "x" * 300, "x" * 299 + "y", "\ud800"]
    several = pd.concat([rows.assign(puzzle=pd.array([name] * len(rows), dtype=TEXT)) for name in names])
    compacted.write_part(tmp_path / "outcomes", several, "1")
    assert len(list((tmp_path / "outcomes").glob("puzzle=*/part-1.parquet"))) == len(names)
    made = Compacted(tmp_path, (), holds_outcomes=True, labels=(0, ""))
    found = made._grouped()
    assert found["count"].sum() == len(several)
    assert found["puzzle"].nunique() == len(names)
