"""Inspect: the scores that its `precomputed_scores` scorer puts into a log, one line a sample and epoch."""

from typing import Any

from evals.exporters._folder import Folder, encodable, portable
from evals.exporters._trials import LabelledTrial, LabelledTrials
from evals.exporters.exporter import Exporter
from evals.text import markdown_cell

_CORRECT, _INCORRECT, _UNSCORED = "C", "I", float("nan")
"""As Inspect's metrics read them: the last one is kept, and counts for nobody."""


class InspectExporter(Exporter):
    """One file of scores for each log that the run was made of; one for all that we asked ourselves."""

    name = "inspect"
    summary = "scores of samples for `inspect score --scorer precomputed_scores`"

    def write(self, trials: LabelledTrials, folder: Folder) -> str:
        """Write the scores; Inspect reads them with Python's `json`, which knows NaN."""
        first = ""
        for trial in trials:
            name = f"{portable(_log(trial))}.jsonl"
            first = first or name
            folder.append_row(name, encodable(_score(trial)))
        return f"inspect score LOG --scorer precomputed_scores -S scores=OUT/{first} --action append"


def _log(trial: LabelledTrial) -> str:
    file = trial.source.get("log")
    return f"scores-{file}" if isinstance(file, str) and file else "scores"


def _score(trial: LabelledTrial) -> dict[str, Any]:
    source, solved = trial.source, trial.solved
    told: dict[str, Any] = {"id": trial.trial.id}
    if _is_sample(source.get("sample")):
        told = {"id": source["sample"]}
        if isinstance(epoch := source.get("epoch"), int):
            told["epoch"] = epoch
    return told | {
        "value": _UNSCORED if solved is None else _CORRECT if solved else _INCORRECT,
        "answer": trial.outcome.label.value,
        # Its viewer takes this for Markdown.
        "explanation": markdown_cell(trial.why()),
        "metadata": trial.found() | {"trial": trial.trial.id},
    }


def _is_sample(given: object) -> bool:
    return isinstance(given, int | str) and not isinstance(given, bool)


EXPORTER = InspectExporter()
