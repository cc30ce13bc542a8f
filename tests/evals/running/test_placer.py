"""Sizes are found while asking: recorded, resumed, bounded, and told."""

import json
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.errors import SpecChanged, SpecError
from evals.plan.adaptive.ladder import BATCH, Rung
from evals.plan.adaptive.placing import Aim, Seen, decide
from evals.plan.remaining import survey, trials_of
from evals.plan.spec import Spec
from evals.record.exchange_log import Index
from evals.record.outcome import Outcome
from evals.record.placements import PLACEMENTS, placements
from evals.record.run import RunDirectory
from evals.replay.placement_check import placement_notes
from evals.simulated.respondents import Respondent
from evals.simulated.server import serve_in_thread
from tests.program import PROGRAM, complaint, done, environment, inside, outcome_rows, recorded
from tests.samples.runs import Watcher, asked, whole
from tests.servers.scripted import Body, scripted

pytestmark = pytest.mark.slow

RESPONDENTS = (
    Respondent("even", willing_50=60, error_rate=0.02),
    Respondent("tired", willing_50=20, insist_effect=32),
)


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with serve_in_thread(RESPONDENTS) as base_url:
        yield base_url


def spec(base_url: str, puzzle: dict[str, Any] | None = None, **changes: Any) -> Spec:
    chosen = {"name": "counting", "sizes": "auto", "width": 1.5, "max_steps": 512, **(puzzle or {})}
    plain: dict[str, Any] = {
        "models": ["sim/even"],
        "puzzles": [chosen],
        "endpoints": {"sim": {"base_url": base_url}},
        "concurrency": 1,
        "max_retries": 0,
    }
    return Spec.load(None, plain | changes, {})


def replies(run: Path) -> Counter[str]:
    return Counter(row["trial"] for row in recorded(run) if row["kind"] == "reply")


@pytest.fixture(scope="module")
def undisturbed(served: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that found its sizes."""
    path = tmp_path_factory.mktemp("auto") / "run"
    whole(spec(served), path)
    return path


def test_decisions_are_recorded(undisturbed: Path) -> None:
    """Each follows from what its own line says was known, and has exactly its trials in the record."""
    run = RunDirectory.open(undisturbed)
    decided = placements(run)
    steps = {size: size for size in decided[0].sizes}  # counting to n takes n steps
    for placement in decided:
        rungs = [Rung(size, steps[size]) for size in placement.sizes]
        known = {each.size: each for each in placement.seen}
        seen = [
            Seen(**known[rung.size].model_dump(exclude={"size"})) if rung.size in known else Seen()
            for rung in rungs
        ]
        again = decide(rungs, seen, Aim(placement.width, placement.max_trials))
        assert (None if again.rung is None else rungs[again.rung].size) == placement.size
        assert again.why == placement.why
    assert decided[-1].why == "reached"
    asked_for = Counter[int]()
    for placement in decided:
        if placement.size is not None:
            asked_for[placement.size] += placement.count
    rows = [row["what"]["instance"]["parameters"]["size"] for row in recorded(undisturbed)]
    assert Counter(rows) == asked_for
    assert set(replies(undisturbed).values()) == {1}
    assert trials_of(run) == len(rows)


def test_given_again(served: str, undisturbed: Path) -> None:
    """It asks nothing; what it had found is told again."""
    _, summary = asked(spec(served), undisturbed)
    assert (summary.asked, summary.left) == (0, 0)
    assert "each horizon is known to within about 1.5 doublings" in summary.found[0]
    left = survey(
        spec(served),
        Index.of(RunDirectory.open(undisturbed)),
        None,
        placements(RunDirectory.open(undisturbed)),
    )
    assert left.found_later == {"sim/even": 0}
    assert left.estimates == []


class Broken(Exception):
    """Something that ends a run at once."""


class Breaks(Watcher):
    """Ends the run in the middle, after so many trials."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def finished(self, model: str, outcome: Outcome | None) -> None:
        super().finished(model, outcome)
        if len(self.ended) >= self._after:
            raise Broken


def test_broken_off_at_any_moment(served: str, undisturbed: Path, tmp_path: Path) -> None:
    """What was decided is taken up, and in the end the decisions and outcomes are those of a run undisturbed.

    So they are where a power cut has taken decisions: they follow from the answers.
    """
    path = tmp_path / "run"
    for after in (1, BATCH - 1, BATCH, 13):
        with pytest.raises(Broken):
            asked(spec(served), path, Breaks(after))
    lines = (path / PLACEMENTS).read_bytes().splitlines(keepends=True)
    (path / PLACEMENTS).write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    whole(spec(served), path)
    assert (path / PLACEMENTS).read_bytes() == (undisturbed / PLACEMENTS).read_bytes()
    assert outcome_rows(path) == outcome_rows(undisturbed)
    assert set(replies(path).values()) == {1}


def test_killed(tmp_path: Path) -> None:
    """With many requests under way, killed and started again, no trial is doubled or lost."""
    with serve_in_thread(RESPONDENTS, latency=0.05) as base_url:
        command = ["run", "--sim", base_url, "--model", "sim/tired", "--puzzle", "copying:auto"]
        command += ["--concurrency", "12", "--out", "run"]
        process = subprocess.Popen(
            [*PROGRAM, *command], cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL
        )
        record = tmp_path / "run" / "exchanges.jsonl"
        while not record.exists() or record.read_bytes().count(b"\n") < 25:
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = (tmp_path / "run" / PLACEMENTS).read_bytes()
        told = done(inside(*command, cwd=tmp_path))
    assert "sim/tired, copying, list: " in told
    run = RunDirectory.open(tmp_path / "run")
    assert (run.path / PLACEMENTS).read_bytes().startswith(before[: before.rfind(b"\n")])
    assert set(replies(run.path).values()) == {1}
    assert len(replies(run.path)) == sum(placement.count for placement in placements(run))


def test_arms_and_models_apart(served: str, tmp_path: Path) -> None:
    """Where a model stops before it errs, that is said, with the arm that tells more of its ability."""
    run, summary = asked(
        spec(served, models=["sim/even", "sim/tired"], arms=["list", "insist"], concurrency=16),
        tmp_path / "run",
    )
    assert summary.left == 0
    assert len(summary.found) == 4
    plain = next(told for told in summary.found if told.startswith("sim/tired, counting, list"))
    assert "stops so much sooner than it errs" in plain
    assert "asked with arm insist too" in plain
    sizes: dict[tuple[str, str], set[int]] = {}
    for placement in placements(run):
        if placement.size is not None:
            sizes.setdefault((placement.model, placement.arm), set()).add(placement.size)
    assert min(sizes["sim/tired", "list"]) < 20 < max(sizes["sim/tired", "insist"])


def test_bounded(served: str, tmp_path: Path) -> None:
    """By the most trials, the longest task, what fits into an answer, and what may be spent."""
    most = {"name": "copying", "width": 0.1, "max_trials": 40, "max_steps": 64}
    run, summary = asked(spec(served, most, concurrency=32), tmp_path / "most")
    assert (summary.asked, summary.left) == (40, 0)
    assert "max_trials" in summary.found[0]
    assert max(placements(run)[0].sizes) <= 64
    tight = spec(served, sampling={"max_tokens": 100}, limits={"max_tokens_total": 8000})
    run, summary = asked(tight, tmp_path / "tight")
    assert 10 < max(placements(run)[0].sizes) <= 64
    assert summary.limit is not None
    assert summary.left >= BATCH
    _, none = asked(spec(served, limits={"max_tokens_total": 10}), tmp_path / "none")
    assert none.asked == 0
    assert "no size fits" in none.found[0]


def test_a_narrower_width(served: str, undisturbed: Path, tmp_path: Path) -> None:
    """Another aim is another spec; extended, the run goes on from what it has."""
    path = tmp_path / "run"
    whole(spec(served), path)
    before = replies(path)
    wanted = spec(served, {"width": 1.2})
    with pytest.raises(SpecChanged, match="width"):
        asked(wanted, path)
    _, summary = asked(wanted, path, extend=True)
    assert summary.asked == len(replies(path)) - len(before)
    assert before <= replies(path)


def test_given_up(tmp_path: Path) -> None:
    """A model that cannot be asked ends the run, however many trials there might have been."""

    def reply(_: Body) -> tuple[int, Body]:
        return 401, {"error": {"message": "no such key"}}

    with scripted(reply) as address:
        _, summary = asked(spec(address, models=["sim/m"]), tmp_path / "run")
    assert summary.stopped == {"sim/m"}
    assert (summary.asked, summary.failed) == (0, 1)
    assert summary.left >= BATCH


def test_command(served: str, tmp_path: Path) -> None:
    """`name:auto` says it on the command line; a dry run says how many trials there are at most."""
    command = ("run", "--sim", served, "--model", "sim/even", "--puzzle", "hanoi:auto", "--out", "run")
    told = done(inside(*command, "--dry-run", cwd=tmp_path))
    assert "at most 400 trials" in told
    assert not (tmp_path / "run").exists()
    assert "goes with sizes that are given" in complaint(inside(*command, "--repeats", "3", cwd=tmp_path), 2)


def test_decisions_are_made_again_by_replay(undisturbed: Path, tmp_path: Path) -> None:
    """As they were; one that would be another today is a note, which a strict check fails on."""
    run = tmp_path / "run"
    shutil.copytree(undisturbed, run)
    assert list(placement_notes(RunDirectory.open(run))) == []
    done(inside("replay", run, "--strict", cwd=tmp_path))
    rows = [json.loads(line) for line in (run / PLACEMENTS).read_text().splitlines()]
    rows[2]["size"] = next(size for size in rows[2]["sizes"] if size != rows[2]["size"])
    rows[-1]["why"] = "max_trials"
    (run / PLACEMENTS).write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    told = list(placement_notes(RunDirectory.open(run)))
    assert len(told) == 2
    assert told[0].startswith("decision 3 (sim/even, counting, list) was size ")
    assert "was to ask no more (max_trials) and would be" in told[1]
    assert inside("replay", run, "--check", cwd=tmp_path).returncode == 0
    assert inside("replay", run, "--strict", cwd=tmp_path).returncode == 1


def pushed(base_url: str, model: str, push: str | None = "insist", arms: tuple[str, ...] = ("list",)) -> Spec:
    chosen = {"width": 1.0, "max_trials": 120} | ({} if push is None else {"push": push})
    return spec(base_url, chosen, models=[f"sim/{model}"], arms=arms)


def test_a_push_is_asked_where_a_model_stops_too_soon(served: str, tmp_path: Path) -> None:
    """With sizes of its own, decisions of its own, and only then; a run that went without goes on with it."""
    run = tmp_path / "run"
    whole(pushed(served, "tired", None), run)
    assert {row["what"]["arm"] for row in recorded(run) if row["kind"] == "reply"} == {"list"}
    assert placements(RunDirectory.open(run))[-1].why == "stops_first"
    told = asked(pushed(served, "tired"), run, extend=True)[1].found
    arms = Counter(placement.arm for placement in placements(RunDirectory.open(run)))
    assert arms["insist"] > 5
    assert len(told) == 2
    assert told[0].endswith("it is asked with arm insist too, which tells more of that")
    assert told[1].startswith("sim/tired, counting, insist: ")
    assert RunDirectory.open(run).manifest.arms.keys() == {"list", "insist"}
    assert list(placement_notes(RunDirectory.open(run))) == []
    before = replies(run)
    asked(pushed(served, "tired"), run)
    assert replies(run) == before
    assert survey(
        pushed(served, "tired"), Index.of(RunDirectory.open(run)), decided=placements(RunDirectory.open(run))
    ).found_later == {"sim/tired": 0}


def test_a_push_is_not_asked_where_it_is_not_needed(served: str, tmp_path: Path) -> None:
    """A model whose ability is seen without is asked nothing more, and nothing is told of a push."""
    whole(pushed(served, "even"), tmp_path / "with")
    whole(pushed(served, "even", None), tmp_path / "without")
    assert replies(tmp_path / "with") == replies(tmp_path / "without")
    assert "insist" not in (tmp_path / "with" / PLACEMENTS).read_text()


def test_a_push_that_is_among_the_arms_is_asked_once(served: str, tmp_path: Path) -> None:
    """As the line that it is anyway."""
    both = ("list", "insist")
    whole(pushed(served, "tired", arms=both), tmp_path / "with")
    whole(pushed(served, "tired", None, both), tmp_path / "without")
    assert replies(tmp_path / "with") == replies(tmp_path / "without")


@pytest.mark.parametrize(
    ("puzzle", "told"),
    [
        ({"push": "list"}, "the arm 'list' does not push"),
        ({"push": "instist"}, "insist"),
        (
            {"sizes": [3], "width": None, "max_steps": None, "push": "insist"},
            "'push' goes with sizes = 'auto'",
        ),
    ],
)
def test_a_push_that_makes_no_sense_is_refused(puzzle: dict[str, Any], told: str) -> None:
    chosen = {"name": "counting", "sizes": "auto"} | puzzle
    given = {name: value for name, value in chosen.items() if value is not None}
    with pytest.raises(SpecError, match=told):
        Spec.load(None, {"models": ["http://127.0.0.1:9/v1#m"], "puzzles": [given]}, {})
