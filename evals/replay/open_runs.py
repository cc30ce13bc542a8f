"""Opens runs for reading, with the puzzles they need; loads no code that can ask a model."""

from collections.abc import Iterable
from pathlib import Path

from evals.errors import RunError
from evals.labelling.acts import model_hash
from evals.labelling.rules import VERSION
from evals.record.outcome import Outcome
from evals.record.outcome_file import is_current, read_outcomes
from evals.record.run import RunDirectory, file_digest
from evals.replay import derive
from tasks import load_file


def open_runs(paths: Iterable[Path]) -> list[RunDirectory]:
    """Open the runs at these paths for reading; the user's own puzzles are loaded from their files.

    Raises:
        RunError: a path is not a run, or a puzzle file has changed.
    """
    runs = [RunDirectory.open(path) for path in paths]
    loaded: dict[str, str] = {}
    for run in runs:
        for name, digest in run.manifest.puzzle_files.items():
            if loaded.setdefault(name, digest) != digest:
                raise RunError(f"the runs have different puzzles named {name!r}: open them one by one")
            _load_puzzle(run, name, digest)
    return runs


def _load_puzzle(run: RunDirectory, name: str, digest: str) -> None:
    whose = f"puzzle {name!r} of the run at {str(run.path)!r}"
    stored = run.manifest.spec.get("puzzle_paths", {}).get(name)
    if not isinstance(stored, str):
        raise RunError(f"{whose} was given as a file, and 'run.json' does not say which: restore it")
    file = (run.path.resolve() / stored).resolve()
    try:
        found = file_digest(file)
    except OSError as error:
        raise RunError(
            f"{whose} needs its file {str(file)!r}: {error.strerror or error}; put it back there"
        ) from None
    if found != digest:
        raise RunError(
            f"{whose} has changed in {str(file)!r}: restore the file, "
            "or accept the change with `cantwont run … --extend`"
        )
    load_file(file)


def outcomes_of(run: RunDirectory) -> list[Outcome]:
    """Return the outcomes of a run by trial id: the stored ones if they are current, else derived again."""
    if is_current(run, VERSION, model_hash()):
        return list(read_outcomes(run))
    return sorted(derive.outcomes(run), key=lambda outcome: outcome.trial)
