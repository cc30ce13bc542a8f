"""verifiers: episodes as its `traces.jsonl` has them, with the rewards of our environment."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from typing import Any

from evals.exporters import _rewards
from evals.exporters._folder import Folder, encodable
from evals.exporters._trials import OURS, LabelledTrial, LabelledTrials
from evals.exporters.exporter import Exporter
from evals.record.exchange import Exchange
from evals.record.finish_reasons import Finish, finish_of
from evals.replay.derive import completion_of

_FILE = "traces.jsonl"
_FINISH = {Finish.STOPPED: "stop", Finish.LENGTH: "length"}
_ROLES = ("system", "user", "assistant")
_MADE_BY = f"none: written by cantwont {version('cantwont')}"


class VerifiersExporter(Exporter):
    """One file, `traces.jsonl`: an episode a trial."""

    name = "verifiers"
    summary = "traces.jsonl of verifiers, with rewards of will and ability apart"

    def write(self, trials: LabelledTrials, folder: Folder) -> str:
        """Write an episode a trial."""
        for trial in trials:
            folder.append_row(_FILE, encodable(_episode(trial)))
        return f"cantwont import OUT/{_FILE} --out runs/again"


def _episode(trial: LabelledTrial) -> dict[str, Any]:
    data = {
        "id": trial.trial.id,
        "name": trial.outcome.instance,
        "prompt": trial.prompt,
        OURS: trial.ours(answers=True),
    }
    task = {"type": "PuzzleTask", "data": data}
    trace = _trace(trial) | {"task": task}
    return {
        "id": _hex(trial.trial.id),
        "env": {"id": "cantwont-puzzles"},
        "task": task,
        "ok": True,
        "traces": [trace],
    }


def _trace(trial: LabelledTrial) -> dict[str, Any]:
    outcome = trial.outcome
    rewards = {name: getattr(_rewards, name)(outcome) for name in ("walk", "will", "ability")}
    nodes, calls = _graph(trial)
    return {
        "version": 1,
        "id": _hex(f"trace {trial.trial.id}"),
        "verifiers": {"version": _MADE_BY},
        "agent": {"config": {"model": trial.model}},
        "nodes": nodes,
        "calls": calls,
        "rewards": {
            name: {"score": score, "weight": float(name == "walk")}
            for name, score in rewards.items()
            if score is not None
        },
        "metrics": {"solved": float(trial.solved or 0), "steps_written": float(outcome.written)},
        "info": {OURS: trial.found() | {"source": trial.source}},
        "is_completed": True,
        "ok": True,
        "stop_condition": "agent_completed",
    }


def _graph(trial: LabelledTrial) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the messages, each with the one before as its parent, and the calls that brought answers."""
    nodes: list[dict[str, Any]] = []
    calls = []
    for row in trial.replies:
        for message in _sent(row, first=not nodes):
            nodes.append(_node(message, len(nodes), row, sampled=False))
        reply = completion_of(row)
        said = {"role": "assistant", "content": reply.content}
        if reply.reasoning is not None:
            said["reasoning_content"] = reply.reasoning
        nodes.append(_node(said, len(nodes), row, sampled=True))
        calls.append(_call(trial, row, len(nodes) - 1))
    return nodes, calls


def _sent(row: Exchange, *, first: bool) -> Iterator[dict[str, str]]:
    for message in row.messages:
        if message.role != "assistant" or first:
            role = message.role if message.role in _ROLES else "user"
            yield {"role": role, "content": message.content}


def _node(message: dict[str, str], number: int, row: Exchange, *, sampled: bool) -> dict[str, Any]:
    node: dict[str, Any] = {"message": message, "sampled": sampled, "timestamp": _seconds(row)}
    return node | {"parent": number - 1} if number else node


def _call(trial: LabelledTrial, row: Exchange, node: int) -> dict[str, Any]:
    reply, begun = completion_of(row), _seconds(row)
    finish = finish_of(reply.finish_reason)
    call: dict[str, Any] = {
        "node": node,
        "model": trial.model,
        "time": {"start": begun, "end": begun + (row.seconds or 0.0)},
    }
    if finish in _FINISH:
        call["finish_reason"] = _FINISH[finish]
    if reply.prompt_tokens is not None and reply.completion_tokens is not None:
        cached = reply.cached_tokens or 0
        call["usage"] = {
            "prompt_tokens": max(0, reply.prompt_tokens - cached),
            "completion_tokens": reply.completion_tokens,
            "cached_input_tokens": cached,
        }
    return call


def _seconds(row: Exchange) -> float:
    try:
        return datetime.fromisoformat(row.at or "").timestamp()
    except ValueError:
        return 0.0


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


EXPORTER = VerifiersExporter()
