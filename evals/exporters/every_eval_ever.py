"""Every Eval Ever: its shared schema, an aggregate and a file of samples for each model.

Sizes are never pooled: each puzzle, arm, size and budget is a result of its own. What the schema has no field
for, the label above all, stands in its `details` and `metadata`, whose values are texts.
"""

import hashlib
import json
import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from evals.exporters._folder import Folder, encodable, portable
from evals.exporters._trials import OURS, LabelledTrial, LabelledTrials
from evals.exporters.exporter import Exporter
from evals.record.jsonl import ascii_json
from evals.record.outcome import INSTRUMENT, STOPS, Label

_SCHEMA = "0.3.0"
_NAME = "cantwont"


class EveryEvalEverExporter(Exporter):
    """`data/cantwont/DEVELOPER/MODEL/UUID.json` and `UUID_samples.jsonl`, as its datastore has them."""

    name = "every-eval-ever"
    summary = "the shared schema of Every Eval Ever, with the labels in its extras"

    def write(self, trials: LabelledTrials, folder: Folder) -> str:
        """Write the samples one by one, then the aggregates."""
        models: dict[str, _Model] = {}
        for trial in trials:
            model = models.setdefault(_model_id(trial), _Model(_model_id(trial), trial.trial.endpoint))
            folder.append_row(f"{model.stem}_samples.jsonl", encodable(model.sample(trial)))
        for model in models.values():
            folder.append(f"{model.stem}.json", ascii_json(encodable(model.aggregate(trials))) + b"\n")
        return "(cd OUT && every_eval_ever validate 'data/*/*/*/*')"


def _model_id(trial: LabelledTrial) -> str:
    """Return `developer/model`, as far as it is known: a name without a developer has its endpoint there."""
    name = trial.trial.model
    return name if "/" in name.strip("/") else trial.trial.who


@dataclass(slots=True)
class _Result:
    """The trials of one puzzle, arm, size and budget."""

    example: LabelledTrial
    ended: Counter[Label] = field(default_factory=Counter)

    @property
    def scored(self) -> int:
        return sum(number for label, number in self.ended.items() if label not in INSTRUMENT)


class _Model:
    """All trials of one model."""

    def __init__(self, name: str, endpoint: str) -> None:
        developer, _, rest = name.partition("/")
        self._id, self._endpoint = name, endpoint
        self._made = f"{time.time():.6f}"
        self._evaluation = f"{_NAME}/{name}/{self._made}"
        self.stem = f"data/{_NAME}/{_component(developer)}/{_component(rest)}/{uuid4()}"
        self._results: dict[str, _Result] = {}
        self._rows = 0

    def sample(self, trial: LabelledTrial) -> dict[str, Any]:
        """Return a trial as a sample, and count it."""
        name = _evaluation_name(trial)
        self._results.setdefault(name, _Result(trial)).ended[trial.outcome.label] += 1
        row = _instance(trial) | {
            "schema_version": f"instance_level_eval_{_SCHEMA}",
            "evaluation_id": self._evaluation,
            "model_id": self._id,
            "evaluation_name": name,
        }
        if trial.solved is None:
            row["error"] = trial.why()
        else:
            row["evaluation_result_id"] = name
        self._rows += 1
        return row

    def aggregate(self, trials: LabelledTrials) -> dict[str, Any]:
        """Return what they come to."""
        unknown = {"deployment_type": "unknown", "model_availability": "unknown"}
        return {
            "schema_version": _SCHEMA,
            "evaluation_id": self._evaluation,
            "evaluation_timestamp": trials.manifest.created,
            "retrieved_timestamp": self._made,
            "source_metadata": {
                "source_name": trials.name,
                "source_type": "evaluation_run",
                "source_organization_name": "unknown",
                "evaluator_relationship": "other",
            },
            "eval_library": {"name": _NAME, "version": version("cantwont")},
            "model_info": {
                "name": self._id,
                "id": self._id,
                "inference_platform": self._endpoint,
                "additional_details": unknown,
            },
            "evaluation_results": [
                _aggregated(name, result) for name, result in self._results.items() if result.scored
            ],
            "detailed_evaluation_results": {
                "format": "jsonl",
                "file_path": f"{self.stem}_samples.jsonl",
                "hash_algorithm": "sha256",
                "total_rows": self._rows,
            },
        }


def _component(name: str) -> str:
    plain = name.replace("/", "_").replace(":", "_")
    return plain if portable(plain) == plain else portable(name)


def _evaluation_name(trial: LabelledTrial) -> str:
    outcome = trial.outcome
    options = "".join(f",{name}={value}" for name, value in outcome.options.items())
    told = f"{_NAME}/{outcome.puzzle}/size={outcome.size}/{outcome.arm}{options}"
    if outcome.max_tokens is not None:
        told += f"/max_tokens={outcome.max_tokens}"
    return told if outcome.temperature is None else f"{told}/temperature={outcome.temperature}"


def _aggregated(name: str, result: _Result) -> dict[str, Any]:
    trial, scored = result.example, result.scored
    share = result.ended[Label.SOLVED] / scored
    stopped = sum(result.ended[label] for label in STOPS) / scored
    sampling = trial.trial.sampling
    arguments = {"temperature": sampling.temperature, "max_tokens": sampling.max_tokens}
    return {
        "evaluation_result_id": name,
        "evaluation_name": name,
        "source_data": {"dataset_name": f"{_NAME}/{trial.outcome.puzzle}", "source_type": "other"},
        "metric_config": {
            "evaluation_description": "The share of answers that are one full, legal list that ends at the "
            "goal, among those that the instrument did not lose",
            "metric_id": f"{_NAME}.solved",
            "metric_name": "solved",
            "metric_kind": "pass_rate",
            "metric_unit": "proportion",
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": 0,
            "max_score": 1,
        },
        "score_details": {
            "score": share,
            "details": {
                **{label.value: str(number) for label, number in sorted(result.ended.items())},
                "stopped_by_choice": f"{stopped:.6f}",
                "steps": "unknown" if trial.outcome.steps is None else str(trial.outcome.steps),
            },
            "uncertainty": {
                "standard_error": {"value": math.sqrt(share * (1 - share) / scored), "method": "analytic"},
                "num_samples": scored,
            },
        },
        "generation_config": {
            "generation_args": {name: value for name, value in arguments.items() if value is not None}
        },
    }


def _instance(trial: LabelledTrial) -> dict[str, Any]:
    outcome, turns = trial.outcome, len(trial.replies)
    source = "output.raw" if turns == 1 else "messages"
    score = float(trial.solved or 0)
    attribution = {
        "turn_idx": 0,
        "source": source,
        "extracted_value": outcome.label.value,
        "extraction_method": _NAME,
        "is_terminal": True,
    }
    made: dict[str, Any] = {
        "sample_id": trial.trial.id,
        "sample_hash": hashlib.sha256(trial.prompt.encode("utf-8", "surrogatepass")).hexdigest(),
        "interaction_type": "single_turn" if turns == 1 else "multi_turn",
        "input": {"raw": trial.prompt, "reference": []},
        "answer_attribution": [attribution],
        "evaluation": {"score": score, "is_correct": trial.solved is True, "num_turns": turns},
        "metadata": {name: _text(value) for name, value in trial.found().items()}
        | {OURS: json.dumps(trial.ours(answers=True)), "source": json.dumps(trial.source)},
    }
    if turns == 1:
        made["output"] = {"raw": [trial.completion.content]}
        if trial.completion.reasoning is not None:
            made["output"]["reasoning_trace"] = [trial.completion.reasoning]
    else:
        made["messages"] = [
            {"turn_idx": number, "role": role, "content": text}
            | ({"reasoning_trace": reply.reasoning} if reply is not None and reply.reasoning else {})
            for number, (role, text, reply) in enumerate(trial.conversation())
        ]
        attribution["turn_idx"] = len(made["messages"]) - 1
    if (usage := _usage(trial)) is not None:
        made["token_usage"] = usage
    if seconds := sum(row.seconds or 0 for row in trial.replies):
        made["performance"] = {"latency_ms": 1000 * seconds}
    return made


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _usage(trial: LabelledTrial) -> Mapping[str, int] | None:
    outcome = trial.outcome
    asked, said = outcome.prompt_tokens, outcome.completion_tokens
    if asked is None or said is None:
        return None
    known = {"input_tokens": asked, "output_tokens": said, "total_tokens": asked + said}
    more = {"reasoning_tokens": outcome.reasoning_tokens, "input_tokens_cache_read": outcome.cached_tokens}
    return known | {name: value for name, value in more.items() if value is not None}


EXPORTER = EveryEvalEverExporter()
