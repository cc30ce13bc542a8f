"""Opens runs for reading, with the puzzles they need; loads no code that can ask a model."""

from collections.abc import Iterable
from pathlib import Path

from evals.labelling.acts import model_hash
from evals.labelling.rules import VERSION
from evals.record.outcome import Outcome
from evals.record.outcome_file import is_current, read_outcomes
from evals.record.run import RunDirectory
from evals.replay import derive
from evals.trust.run_puzzles import load_needed
from evals.trust.store import given_hashes


def open_runs(paths: Iterable[Path], trusting: Iterable[str] = ()) -> list[RunDirectory]:
    """Open the runs at these paths for reading, with the puzzles of the user's own that they need.

    Such a puzzle is a program. It is executed only if some trial of the run is of it, and if it is trusted.

    Args:
        paths: Run directories.
        trusting: SHA-256 hashes of puzzle files to trust, beside those that the user trusts already.

    Raises:
        SpecError: one of these is no hash.
        UntrustedPuzzle: a run needs a puzzle file that is not trusted.
        RunError: a path is not a run, or a puzzle file has changed.
    """
    runs = [RunDirectory.open(path) for path in paths]
    load_needed(runs, given_hashes(trusting))
    return runs


def outcomes_of(run: RunDirectory) -> list[Outcome]:
    """Return the outcomes of a run by trial id: the stored ones if they are current, else derived again."""
    if is_current(run, VERSION, model_hash()):
        return list(read_outcomes(run))
    return sorted(derive.outcomes(run), key=lambda outcome: outcome.trial)
