"""`cantwont view` on a folder of a million trials: indexing it, then listing and filtering, and the memory.

Goals: indexed within a minute, any page of a list answered within 300 ms, in at most 300 MiB. The folder
holds twenty runs, written as a run writes its own record and outcomes; `--trials` makes another number.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evals.record.exchange import Exchange, Message, RowKind
from evals.record.exchange_log import Recorder
from evals.record.outcome import Evidence, Label, Outcome
from evals.record.outcome_file import OUTCOMES, OutcomeBuffer, OutcomesHeader
from evals.record.run import Manifest, RunDirectory
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.run_index import RunIndex, Sort, TrialFilter
from tasks import Problem, puzzle

_RUNS = 20
_SIZES = (3, 4, 5, 6, 7, 8)
_ARMS = ("list", "insist")
_MODELS = ("small", "middle", "large")
_TEXT = "moves = [" + ", ".join("[1, 0, 2]" for _ in range(60)) + "]\nI stop here, since the rest follows."

_EVIDENCE = Evidence(turn=1, field="content", start=700, end=711, quote="I stop here", shows="declines")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="Keep the runs there, or use those that are there.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = asked.folder or Path(scratch) / "runs"
        begun, made = time.perf_counter(), 0
        for number in range(_RUNS):
            path = folder / f"run-{number:02}"
            if not (path / OUTCOMES).exists():
                shutil.rmtree(path, ignore_errors=True)
                make(path, number, asked.trials // _RUNS)
                made += asked.trials // _RUNS
        print(f"{made:,} trials written in {time.perf_counter() - begun:.0f} s", flush=True)
        index = Path(scratch) / "index.sqlite"
        for what in ("index", "ask", "show"):
            code = f"from benchmarks.viewer import {what}; {what}({str(folder)!r}, {str(index)!r})"
            subprocess.run([sys.executable, "-c", code], check=True)


def make(path: Path, number: int, trials: int) -> None:
    """Write one run."""
    manifest = Manifest(
        created=f"2026-11-{1 + number:02}T12:00:00+00:00",
        cantwont="0",
        spec={"endpoints": {"local": {"base_url": "http://127.0.0.1:9/v1"}}},
        puzzles={"hanoi": 2},
        arms=dict.fromkeys(_ARMS, 1),
    )
    run = RunDirectory.create(path, manifest)
    hanoi = puzzle("hanoi")
    problems = [Asked.of(Problem(hanoi, hanoi.generate({"size": size}))) for size in _SIZES]
    with Recorder(run) as recorder, OutcomeBuffer(run) as kept:
        for place in range(trials):
            asked = problems[place % len(problems)]
            trial = _trial(number, place, asked)
            recorder.append(_reply(trial))
            kept.add(_outcome(trial, asked, place))
        kept.write(OutcomesHeader.of(run, 4))


@dataclass(frozen=True, slots=True)
class Asked:
    """A problem with what all its trials share."""

    problem: Problem
    instance: RecordedInstance
    canonical: str
    steps: int | None

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(problem, RecordedInstance.of(problem), problem.canonical, problem.fewest_steps)


def _trial(number: int, place: int, asked: Asked) -> Trial:
    return Trial(
        id=f"{place * 2_654_435_761 % (1 << 40):010x}{number:010x}",
        model=_MODELS[place // 7 % len(_MODELS)],
        endpoint="local",
        instance=asked.instance,
        arm=_ARMS[place // 3 % len(_ARMS)],
        sampling=Sampling(max_tokens=4_000),
        repeat=place // 36,
    )


def _reply(trial: Trial) -> Exchange:
    message = {"role": "assistant", "content": _TEXT}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    asked = Message(role="user", content="There are 3 pegs, numbered 0 to 2. " * 10)
    return Exchange(
        kind=RowKind.REPLY,
        trial=trial.id,
        turn=1,
        reason="start",
        what=trial,
        messages=(asked,),
        status=200,
        reply=body,
        at="2026-11-29T20:13:30.550+00:00",
        seconds=3.5,
    )


def _outcome(trial: Trial, asked: Asked, place: int) -> Outcome:
    label = tuple(Label)[place * 7 % len(Label)]
    return Outcome(
        trial=trial.id,
        model=trial.model,
        endpoint=trial.endpoint,
        puzzle=asked.problem.name,
        instance=asked.canonical,
        size=asked.problem.size,
        steps=asked.steps,
        arm=trial.arm,
        max_tokens=4_000,
        repeat=trial.repeat,
        label=label,
        reason="it says that it stops",
        confident=place % 9 != 0,
        flags=("claims_complete",) if place % 11 == 0 else (),
        evidence=(_EVIDENCE,),
        written=place % 251,
        right=place % 17,
        lost_at=1 + place % 17 if label is Label.LOGIC_ERROR else None,
        turns=1,
        finish_reason="stop",
        prompt_tokens=300,
        completion_tokens=place % 3_989,
    )


# --- what is measured, each in a process of its own


def index(folder: str, path: str) -> None:
    """Index all of it, and look again where nothing has changed."""
    with RunIndex.at(Path(folder), Path(path)) as made:
        for what in ("indexed", "looked at again"):
            begun, used = time.perf_counter(), time.process_time()
            made.refresh()
            took, used = time.perf_counter() - begun, time.process_time() - used
            print(f"{what} in {took:.2f} s, {used:.2f} s of them on a processor", flush=True)
        assert not made.label(1)
        trials = sum(run.trials for run in made.runs())
    size = sum(file.stat().st_size for file in Path(path).parent.glob(f"{Path(path).name}*"))
    print(f"{trials:,} trials; the index has {size / (1 << 20):,.0f} MiB; {_peak()}", flush=True)


def ask(folder: str, path: str) -> None:
    """Ask an index that is there already, first from a disk that may be cold."""
    with RunIndex.at(Path(folder), Path(path)) as found:
        runs = found.runs()
        first, second = runs[0], runs[1]
        rare = TrialFilter(model=("local/small",), label=("give_up",), flag=("claims_complete",), unsure=True)
        asked: dict[str, Callable[[], object]] = {
            "list of runs": found.runs,
            "first page of all": lambda: found.page(TrialFilter()),
            "the middle of all": lambda: found.page(TrialFilter(), offset=500_000),
            "values of all filters": lambda: found.facets(TrialFilter()),
            "one label": lambda: found.page(TrialFilter(label=("refusal",)), offset=50_000),
            "rare": lambda: found.page(rare),
            "rare, longest first": lambda: found.page(rare, Sort.LONGEST),
            "one label, by steps": lambda: found.page(TrialFilter(label=("solved",)), Sort.MOST_STEPS),
            "all, by steps, the middle": lambda: found.page(TrialFilter(), Sort.LEAST_STEPS, 500_000),
            "one label, shortest first": lambda: found.page(TrialFilter(label=("solved",)), Sort.SHORTEST),
            "one run, lost early": lambda: found.page(TrialFilter(runs=(first.id,)), Sort.LOST_EARLY),
            "newest of a run": lambda: found.newest(first),
        }
        slowest = 0.0
        for what, question in asked.items():
            took = []
            for _ in range(5):
                begun = time.perf_counter()
                question()
                took.append(1000 * (time.perf_counter() - begun))
            slowest = max(slowest, took[0], sorted(took)[2])
            print(f"{what:26} {took[0]:6.0f} ms at first, then {sorted(took)[2]:6.0f} ms", flush=True)
        row = found.page(TrialFilter(), offset=700_000).rows[-1:] or found.page(TrialFilter()).rows[:1]
        run = next(one for one in runs if one.id == row[0].run)
        begun = time.perf_counter()
        found.outcome(run, row[0])
        found.exchanges(run, row[0])
        print(f"{'one trial with its text':26} {1000 * (time.perf_counter() - begun):6.0f} ms")
        begun = time.perf_counter()
        pairs = found.paired(first, second, different=True).total
        print(f"{f'two runs, {pairs:,} pairs':26} {1000 * (time.perf_counter() - begun):6.0f} ms")
    told = json.dumps({"slowest_ms": round(slowest), "peak": _peak()})
    print(f"{told} (goals: at most 300 ms, 300 MiB)")


def show(folder: str, path: str) -> None:
    """Index all of it in the viewer itself, and ask for its pages meanwhile and after."""
    # Here alone: most of the memory of the viewer is that of what the reports need.
    from starlette.testclient import TestClient  # noqa: PLC0415

    from reports.viewer.application import application  # noqa: PLC0415
    from reports.viewer.keeper import Keeper  # noqa: PLC0415

    other = Path(path).with_name("another.sqlite")
    with RunIndex.at(Path(folder), other) as found:
        keeper = Keeper(found)
        web = TestClient(application(found, "127.0.0.1", keeper), "http://127.0.0.1")
        keeper.start()
        meanwhile = []
        while not keeper.progress.ready:
            begun = time.perf_counter()
            assert web.get("/").status_code == 200
            meanwhile.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.5)
        print(
            f"{'list of runs, meanwhile':26} {sorted(meanwhile)[len(meanwhile) // 2]:6.0f} ms, "
            f"{max(meanwhile):,.0f} ms at most"
        )
        for address in ("/", "/trials", "/trials?label=solved&sort=-steps&start=50000"):
            begun = time.perf_counter()
            assert web.get(address).status_code == 200
            print(f"{address:44} {1000 * (time.perf_counter() - begun):6.0f} ms")
        keeper.stop()
    print(f"the viewer as a whole: {_peak()}")


def _peak() -> str:
    return f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"


if __name__ == "__main__":
    main()
