"""Shards asked as runs of their own, and merged: the same outcomes as those of one run."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evals.errors import RunError, SpecChanged, SpecError
from evals.plan.flags import shard
from evals.plan.grid import cells, trials
from evals.plan.spec import Spec
from evals.record.exchange import Exchange
from evals.record.outcome import Outcome
from evals.record.run import EXCHANGES, RunDirectory, Shard
from evals.record.trial import Trial
from evals.replay import derive
from evals.replay.finish import finish
from evals.replay.replay import replay
from evals.running.run import make_or_continue
from evals.scale.merge import merge
from evals.simulated.server import serve_in_thread
from tests.samples.runs import asked, whole

OF = 3


@pytest.fixture(scope="module")
def spec() -> Any:
    with serve_in_thread() as base_url:
        yield Spec.load(
            None,
            {
                "models": ["sim/tired", "sim/careless"],
                "puzzles": [{"name": "hanoi", "sizes": [3, 6]}, {"name": "counting", "sizes": [4, 64]}],
                "arms": ["list", "nudge:k=2"],
                "repeats": 3,
                "endpoints": {"sim": {"base_url": base_url, "simulated": True}},
            },
            {},
        )


@pytest.fixture(scope="module")
def shards(spec: Spec, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Each asked, the second in two goes."""
    folder = tmp_path_factory.mktemp("shards")
    paths = [folder / str(number) for number in range(OF)]
    for number, path in enumerate(paths):
        whole(spec.sharded(Shard(number, OF)), path)
    return paths


@pytest.fixture(scope="module")
def unsharded(spec: Spec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "run"
    whole(spec, path)
    return path


def outcomes(path: Path) -> list[str]:
    return (path / "outcomes.jsonl").read_text().splitlines()[1:]


def test_the_whole_is_the_sum_of_its_shards(shards: list[Path], unsharded: Path, tmp_path: Path) -> None:
    """Every trial once, in any order of the shards, and replay finds nothing changed."""
    parts = [outcomes(path) for path in shards]
    assert all(parts)
    assert sorted(line for part in parts for line in part) == outcomes(unsharded)
    made = merge([shards[2], shards[0], shards[1]], tmp_path / "all")
    assert (made.shards, made.of, made.missing, made.damaged) == (OF, OF, (), ())
    assert outcomes(tmp_path / "all") == outcomes(unsharded)
    run = RunDirectory.open(tmp_path / "all")
    assert run.manifest.shard is None
    assert replay(run).same


def test_a_merged_run_goes_on_like_any_other(spec: Spec, shards: list[Path], tmp_path: Path) -> None:
    """What a missing shard would have asked, the merged run asks; then nothing is missing."""
    merge(shards[:2], tmp_path / "run", partial=True)
    run, summary = asked(spec, tmp_path / "run")
    finish(run)
    assert summary.asked == len(outcomes(shards[2]))
    assert len(outcomes(tmp_path / "run")) == sum(len(outcomes(path)) for path in shards)


def test_a_shard_goes_on_as_itself(spec: Spec, shards: list[Path]) -> None:
    """And as no other, nor as the whole."""
    _, summary = asked(spec.sharded(Shard(1, OF)), shards[1])
    assert summary.asked == 0
    for other in (spec.sharded(Shard(0, OF)), spec.sharded(Shard(1, 4)), spec):
        with pytest.raises(SpecChanged, match="shard: was 2/3"):
            make_or_continue(other, shards[1])


def test_what_is_missing_is_named(shards: list[Path], tmp_path: Path) -> None:
    """Nothing is made without `partial`; with it the command that asks the rest is told."""
    with pytest.raises(RunError, match=r"shards 2/3 are missing"):
        merge([shards[0], shards[2]], tmp_path / "run")
    assert not (tmp_path / "run").exists()
    made = merge([shards[0], shards[2]], tmp_path / "run", partial=True)
    assert any("--shard 2/3" in line for line in made.describe())


def test_damaged_shards_are_named_and_the_rest_merges(shards: list[Path], tmp_path: Path) -> None:
    """A broken row, a manifest that is none, a row of another shard; a torn last row is no damage."""
    copies = []
    for number, path in enumerate(shards):
        copies.append(tmp_path / f"copy-{number}")
        copies[-1].mkdir()
        for name in ("run.json", EXCHANGES):
            (copies[-1] / name).write_bytes((path / name).read_bytes())
    rows = (copies[0] / EXCHANGES).read_bytes().splitlines(keepends=True)
    (copies[0] / EXCHANGES).write_bytes(b"".join(rows[:1]) + b"{broken\n" + b"".join(rows[1:]))
    with (copies[2] / EXCHANGES).open("ab") as file:
        file.write(b'{"schema":1,"kind":"reply","tri')
    with pytest.raises(RunError, match="shard 1/3 is damaged"):
        merge(copies, tmp_path / "none")
    made = merge(copies, tmp_path / "some", partial=True)
    assert (made.shards, made.missing, len(made.damaged)) == (2, (1,), 1)
    (copies[1] / EXCHANGES).write_bytes(b"".join(rows))
    (copies[2] / "run.json").write_text("{")
    with pytest.raises(RunError, match=r"(?s)run\.json.*shard 2/3 is damaged.*not of shard 2/3"):
        merge(copies[1:], tmp_path / "none")


def test_what_differs_is_named(shards: list[Path], unsharded: Path, tmp_path: Path) -> None:
    """Other specs, versions or adaptations; a shard twice; another number of shards; no shard at all."""

    def edited(name: str, **changes: Any) -> Path:
        path = tmp_path / name
        path.mkdir()
        (path / EXCHANGES).write_bytes((shards[1] / EXCHANGES).read_bytes())
        manifest = json.loads((shards[1] / "run.json").read_text())
        for key, value in changes.items():
            manifest[key] = value(manifest[key])
        (path / "run.json").write_text(json.dumps(manifest))
        return path

    others = {
        "repeats": edited("a", spec=lambda spec: {**spec, "asked": {**spec["asked"], "repeats": 2}}),
        "puzzle 'hanoi' was version": edited("b", puzzles=lambda known: {**known, "hanoi": 99}),
        "adapted otherwise": edited("c", adaptations=lambda _: {"sim": {"tired": {"drops": ["seed"]}}}),
        "shard 2/7": edited("d", shard=lambda _: {"number": 1, "of": 7}),
    }
    adapted = edited(
        "first", adaptations=lambda _: {"sim": {"tired": {}}}, shard=lambda _: {"number": 0, "of": 3}
    )
    for told, path in others.items():
        with pytest.raises(RunError, match=told):
            merge([adapted, path], tmp_path / "none")
    with pytest.raises(RunError, match="both shard 1/3"):
        merge([shards[0], shards[0]], tmp_path / "none")
    with pytest.raises(RunError, match="is no shard"):
        merge([unsharded], tmp_path / "none")
    with pytest.raises(RunError, match="no shard to merge"):
        merge([], tmp_path / "none")


def test_a_merge_that_breaks_off_leaves_nothing(
    shards: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the same command merges, whatever it was."""
    made: list[Trial] = []

    def breaking(trial: Trial, rows: Sequence[Exchange]) -> Outcome:
        made.append(trial)
        if len(made) == 5:
            raise KeyboardInterrupt
        return derive.outcome(trial, rows)

    with monkeypatch.context() as patched:
        patched.setattr("evals.scale.merge.outcome", breaking)
        with pytest.raises(KeyboardInterrupt):
            merge(shards, tmp_path / "run")
    assert not (tmp_path / "run").exists()
    assert merge(shards, tmp_path / "run").shards == OF


def test_a_trial_without_its_end_is_merged(spec: Spec, shards: list[Path], tmp_path: Path) -> None:
    """Of a conversation that was cut short all rows are copied, and replay labels it as its shard did."""
    cut = tmp_path / "cut"
    cut.mkdir()
    (cut / "run.json").write_bytes((shards[0] / "run.json").read_bytes())
    rows = (shards[0] / EXCHANGES).read_bytes().splitlines(keepends=True)
    ends = [row for row in rows if json.loads(row)["kind"] == "end"]
    assert ends
    (cut / EXCHANGES).write_bytes(b"".join(row for row in rows if row not in ends)[:-1])
    finish(RunDirectory.open(cut))
    made = merge([cut, *shards[1:]], tmp_path / "run")
    assert made.rows == sum(len((path / EXCHANGES).read_bytes().splitlines()) for path in (cut, *shards[1:]))
    copied = [
        (cut / EXCHANGES).read_bytes() + b"\n",
        *((path / EXCHANGES).read_bytes() for path in shards[1:]),
    ]
    assert (tmp_path / "run" / EXCHANGES).read_bytes() == b"".join(copied)
    assert set(outcomes(cut)) < set(outcomes(tmp_path / "run"))
    assert replay(RunDirectory.open(tmp_path / "run")).same


def test_each_shard_asks_its_own(spec: Spec) -> None:
    """The ids of a cell are those of its trials, and no trial is of two shards or of none."""
    ids: list[str] = []
    for number in range(OF):
        for cell in cells(spec.sharded(Shard(number, OF)), spec.models_at()):
            assert list(cell.ids()) == [trial.id for trial in cell.trials()]
            assert cell.count == len(list(cell.ids()))
            ids += cell.ids()
    assert sorted(ids) == sorted(trial.id for trial in trials(spec, spec.models_at()))


def test_which_shard() -> None:
    """By hand, of a Slurm array that begins anywhere, or of an indexed job; else all."""
    slurm = {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "4"}
    job = {"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "8"}
    assert shard("3/16", slurm) == Shard(2, 16)
    assert shard(None, slurm) == Shard(2, 4)
    assert shard(None, job) == Shard(0, 8)
    assert shard("whole", slurm) == shard(None, {}) == Shard()
    for given in ("0/3", "4/3", "3", "a/b", "1/0", "1/100001", "-1/3", "1/3 "):
        with pytest.raises(SpecError, match="--shard"):
            shard(given, {})
    for broken in (
        {**slurm, "SLURM_ARRAY_TASK_COUNT": ""},
        {"JOB_COMPLETION_INDEX": "3"},
        {**job, "JOB_COMPLETIONS": "0"},
    ):
        with pytest.raises(SpecError, match="--shard"):
            shard(None, broken)


def test_sizes_found_while_asking_are_not_asked_by_shard(spec: Spec) -> None:
    """They hang on all answers before, and that is said."""
    auto = Spec.load(
        None,
        {
            "models": list(spec.models),
            "puzzles": [{"name": "hanoi", "sizes": "auto"}],
            "endpoints": spec.endpoints,
        },
        {},
    )
    with pytest.raises(SpecError, match="while asking"):
        auto.sharded(Shard(0, 2))
