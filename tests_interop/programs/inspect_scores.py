"""Runs in Inspect's environment: print the scores of a log, by sample and epoch, and the metrics."""

import json
import sys
from typing import Any

from inspect_ai.log import read_eval_log

log = read_eval_log(sys.argv[1])
scores: dict[str, Any] = {}
for sample in log.samples or []:
    for name, score in (sample.scores or {}).items():
        told = {"answer": score.answer, "value": score.value, "metadata": score.metadata}
        scores.setdefault(name, {})[f"{sample.id}/{sample.epoch}"] = told
metrics: dict[str, Any] = {}
for found in log.results.scores if log.results is not None else ():
    metrics[found.name] = {name: metric.value for name, metric in found.metrics.items()}
print(json.dumps({"scores": scores, "metrics": metrics}))
