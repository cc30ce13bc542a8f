"""A run carried out for a program: exceptions tell it what goes wrong, and nothing is printed unasked."""

import asyncio
import warnings
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from evals.endpoints import ModelAt
from evals.errors import EndpointError, RunError, SpecError, TrustError
from evals.plan.flags import found_spec
from evals.plan.remaining import Survey, survey
from evals.plan.spec import PuzzleChoice, Spec
from evals.plan.spec_file import complaint
from evals.record.exchange_log import Recorder
from evals.record.outcome_file import OutcomeBuffer
from evals.record.placements import placements
from evals.record.price import recorded_prices
from evals.record.run import RunDirectory
from evals.record.trial import Sampling
from evals.replay.finish import OutcomeCollector, finish
from evals.running.judging import JudgeSummary, cases, judge_all, judge_at
from evals.running.run import ask, make_or_continue
from evals.running.scheduler import ask_all
from evals.running.summary import Progress, Silence, Summary
from evals.text import trial_count
from evals.trust.store import trust

_Result = TypeVar("_Result")


class RunUnfinished(RunError):
    """A run has trials, or a judge has outcomes, without a reply; asking again goes on from there."""

    def __init__(self, message: str, run: RunDirectory, left: int) -> None:
        super().__init__(message)
        self.run = run
        """The run, with the outcomes of all that was answered."""
        self.left = left
        """How many have no reply yet."""


def spec_of(given: Spec | Mapping[str, Any] | Path | str) -> Spec:
    """The spec that is given in one of these ways, checked; raises `SpecError`."""
    if isinstance(given, Spec):
        return given.checked("the spec")
    if not isinstance(given, Mapping):
        return Spec.load(found_spec(Path(given)), {}, {})
    try:
        spec = Spec.model_validate(dict(given))
    except ValidationError as error:
        known = {*Spec.model_fields, *PuzzleChoice.model_fields, *Sampling.model_fields}
        raise SpecError(f"the spec: {complaint(error, known, options=False)}") from None
    return spec.checked("the spec")


def take_run(
    spec: Spec, path: Path, *, extend: bool, judge: str | None, progress: bool | Progress
) -> RunDirectory:
    """Ask what the run at this path lacks, and write its outcomes; see `cantwont.run`."""
    reader = judge_at(judge, spec.endpoints) if judge is not None else None
    run = make_or_continue(spec, path, extend=extend)
    _trust(spec)
    judged = None
    with OutcomeBuffer(run) as kept:
        gathered = OutcomeCollector(kept)
        with Recorder(run) as recorder, _watching(progress) as watcher:
            surveyed = survey(spec, recorder.index, recorded_prices(run), placements(run))
            summary = _asked(spec, surveyed, recorder, watcher, gathered)
        if summary.broken is not None:
            raise RunError(f"the run at {str(path)!r} ended before its time: {summary.broken}")
        if reader is not None:
            judged = _judged(spec, run, reader)
        # What a judge said belongs to the outcomes, and these were derived before.
        finish(run, gathered if judged is None else None)
    _complain(summary, judged, run)
    return run


def _trust(spec: Spec) -> None:
    """Trust the puzzle files that the caller's spec names, so that the run can be opened again."""
    try:
        trust((name, file.sha256) for name, file in spec.puzzle_files().items())
    except TrustError as error:
        warnings.warn(str(error), RuntimeWarning, stacklevel=4)


def _watching(progress: bool | Progress) -> AbstractContextManager[Progress]:
    if isinstance(progress, bool):
        if not progress:
            return nullcontext(Silence())
        from evals.cli.console import console  # noqa: PLC0415 - only who wants to see it needs rich
        from evals.cli.telling.progress import Display  # noqa: PLC0415

        return Display(console())
    return nullcontext(progress)


def _asked(
    spec: Spec, surveyed: Survey, recorder: Recorder, watcher: Progress, gathered: OutcomeCollector
) -> Summary:
    if _in_a_loop():
        return _beside_the_loop(ask_all(spec, surveyed, recorder, watcher, gathered))
    return ask(spec, surveyed, recorder, watcher, gathered)


def _judged(spec: Spec, run: RunDirectory, reader: ModelAt) -> JudgeSummary:
    pace = {"concurrency": spec.concurrency, "max_retries": spec.max_retries}
    with Recorder(run) as recorder:
        asking = judge_all(list(cases(run)), reader, recorder, **pace)
        return _beside_the_loop(asking) if _in_a_loop() else asyncio.run(asking)


def _in_a_loop() -> bool:
    """Whether this thread is busy with an event loop, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _beside_the_loop(asking: Coroutine[Any, Any, _Result]) -> _Result:
    """Run it to its end in a thread of its own; a Ctrl-C while waiting for it ends it."""
    loop = asyncio.new_event_loop()

    def work() -> _Result:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(asking)

    with ThreadPoolExecutor(1, "cantwont.run") as pool:
        running = pool.submit(work)
        try:
            return running.result()
        except KeyboardInterrupt:
            loop.call_soon_threadsafe(loop.stop)
            raise


def _complain(summary: Summary, judged: JudgeSummary | None, run: RunDirectory) -> None:
    """Raise what a run that is not whole is to end with."""
    if summary.left:
        reasons = [f"{model}: {error}" for model, error in sorted(summary.errors.items())]
        why = "; ".join(([summary.limit] if summary.limit is not None else []) + reasons)
        if summary.fatal and not summary.asked:
            raise EndpointError(why)
        left = f"{trial_count(summary.left)} {'has' if summary.left == 1 else 'have'} no reply yet"
        raise RunUnfinished(
            f"{left} ({why}); the same call goes on with the run at {str(run.path)!r}", run, summary.left
        )
    if judged is not None and judged.left:
        left = f"judge {judged.judge} has not replied about {judged.left:,} outcomes"
        why = f" ({judged.error})" if judged.error is not None else ""
        raise RunUnfinished(f"{left}{why}; the same call asks again", run, judged.left)
