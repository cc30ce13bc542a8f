"""Carries out a run from the command line: asks, derives outcomes, and reports how it went."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rich.table import Table

from evals.cli.console import Exit, console, fail, say
from evals.cli.telling.progress import Display
from evals.cli.trusting import keep_trusted
from evals.client.secrets import key_of, secret_headers
from evals.endpoints import ModelAt
from evals.errors import EndpointError
from evals.plan.estimate import HEADINGS, Estimate, table, total
from evals.plan.list_prices import prices_of
from evals.plan.remaining import LARGE, recorded, survey
from evals.plan.spec import Spec
from evals.record.exchange_log import Recorder
from evals.record.outcome_file import OutcomeBuffer
from evals.record.placements import placements
from evals.record.price import RecordedPrice, recorded_prices
from evals.record.run import RunDirectory
from evals.replay.finish import OutcomeCollector, describe_tallies, finish
from evals.running.judging import JudgeSummary, judge_run
from evals.running.run import ask, make_or_continue
from evals.running.summary import Summary
from evals.text import printable, trial_count


def carry_out(spec: Spec, path: Path, *, extend: bool = False, judge: ModelAt | None = None) -> RunDirectory:
    """Ask, record, derive and report; ends the process if the run cannot be completed."""
    made = not RunDirectory.is_at(path)
    run = make_or_continue(spec, path, extend=extend)
    keep_trusted(spec.puzzle_files())
    with _interruptible(path), OutcomeBuffer(run) as kept:
        gathered = OutcomeCollector(kept)
        with Recorder(run) as recorder:
            prices = recorded_prices(run)
            surveyed = survey(spec, recorder.index, prices, placements(run))
            if total(surveyed.estimates).requests >= LARGE:
                print_estimate(surveyed.estimates, prices)
            with Display(console(), prices) as display:
                summary = ask(spec, surveyed, recorder, display, gathered)
        if summary.broken is not None:
            fail(summary.broken, Exit.UNFINISHED)
        judged = None
        if judge is not None:
            pace = {"concurrency": spec.concurrency, "max_retries": spec.max_retries}
            judged = judge_run(run, judge, **pace)
        # The collected outcomes lack the judge's verdicts, which came later.
        tallies = finish(run, gathered if judge is None else None)
        asked = [at.who for at in spec.models_at()]
        say(*describe_tallies({who: tallies[who] for who in (*asked, *tallies) if who in tallies}))
    say(*map(printable, summary.found))
    if judged is not None:
        say(*judged.describe())
    if prices or summary.limit is not None:
        say(*map(printable, summary.spent))
    if summary.left:
        if made and summary.fatal and not len(recorder.index):
            run.discard()
        _unfinished(summary, path)
    if judged is not None:
        unanswered(judged)
    return run


def carry_out_on_ray(spec: Spec, path: Path, shards: int | None) -> None:
    """Ask on a cluster, merge and report; ends the process if the run cannot be completed."""
    from evals.scale.on_ray import describe, run_on_ray

    with _interruptible(path.with_name(f"{path.name}-shards")):
        asked = run_on_ray(spec, path, say, shards)
    say(*describe(asked, path))
    if asked.merged is None:
        fail("; ".join(asked.why) or "trials are left", Exit.BAD_INPUT if asked.fatal else Exit.UNFINISHED)
    say(*describe_tallies(asked.merged.tallies), f"Next: cantwont report {path}")


def dry_run(spec: Spec, path: Path) -> None:
    """Print what would be asked, and ask nothing."""
    run = RunDirectory.open(path) if RunDirectory.is_at(path) else None
    prices = prices_of(spec.models_at(), spec.prices, {} if run is None else recorded_prices(run))
    decided = [] if run is None else placements(run)
    surveyed = survey(spec, recorded(path), prices, decided)
    found = surveyed.estimates
    if not found:
        say(f"nothing: all trials have a reply in {path}")
        return
    print_estimate(found, prices)
    if (most := sum(surveyed.found_later.values())) > 0:
        say(
            f"Sizes are found while asking: at most {trial_count(most)} of these, fewer where horizons are "
            "known sooner; reckoned as if they were spread over all sizes."
        )
    for endpoint in {at.endpoint.name: at.endpoint for at in spec.models_at()}.values():
        try:
            key_of(endpoint)
            secret_headers(endpoint)
        except EndpointError as error:
            say(f"Note: {error}; a run would end here.")
    say("A dry run: nothing was asked, and nothing was written.")


def print_estimate(found: Sequence[Estimate], prices: Mapping[str, RecordedPrice]) -> None:
    """Print what is asked for, model by model, and the prices that are known."""
    shown = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        name = heading == "model"
        shown.add_column(heading, justify="left" if name else "right", overflow="fold", no_wrap=not name)
    for row in table(found):
        shown.add_row(*map(printable, row))
    console().print(shown)
    say("An estimate: tokens are reckoned from the length of prompts and full answers, without thinking.")
    for estimate in found:
        if (price := prices.get(estimate.who)) is not None:
            say(f"A million tokens of {printable(estimate.who)}: {printable(price.describe())}")


def unanswered(judged: JudgeSummary) -> None:
    """End the process if the judge has not replied about all outcomes; the reason was already printed."""
    if judged.left:
        left = f"judge {judged.judge} has not replied about {judged.left:,} outcomes"
        fail(f"{left}; the same command asks again", Exit.UNFINISHED)


def _unfinished(summary: Summary, path: Path) -> NoReturn:
    reasons = [f"{model}: {error}" for model, error in sorted(summary.errors.items())]
    why = "; ".join(([summary.limit] if summary.limit is not None else []) + reasons)
    if summary.fatal and not summary.asked:
        fail(why, Exit.BAD_INPUT)
    left = f"{trial_count(summary.left)} {'has' if summary.left == 1 else 'have'} no reply yet"
    fail(f"{left} ({why}); the same command goes on with the run in {path}", Exit.UNFINISHED)


@contextmanager
def _interruptible(path: Path) -> Iterator[None]:
    """Make Ctrl-C and SIGTERM end the process in good order."""
    before = signal.getsignal(signal.SIGTERM)
    # If Ctrl-C is ignored, as in a script's background job, SIGTERM cannot be turned into it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    except KeyboardInterrupt:
        kept = f"all answers so far are in {path}, and the same command goes on from there"
        fail(f"interrupted; {kept}", Exit.INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)
