"""Tells refusals, give-ups and logic errors apart in long answers to puzzles, and measures both horizons.

This is the whole of it from Python. What stands behind a function is loaded when the function is called.

>>> import cantwont
>>> hanoi = cantwont.problem("hanoi", size=10)
>>> print(cantwont.label(hanoi, "moves = [[1, 0, 2], [2, 0, 1], ... and so on").label)
give_up

The parts are packages of their own: `cantwont.tasks` (puzzles, and all that verifies an answer),
`cantwont.evals` (asking, recording, labelling) and `cantwont.reports` (frames, measures, charts).
"""
# ruff: noqa: PLC0415 - importing this loads nothing heavy: the functions do, when they are called

from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

    import pandas as pd

    import evals
    import reports
    import tasks
    from cantwont._running import RunUnfinished
    from evals.labelling.answer import Answer, Span
    from evals.labelling.rules import LabelResult
    from evals.plan.spec import Spec
    from evals.record.outcome import Label, Outcome
    from evals.record.run import RunDirectory
    from evals.replay.replay import Change
    from evals.running.summary import Progress
    from tasks import AnyPuzzle, CantwontError, Problem, Value

    __version__: str

__all__ = [
    "Answer",
    "AnyPuzzle",
    "CantwontError",
    "Change",
    "Label",
    "LabelResult",
    "Outcome",
    "Problem",
    "Progress",
    "RunDirectory",
    "RunUnfinished",
    "Span",
    "Spec",
    "__version__",
    "evals",
    "label",
    "load",
    "main",
    "open_run",
    "outcomes",
    "problem",
    "puzzle",
    "puzzles",
    "replay_check",
    "reports",
    "run",
    "simulated_server",
    "tasks",
]

_FOUND_IN = {
    "Answer": "evals.labelling.answer",
    "AnyPuzzle": "tasks",
    "CantwontError": "tasks",
    "Change": "evals.replay.replay",
    "Label": "evals.record.outcome",
    "LabelResult": "evals.labelling.rules",
    "Outcome": "evals.record.outcome",
    "Problem": "tasks",
    "Progress": "evals.running.summary",
    "RunDirectory": "evals.record.run",
    "RunUnfinished": "_running",
    "Span": "evals.labelling.answer",
    "Spec": "evals.plan.spec",
}
"""The classes by name, each with its module in this package."""

if PathFinder.find_spec(f"{__name__}.tasks", __path__) is None:
    from cantwont._checkout import find_packages_beside

    find_packages_beside()

if not TYPE_CHECKING:  # else every name would pass as one of ours

    def __getattr__(name: str) -> object:
        """A class, a package or the version, loaded when it is first asked for."""
        if name in _FOUND_IN:
            value = getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)
        elif name in ("tasks", "evals", "reports"):
            value = import_module(f"{__name__}.{name}")
        elif name == "__version__":
            from importlib.metadata import version

            value = version("cantwont")
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Also what is not loaded yet."""
        return sorted({*globals(), *__all__})


def puzzle(name: str) -> "AnyPuzzle":
    """The puzzle of that name: its parameters, rules, prompts and solutions.

    Args:
        name: One of `puzzles()`.

    Raises:
        CantwontError: No puzzle has that name; the message lists those there are.
    """
    from tasks import puzzle as found

    return found(name)


def puzzles() -> "dict[str, AnyPuzzle]":
    """All puzzles by name: those that come along, those of installed packages, and those loaded from files.

    Raises:
        CantwontError: A puzzle of an installed package does not keep the contract.
    """
    from tasks import puzzles as found

    return found()


def problem(
    name: str, parameters: "Mapping[str, Value] | None" = None, seed: int = 0, **more: "Value"
) -> "Problem":
    """One problem: an instance of a puzzle, which can be prompted, solved, read and replayed.

    `problem("hanoi", size=10)` and `problem("hanoi", {"size": 10})` are the same.

    Args:
        name: The puzzle's name.
        parameters: The instance's parameters; nearly every puzzle has `size`.
        seed: Draws the instance, where the puzzle has more than one of these parameters.
        **more: Further parameters, by name.

    Raises:
        CantwontError: No puzzle has that name, or a parameter is unknown, missing or does not fit.
    """
    from tasks import problem as made

    return made(name, {**(parameters or {}), **more}, seed)


def label(problem: "Problem", answer: "Answer | str") -> "LabelResult":
    """What an answer is: solved, a refusal, a give-up, a logic error, or lost by the instrument.

    The result has the label, the reason, how many steps were written and were right, the first error, and the
    evidence: each `Span` of it quotes the answer and says where the words stand.

    Args:
        problem: What was asked.
        answer: The answer's text; or an `Answer`, with what came along: finish reason, thinking, refusal.
    """
    from evals.labelling.rules import label as labelled

    return labelled(problem, answer)


def run(
    spec: "Spec | Mapping[str, Any] | Path | str",
    out: "Path | str",
    *,
    extend: bool = False,
    judge: str | None = None,
    progress: "bool | Progress" = False,
) -> "RunDirectory":
    """Ask the models of a spec, record every answer, and derive the outcomes.

    On a run that is there, only what it lacks is asked. Whatever happens, an interrupt included, all answers
    so far are recorded, and the same call goes on from there. Works in a notebook, too.

    Args:
        spec: A `Spec`, its fields as a mapping, or the path of a TOML file. `"quick"`, `"illusion"` and
            `"prompts"` come along.
        out: The run directory, which is made where it is not there.
        extend: Let a changed spec add trials to a run that is there.
        judge: A model, as `endpoint/model`, that is asked about the outcomes whose label is not sure.
        progress: Whether to show on standard output how the run goes; or an object that is told.

    Returns:
        The run, with nothing left to ask; `outcomes` gives its outcomes.

    Raises:
        RunUnfinished: Something has no reply: a limit was reached, or a model cannot be asked. The outcomes
            of the rest are written.
        CantwontError: The spec is malformed, an endpoint or key is missing, or the directory cannot be used.
    """
    from pathlib import Path

    from cantwont._running import spec_of, take_run

    return take_run(spec_of(spec), Path(out), extend=extend, judge=judge, progress=progress)


def open_run(path: "Path | str", *, trusting: "Iterable[str]" = ()) -> "RunDirectory":
    """The run at this path, to be read; puzzles of the user's own are loaded from their files.

    Args:
        path: A run directory.
        trusting: SHA-256 hashes of puzzle files that may be executed, beside those that this user trusts.

    Raises:
        CantwontError: It is no run, or a puzzle file is not what it was, or is not trusted.
    """
    from pathlib import Path

    from evals.replay.open_runs import open_runs

    [found] = open_runs([Path(path)], trusting)
    return found


def outcomes(run: "RunDirectory | Path | str") -> "list[Outcome]":
    """The outcomes of a run, one a trial, in the order of their ids.

    They are those stored, where these are current; else they are derived again. Nothing is asked or written.

    Args:
        run: What `run` or `open_run` gave, or the path of a run directory.

    Raises:
        CantwontError: It is no run, or its record cannot be read.
    """
    from evals.record.run import RunDirectory
    from evals.replay.open_runs import outcomes_of

    return outcomes_of(run if isinstance(run, RunDirectory) else open_run(run))


def load(
    *paths: "Path | str",
    prices: "Mapping[str, tuple[float, float]] | None" = None,
    trusting: "Iterable[str]" = (),
) -> "pd.DataFrame":
    """The trials of one or more runs as a frame, one row each; see `cantwont.reports.frame` for its columns.

    Args:
        *paths: Run directories; the column `run` tells them apart.
        prices: By `endpoint/model`: money for a million tokens of prompts, and for a million of answers; in
            place of the prices that are kept with the runs.
        trusting: SHA-256 hashes of puzzle files that may be executed, beside those that this user trusts.

    Raises:
        CantwontError: One of them is no run or cannot be read, one is named twice, or none is; or a puzzle
            file is not trusted.
    """
    from reports.load import load as loaded

    return loaded(*paths, prices=prices, trusting=trusting)


def replay_check(*paths: "Path | str", trusting: "Iterable[str]" = ()) -> "tuple[Change, ...]":
    """Derive all outcomes of some runs again: those that are not the ones stored. For a test of your own.

    Nothing is asked or written. `str` tells a change in one line, with its evidence::

        assert [str(change) for change in cantwont.replay_check("runs/ci")] == []

    Args:
        *paths: Run directories, at least one.
        trusting: SHA-256 hashes of puzzle files that may be executed, beside those that this user trusts.

    Raises:
        CantwontError: None is named, one of them is no run, or it has no stored outcomes; or a puzzle file is
            not trusted.
    """
    from evals.errors import RunError
    from evals.replay.replay import check

    if not paths:
        raise RunError("no run was named to check: give the path of a run directory")
    hashes = tuple(trusting)
    return tuple(change for path in paths for change in check(path, hashes))


def simulated_server(*, key: str | None = None, latency: float = 0.0) -> "AbstractContextManager[str]":
    """Simulated models of known will and ability, served on this machine while the context lasts.

    It gives the address for an endpoint: `{"sim": {"base_url": address, "simulated": True}}`. The models are
    `sim/steady`, `sim/tired`, `sim/careless` and others; docs/simulated.md tells what each does.

    Args:
        key: What clients must send as bearer token; `None`: nothing.
        latency: Seconds before each answer.

    Raises:
        CantwontError: On entering: it cannot listen.
    """
    from evals.simulated.server import serve_in_thread

    return serve_in_thread(key=key, latency=latency)


def main() -> None:
    """The command `cantwont`; ends the process with the command's exit code."""
    from evals.cli.main import main as command

    command()
