"""A spec that asks more than was recorded is told what is missing, and what is nearest to it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.errors import EndpointError, SpecError
from evals.record.run import RunDirectory
from evals.replay.check import CheckResult, MissingTrials, with_spec
from evals.replay.finish import finish
from tests.samples.committed_runs import SPEC, TRIALS, committed


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return committed(tmp_path_factory.mktemp("spec") / "run")


@pytest.fixture
def asking(run: Path, tmp_path: Path) -> Callable[[str], MissingTrials]:
    """What a spec asks beyond the run."""

    def found(spec: str) -> MissingTrials:
        file = tmp_path / "spec.toml"
        file.write_text(spec)
        checked = with_spec(CheckResult.of([RunDirectory.open(run)]), file)
        assert checked.unrecorded is not None
        assert checked.failed() == bool(checked.unrecorded.gaps)
        return checked.unrecorded

    return found


def test_the_same_spec(asking: Callable[[str], MissingTrials]) -> None:
    """Nothing is missing, nothing is said, and the simulated server needs no address: nobody asks it."""
    same = asking(SPEC)
    assert (same.asked, same.missing, same.unasked) == (TRIALS, 0, 0)
    assert list(same.describe()) == []


def test_a_new_size(asking: Callable[[str], MissingTrials], run: Path, tmp_path: Path) -> None:
    """The nearest trial is that of the nearest size; the command that asks is named."""
    found = asking(SPEC.replace("sizes = [3, 7, 9]", "sizes = [3, 7, 9, 10]"))
    first, *gaps, last = found.describe()
    assert first == f"spec {str(tmp_path / 'spec.toml')!r} asks 48 trials, of which 8 have no recorded reply:"
    assert len(gaps) == 4
    assert gaps[0].startswith("    sim/steady, list, hanoi: 2 of 8; nearest is trial ")
    assert gaps[0].endswith(": size was 9, is 10")
    assert last == f"To ask them: cantwont run --spec {tmp_path / 'spec.toml'} --out {run} --extend"


@pytest.mark.parametrize(
    ("before", "after", "gaps", "told"),
    [
        ("max_tokens = 32000", "max_tokens = 16000", 8, "sampling.max_tokens was 32000, is 16000"),
        ("max_tokens = 32000", "temperature = 0.5", 8, "sampling.temperature was not given, is 0.5; "),
        ('"sim/tired"]', '"sim/careless"]', 4, "model was 'steady', is 'careless'"),
        ('"insist"]', '"insist", "algorithm"]', 4, "arm was 'list', is 'algorithm'"),
        ("repeats = 2", "repeats = 3", 8, "repeat was 1, is 2"),
        ("sizes = [3, 7, 9]", "sizes = [3, 7, 9]\nparameters = {base = 1}", 4, "base was 0, is 1"),
    ],
)
def test_another_spec(
    asking: Callable[[str], MissingTrials], before: str, after: str, gaps: int, told: str
) -> None:
    """The fields that differ from the nearest trial are named, with what they were and are."""
    found = asking(SPEC.replace(before, after))
    assert len(found.gaps) == gaps
    assert any(told in str(gap) for gap in found.gaps), [str(gap) for gap in found.gaps]


def test_a_smaller_spec(asking: Callable[[str], MissingTrials]) -> None:
    """What is recorded and no longer asked is said, and is no gap."""
    found = asking(SPEC.replace("sizes = [3, 7, 9]", "sizes = [3]"))
    assert (found.missing, found.unasked) == (0, 16)
    assert [line for line in found.describe() if "does not ask 16 of the recorded trials" in line]


def test_a_hostile_value(asking: Callable[[str], MissingTrials]) -> None:
    """Names from a spec steer no terminal."""
    found = asking(SPEC.replace('"sim/tired"]', '"sim/\\u001b[2J"]'))
    assert all(line.isprintable() for line in found.describe())
    assert any(r"model was 'steady', is '\x1b[2J'" in line for line in found.describe())


def test_a_trial_without_a_reply(run: Path, tmp_path: Path) -> None:
    """It is missing, too, and said to be the same."""
    path = shutil.copytree(run, tmp_path / "run")
    rows = [json.loads(line) for line in (path / "exchanges.jsonl").read_text().splitlines()]
    rows[0] |= {"kind": "attempt", "error": "HTTP 500"}
    del rows[0]["reply"]
    (path / "exchanges.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    finish(RunDirectory.open(path))
    (tmp_path / "spec.toml").write_text(SPEC)
    checked = with_spec(CheckResult.of([RunDirectory.open(path)]), tmp_path / "spec.toml")
    assert checked.unrecorded is not None
    [gap] = checked.unrecorded.gaps
    assert str(gap).endswith(f": 1 of 6; nearest is trial {rows[0]['trial']}: the same, but it has no reply")
    assert checked.failed()


def test_an_empty_run(run: Path, tmp_path: Path) -> None:
    """Where nothing is recorded, nothing is near."""
    path = shutil.copytree(run, tmp_path / "run")
    (path / "exchanges.jsonl").write_bytes(b"")
    finish(RunDirectory.open(path))
    (tmp_path / "spec.toml").write_text(SPEC)
    checked = with_spec(CheckResult.of([RunDirectory.open(path)]), tmp_path / "spec.toml")
    assert checked.unrecorded is not None
    assert str(checked.unrecorded.gaps[0]) == "sim/steady, list, hanoi: 6 of 6"


def test_what_cannot_be_asked(asking: Callable[[str], MissingTrials]) -> None:
    """An unknown endpoint is an error here as it is for `run`."""
    with pytest.raises(EndpointError, match="endpoint 'nope' is not known"):
        asking(SPEC.replace("sim/tired", "nope/m"))


def test_one_run_only(run: Path, tmp_path: Path) -> None:
    """A spec belongs to one run, which `run --extend` can fill."""
    (tmp_path / "spec.toml").write_text(SPEC)
    with pytest.raises(SpecError, match="--spec goes with one run, and 2 are given"):
        with_spec(CheckResult.of([RunDirectory.open(run), RunDirectory.open(run)]), tmp_path / "spec.toml")
