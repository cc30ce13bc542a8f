"""lm-evaluation-harness: its samples, one file a model, puzzle and arm, with the label as a metric."""

import hashlib
from collections import Counter
from typing import Any

from evals.exporters._folder import Folder, portable
from evals.exporters._trials import OURS, LabelledTrial, LabelledTrials
from evals.exporters.exporter import Exporter
from evals.record.jsonl import ascii_json

_METRICS = ("solved", "stopped", "label")


class LmEvalExporter(Exporter):
    """`MODEL/samples_TASK_DATE.jsonl`, as `--log_samples` writes them."""

    name = "lm-eval"
    summary = "samples_*.jsonl of lm-evaluation-harness, with the label as a metric"

    def write(self, trials: LabelledTrials, folder: Folder) -> str:
        """Write a row a trial; rows that came from there keep their `doc_id`."""
        made: Counter[str] = Counter()
        date = portable(trials.manifest.created.replace(":", "-").split("+")[0])
        for trial in trials:
            task = f"cantwont_{trial.trial.instance.puzzle}_{trial.trial.arm}"
            name = f"{portable(trial.model.replace('/', '__'))}/samples_{portable(task)}_{date}.jsonl"
            folder.append_row(name, _row(trial, made[name]))
            made[name] += 1
        return "cantwont import OUT/*/samples_*.jsonl --out runs/again"


def _row(trial: LabelledTrial, number: int) -> dict[str, Any]:
    answer, prompt, found = trial.completion.content, trial.prompt, trial.found()
    doc = {OURS: trial.ours(answers=True)}
    known = trial.source.get("doc_id")
    values = {"solved": _number(trial.solved), "stopped": _number(trial.stopped), "label": found["label"]}
    sampling = trial.trial.sampling
    arguments: dict[str, Any] = {
        "until": [],
        "max_gen_toks": sampling.max_tokens,
        "temperature": sampling.temperature,
    }
    return {
        "doc_id": known if isinstance(known, int) and not isinstance(known, bool) else number,
        "doc": doc,
        "target": "",
        "arguments": {"gen_args_0": {"arg_0": prompt, "arg_1": _known(arguments)}},
        "resps": [[answer]],
        "filtered_resps": [answer],
        "filter": "none",
        "metrics": list(_METRICS),
        "doc_hash": _hash(ascii_json(doc)),
        "prompt_hash": _hash(prompt.encode("utf-8", "surrogatepass")),
        "target_hash": _hash(b""),
        **values,
        OURS: found,
    }


def _number(holds: bool | None) -> float | None:
    return None if holds is None else float(holds)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


EXPORTER = LmEvalExporter()
