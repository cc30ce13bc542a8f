"""A run carried out from the command line: asked, derived, and how it went said."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from evals._speech import Exit, console, fail, say
from evals.endpoints import ModelAt
from evals.finishing import finish, in_words
from evals.judging import Hearing, judge_run
from evals.progress import Display
from evals.recording import Run
from evals.runner import Summary
from evals.runs import ask, make_or_continue
from evals.spec import Spec


def carry_out(spec: Spec, path: Path, *, extend: bool = False, judge: ModelAt | None = None) -> Run:
    """Ask, record, derive, and say how it went; ends the process where that cannot be done to the end."""
    run = make_or_continue(spec, path, extend=extend)
    with _interruptible(path):
        with Display(console()) as display:
            summary = ask(spec, run, display)
        if summary.broken is not None:
            fail(summary.broken, Exit.UNFINISHED)
        hearing = None
        if judge is not None:
            pace = {"concurrency": spec.concurrency, "max_retries": spec.max_retries}
            hearing = judge_run(run, judge, **pace)
        # What a judge said belongs to the outcomes, and these were derived before.
        say(*in_words(finish(run, summary.outcomes if judge is None else {})))
    if hearing is not None:
        say(*hearing.in_words())
    if summary.left:
        _unfinished(summary, path)
    if hearing is not None:
        unheard(hearing)
    return run


def unheard(hearing: Hearing) -> None:
    """End the process where the judge has not replied to all; said is why already."""
    if hearing.left:
        left = f"judge {hearing.judge} has not replied about {hearing.left:,} outcomes"
        fail(f"{left}; the same command asks again", Exit.UNFINISHED)


def _unfinished(summary: Summary, path: Path) -> NoReturn:
    why = "; ".join(f"{model}: {error}" for model, error in sorted(summary.errors.items()))
    if summary.fatal and not summary.asked:
        fail(why, Exit.BAD_INPUT)
    left = f"{summary.left:,} trials have no reply yet" if summary.left > 1 else "1 trial has no reply yet"
    fail(f"{left} ({why}); the same command goes on with the run in {path}", Exit.UNFINISHED)


@contextmanager
def _interruptible(path: Path) -> Iterator[None]:
    """Ctrl-C, and a request to terminate, end the process in good order."""
    before = signal.getsignal(signal.SIGTERM)
    # Where Ctrl-C is ignored, as in the background of a script, it cannot stand in for the other.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    except KeyboardInterrupt:
        kept = f"all answers so far are in {path}, and the same command goes on from there"
        fail(f"interrupted; {kept}", Exit.INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)
