"""A shrunk run has a few trials of every kind, whole, and is the same every time."""

import gzip
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.errors import RunError
from evals.plan.spec import Spec
from evals.record.exchange import Exchange, Judging, RowKind
from evals.record.exchange_log import Recorder, exchanges
from evals.record.outcome import Outcome
from evals.record.outcome_file import read_outcomes
from evals.record.run import RunDirectory
from evals.replay.open_runs import open_runs
from evals.replay.replay import check, replay
from evals.replay.shrink import shrink
from evals.simulated.server import serve_in_thread
from tests import ROOT
from tests.program import complaint, done, inside
from tests.samples.committed_runs import SPEC, TRIALS, committed
from tests.samples.runs import whole
from tests.servers.scripted import completion, scripted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return committed(tmp_path_factory.mktemp("original") / "run")


def kind(outcome: Outcome) -> tuple[object, ...]:
    return outcome.model, outcome.puzzle, outcome.arm, outcome.size, outcome.label


def rows(path: Path) -> list[bytes]:
    plain, zipped = path / "exchanges.jsonl", path / "exchanges.jsonl.gz"
    return (plain.read_bytes() if plain.exists() else gzip.decompress(zipped.read_bytes())).splitlines()


@pytest.mark.parametrize("keep", [1, 2, 9])
def test_a_few_of_every_kind(original: Path, tmp_path: Path, keep: int) -> None:
    """Of each kind so many trials are kept, or all there are, with the rows as they were."""
    before = Counter(map(kind, read_outcomes(RunDirectory.open(original))))
    shrunk = shrink(RunDirectory.open(original), tmp_path / "small", keep=keep)
    after = Counter(map(kind, read_outcomes(shrunk.run)))
    assert after == {name: min(count, keep) for name, count in before.items()}
    assert (shrunk.kept, shrunk.of) == (after.total(), TRIALS)
    assert set(rows(tmp_path / "small")) <= set(rows(original))
    assert check(tmp_path / "small") == ()


def test_it_is_the_same_every_time(original: Path, tmp_path: Path) -> None:
    """Whatever order the record has; and gzipping has no clock."""
    other = shutil.copytree(original, tmp_path / "other")
    (other / "exchanges.jsonl").write_bytes(b"".join(row + b"\n" for row in reversed(rows(original))))
    for name, path in (("one", original), ("two", original), ("three", other)):
        shrink(RunDirectory.open(path), tmp_path / name, zipped=True)
    for file in ("run.json", "exchanges.jsonl.gz", "outcomes.jsonl"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert set(rows(tmp_path / "three")) == set(rows(tmp_path / "one"))


def test_the_run_is_not_changed(original: Path, tmp_path: Path) -> None:
    """Nothing in the whole run is touched."""
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in original.iterdir()}
    shrink(RunDirectory.open(original), tmp_path / "small")
    assert before == {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in original.iterdir()}


def test_it_says_what_was_left_out(original: Path, tmp_path: Path) -> None:
    """The manifest is that of the run, and its history says that and how it was shrunk."""
    shrunk = shrink(RunDirectory.open(original), tmp_path / "small", keep=2)
    whole, small = RunDirectory.open(original).manifest, RunDirectory.open(tmp_path / "small").manifest
    assert small.extensions == [{"shrunk": {"kept": shrunk.kept, "of": TRIALS, "of_each_kind": 2}}]
    assert small.model_copy(update={"extensions": []}) == whole


def test_a_report_says_that_it_was_shrunk(original: Path, tmp_path: Path) -> None:
    """Above the figures; a run of which all was kept says nothing."""
    some = shrink(RunDirectory.open(original), tmp_path / "some", keep=1)
    shrink(RunDirectory.open(original), tmp_path / "all", keep=100)
    told = f"it was shrunk to {some.kept} of {TRIALS} trials, chosen by how they ended"
    assert told in done(inside("report", "some", cwd=tmp_path))
    assert told in done(inside("report", "some", "--format", "md", "--out", "-", cwd=tmp_path))
    assert told in (tmp_path / "some" / "report.html").read_text(encoding="utf-8")
    assert "shrunk" not in done(inside("report", "all", "--format", "md", "--out", "-", cwd=tmp_path))


def test_gzip(original: Path, tmp_path: Path) -> None:
    """The exchanges are smaller, hold the same, and are replayed as they are."""
    plain = shrink(RunDirectory.open(original), tmp_path / "plain")
    zipped = shrink(RunDirectory.open(original), tmp_path / "zipped", zipped=True)
    assert rows(tmp_path / "plain") == rows(tmp_path / "zipped")
    assert zipped.bytes < plain.bytes / 3
    assert (tmp_path / "plain" / "outcomes.jsonl").read_bytes() == (
        tmp_path / "zipped" / "outcomes.jsonl"
    ).read_bytes()
    assert check(tmp_path / "zipped") == ()
    assert not (tmp_path / "zipped" / "exchanges.jsonl").exists()


def test_whole_conversations(original: Path, tmp_path: Path) -> None:
    """Failed attempts before a reply, and what judges said of it, stay or go with their trial."""
    path = shutil.copytree(original, tmp_path / "run")
    first, *rest = exchanges(RunDirectory.open(path))
    (path / "exchanges.jsonl").unlink()
    (path / "outcomes.jsonl").unlink()
    failed = {"kind": RowKind.ATTEMPT, "reply": None, "error": "HTTP 500"}
    with Recorder(RunDirectory.open(path)) as recorder:
        for row in (first, *rest):
            recorder.append(row.model_copy(update=failed))
            recorder.append(row)
            recorder.append(judged(row))
    shrunk = shrink(RunDirectory.open(path), tmp_path / "small")
    trials = {outcome.trial for outcome in read_outcomes(shrunk.run)}
    counted = Counter(row.judge.of if row.judge else row.trial for row in exchanges(shrunk.run))
    assert counted == dict.fromkeys(trials, 3)
    assert shrunk.kept < TRIALS
    assert check(tmp_path / "small") == ()


def test_conversations_of_several_turns(tmp_path: Path) -> None:
    """All turns of a kept trial are there, and its end."""
    with scripted(lambda _: (200, completion("moves = [[1, 0, 2], ... and so on"))) as base_url:
        given: dict[str, Any] = {
            "models": ["mine/m"],
            "puzzles": [{"name": "hanoi", "sizes": [3, 4]}],
            "arms": ["nudge:k=1", "nudge:k=2"],
            "repeats": 3,
            "endpoints": {"mine": {"base_url": base_url}},
        }
        whole(Spec.load(None, given, {}), tmp_path / "run")
    shrunk = shrink(RunDirectory.open(tmp_path / "run"), tmp_path / "small")
    kinds = Counter((row.trial, row.kind) for row in exchanges(shrunk.run))
    assert shrunk.kept == 4
    assert sorted(count for (_, kind), count in kinds.items() if kind is RowKind.REPLY) == [2, 2, 3, 3]
    assert sum(count for (_, kind), count in kinds.items() if kind is RowKind.END) == 4
    assert check(tmp_path / "small") == ()


def judged(row: Exchange) -> Exchange:
    judging = Judging(of=row.trial, model="judge", endpoint="sim", codebook=1)
    said: dict[str, Any] = {"choices": [{"message": {"content": '{"label": "solved", "quote": ""}'}}]}
    return row.model_copy(
        update={"trial": judging.key, "judge": judging, "what": None, "reason": "judge", "reply": said}
    )


def test_a_torn_last_line(original: Path, tmp_path: Path) -> None:
    """It is left out; one that is whole and lacks its newline gets it."""
    torn = shutil.copytree(original, tmp_path / "torn")
    record = torn / "exchanges.jsonl"
    record.write_bytes(record.read_bytes().removesuffix(b"\n"))
    assert shrink(RunDirectory.open(torn), tmp_path / "whole", keep=9).kept == TRIALS
    assert rows(tmp_path / "whole") == rows(original)
    record.write_bytes(record.read_bytes() + b'\n{"schema":1,"ki')
    assert shrink(RunDirectory.open(torn), tmp_path / "cut", keep=9).kept == TRIALS
    assert rows(tmp_path / "cut") == rows(original)


def test_a_lone_surrogate_in_an_id(original: Path, tmp_path: Path) -> None:
    """Ids of imported answers are others' text, too."""
    path = shutil.copytree(original, tmp_path / "run")
    record = json.loads(rows(path)[0])
    record["trial"] = record["what"]["id"] = "\ud800"
    (path / "exchanges.jsonl").write_text(json.dumps(record) + "\n")
    assert shrink(RunDirectory.open(path), tmp_path / "small").kept == 1


PUZZLE = (ROOT / "tasks" / "puzzles" / "counting.py").read_text().replace('"counting"', '"mine"')


def test_a_puzzle_of_ones_own(tmp_path: Path) -> None:
    """Its file is named as seen from the new run."""
    (tmp_path / "mine.py").write_text(PUZZLE)
    spec = 'models = ["sim/steady"]\n[[puzzles]]\nname = "mine"\nfile = "mine.py"\nsizes = [3]\n'
    (tmp_path / "mine.toml").write_text(spec)
    with serve_in_thread() as base_url:
        done(inside("run", "--spec", "mine.toml", "--sim", base_url, "--out", "runs/mine", cwd=tmp_path))
    [run] = open_runs([tmp_path / "runs" / "mine"])
    shrink(run, tmp_path / "elsewhere" / "deep" / "small")
    [small] = open_runs([tmp_path / "elsewhere" / "deep" / "small"])
    assert small.manifest.spec["puzzle_paths"] == {"mine": "../../../mine.py"}
    assert replay(small).same


# --- the command


def test_the_command(original: Path, tmp_path: Path) -> None:
    """It says how much was kept and what to do next, and that works."""
    said = done(inside("shrink", original, "--out", "small", "--gzip", cwd=tmp_path))
    first, second = said.splitlines()
    assert first.endswith("kB of exchanges: small")
    assert f"of {TRIALS} trials kept" in first
    assert second == "Next: cantwont replay small --check"
    done(inside("replay", "small", "--check", cwd=tmp_path))
    (tmp_path / "spec.toml").write_text(SPEC)
    said = done(inside("replay", "small", "--spec", "spec.toml", cwd=tmp_path))
    assert "have no recorded reply" in said


def test_a_place_that_is_taken(original: Path, tmp_path: Path) -> None:
    """Nothing is written over."""
    with pytest.raises(RunError, match="there is a run at"):
        shrink(RunDirectory.open(original), original)
    (tmp_path / "file").touch()
    line = complaint(inside("shrink", original, "--out", "file", cwd=tmp_path), 2)
    assert "cannot make a run at 'file'" in line
