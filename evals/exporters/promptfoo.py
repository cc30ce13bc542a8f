"""promptfoo: an eval as `promptfoo import` takes it and `promptfoo view` shows it, in its version 3.

Its rows of a table are problems with their repeats, its columns are models with their arms. Texts stand only
in the results: what `config` held would be taken as templates, and run again.
"""

import hashlib
from collections import Counter
from typing import Any

from evals.exporters._folder import Folder
from evals.exporters._trials import OURS, LabelledTrial, LabelledTrials
from evals.exporters.exporter import Exporter
from evals.record.jsonl import ascii_json

_FILE = "results.json"
_FAILED, _BY_ASSERT, _BY_ERROR = 0, 1, 2
"""Its `failureReason`."""


class PromptfooExporter(Exporter):
    """One file, `results.json`."""

    name = "promptfoo"
    summary = "an eval for `promptfoo import`, with the label as the reason"

    def write(self, trials: LabelledTrials, folder: Folder) -> str:
        """Write the results one by one, and behind them what they come to."""
        created = _time(trials.manifest.created)
        name = f"cantwont-{_hash(trials.name + created)[:12]}"
        head = {"version": 3, "timestamp": created}
        folder.append(_FILE, b'{"evalId":' + ascii_json(name) + b',"results":' + ascii_json(head)[:-1])
        folder.append(_FILE, b',"results":[')
        table = _Table()
        for number, trial in enumerate(trials):
            folder.append(_FILE, (b",\n" if number else b"\n") + ascii_json(table.row(trial)))
        folder.append(_FILE, b'\n],"prompts":' + ascii_json(table.prompts()))
        folder.append(_FILE, b',"stats":' + ascii_json(table.stats()) + b"}")
        about = {
            "config": {"description": "labels by cantwont"},
            "shareableUrl": None,
            "metadata": {"exportedAt": created, "evaluationCreatedAt": created},
        }
        folder.append(_FILE, b"," + ascii_json(about)[1:] + b"\n")
        return f"promptfoo import OUT/{_FILE}"


class _Table:
    """Which problem is which row, and which model and arm which column; and the counts of each."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._columns: dict[tuple[str, str], int] = {}
        self._taken: Counter[tuple[int, str]] = Counter()
        self._ended: dict[tuple[str, str], Counter[int]] = {}
        self._used: dict[tuple[str, str], Counter[str]] = {}

    def row(self, trial: LabelledTrial) -> dict[str, Any]:
        """Return a trial as one of its results."""
        key = (trial.model, _arm(trial))
        column = self._columns.setdefault(key, len(self._columns))
        problem = trial.outcome.instance
        repeat = self._taken[column, problem]
        self._taken[column, problem] += 1
        line = self._rows.setdefault(f"{problem}\n{repeat}", len(self._rows))
        made = _result(trial, line, column, repeat)
        self._ended.setdefault(key, Counter())[made["failureReason"]] += 1
        self._used.setdefault(key, Counter()).update(made["tokenUsage"])
        return made

    def prompts(self) -> list[dict[str, Any]]:
        """Return the columns."""
        return [
            {
                "id": _hash(arm),
                "raw": arm,
                "label": arm,
                "provider": model,
                "metrics": self._metrics((model, arm)),
            }
            for model, arm in self._columns
        ]

    def _metrics(self, key: tuple[str, str]) -> dict[str, Any]:
        ended = self._ended[key]
        return {
            "score": ended[_FAILED],
            "testPassCount": ended[_FAILED],
            "testFailCount": ended[_BY_ASSERT],
            "testErrorCount": ended[_BY_ERROR],
            "assertPassCount": ended[_FAILED],
            "assertFailCount": ended[_BY_ASSERT],
            "totalLatencyMs": 0,
            "tokenUsage": {**_NO_TOKENS, **self._used[key]},
            "namedScores": {},
            "namedScoresCount": {},
            "cost": 0,
        }

    def stats(self) -> dict[str, Any]:
        """Return the counts of all together."""
        ended = sum(self._ended.values(), Counter[int]())
        used = sum(self._used.values(), Counter[str]())
        return {
            "successes": ended[_FAILED],
            "failures": ended[_BY_ASSERT],
            "errors": ended[_BY_ERROR],
            "tokenUsage": {**_NO_TOKENS, **used},
        }


_NO_TOKENS = {"total": 0, "prompt": 0, "completion": 0, "cached": 0, "numRequests": 0}


def _result(trial: LabelledTrial, line: int, column: int, repeat: int) -> dict[str, Any]:
    solved, why, outcome = trial.solved, trial.why(), trial.outcome
    failure = _BY_ERROR if solved is None else _FAILED if solved else _BY_ASSERT
    variables = {
        "puzzle": outcome.puzzle,
        "size": outcome.size,
        "problem": outcome.instance,
        "repeat": repeat,
    }
    metadata = {OURS: trial.ours(answers=True) | {"found": trial.found()}}
    scores = {"solved": int(solved), "stopped": int(trial.stopped or False)} if solved is not None else {}
    passed = solved is True
    graded = {
        "pass": passed,
        "score": int(passed),
        "reason": why,
        "namedScores": scores,
        "componentResults": [{"pass": passed, "score": int(passed), "reason": why}],
    }
    made: dict[str, Any] = {
        "id": _uuid(trial.trial.id),
        "promptIdx": column,
        "testIdx": line,
        "promptId": _hash(_arm(trial)),
        "prompt": {"raw": _sent(trial), "label": _arm(trial)},
        "provider": {"id": trial.model, "label": ""},
        "vars": variables,
        "testCase": {"vars": variables, "metadata": metadata},
        "response": _response(trial),
        "success": passed,
        "score": int(passed),
        "namedScores": scores,
        "gradingResult": graded,
        "failureReason": failure,
        "latencyMs": round(1000 * sum(row.seconds or 0 for row in trial.replies)),
        "tokenUsage": _tokens(trial),
        "cost": 0,
        "metadata": metadata,
    }
    if not passed and trial.completion.content:  # without an output it would be an error in its place
        made["error"] = why
    return made


def _arm(trial: LabelledTrial) -> str:
    options = trial.trial.options
    told = ",".join(f"{name}={value}" for name, value in options.items())
    budget = trial.trial.sampling.max_tokens
    return trial.trial.arm + (f":{told}" if told else "") + (f" within {budget}" if budget else "")


def _sent(trial: LabelledTrial) -> str:
    """Return the messages as promptfoo keeps those of a chat; a lone message of the user's is its text."""
    asked = trial.asked
    if len(asked) == 1 and asked[0].role == "user":
        return asked[0].content
    return ascii_json([{"role": said.role, "content": said.content} for said in asked]).decode()


def _response(trial: LabelledTrial) -> dict[str, Any]:
    reply = trial.completion
    more = {"reasoning": reply.reasoning, "finishReason": reply.finish_reason}
    return {
        "output": reply.content,
        "cached": False,
        "tokenUsage": _tokens(trial),
        "isRefusal": reply.refusal is not None,
        "metadata": {},
        **{name: value for name, value in more.items() if value is not None},
    }


def _tokens(trial: LabelledTrial) -> dict[str, int]:
    prompt, completion = trial.outcome.prompt_tokens or 0, trial.outcome.completion_tokens or 0
    cached = trial.outcome.cached_tokens or 0
    requests = len(trial.replies)
    return {
        "total": prompt + completion,
        "prompt": prompt,
        "completion": completion,
        "cached": cached,
        "numRequests": requests,
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _uuid(trial: str) -> str:
    digest = _hash(trial)
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def _time(created: str) -> str:
    """Return a time as JavaScript writes it."""
    return created.replace("+00:00", ".000Z")


EXPORTER = PromptfooExporter()
