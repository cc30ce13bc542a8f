"""Episodes of verifiers, samples of Every Eval Ever's schema, and what promptfoo writes beside results."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.importers import importer
from evals.importers.importer import RecordedAnswer, Refused, Sample, Source

SOURCE = Source(Path("rows.jsonl"), label="rows.jsonl")
OURS = {"puzzle": "hanoi", "instance": {"parameters": {"size": 2}}, "variant": "list"}
EPISODE: Mapping[str, Any] = {
    "id": "e",
    "task": {"type": "T", "data": {}},
    "ok": True,
    "traces": [
        {
            "id": "t",
            "task": {"type": "T", "data": {"cantwont": OURS}},
            "agent": {"config": {"model": "m", "sampling": {"max_tokens": 50, "top_p": None}}},
            "nodes": [
                {"message": {"role": "user", "content": "Solve it."}, "sampled": False},
                {
                    "message": {"role": "assistant", "content": "moves =", "reasoning_content": "hm"},
                    "sampled": True,
                },
            ],
            "calls": [
                {
                    "node": 1,
                    "finish_reason": "length",
                    "usage": {"prompt_tokens": 5, "completion_tokens": 9, "cached_input_tokens": 4},
                }
            ],
        }
    ],
}
SAMPLE: Mapping[str, Any] = {
    "schema_version": "instance_level_eval_0.3.0",
    "evaluation_id": "e",
    "model_id": "lab/m",
    "evaluation_name": "longlists",
    "sample_id": "s",
    "interaction_type": "single_turn",
    "input": {"raw": "Solve it.", "reference": []},
    "output": {"raw": ["moves ="], "reasoning_trace": ["hm"]},
    "token_usage": {"input_tokens": 9, "output_tokens": 9, "total_tokens": 18},
    "metadata": {"cantwont": json.dumps(OURS)},
}


def read(name: str, row: Mapping[str, Any]) -> RecordedAnswer | Refused:
    assert importer(name).recognises(Sample("rows.jsonl", b"", dict(row)))
    [found] = importer(name).read(4, dict(row), SOURCE)  # type: ignore[attr-defined]
    assert isinstance(found, RecordedAnswer | Refused)
    return found


@pytest.mark.parametrize(
    ("name", "row", "model"), [("verifiers", EPISODE, "m"), ("every_eval_ever", SAMPLE, "lab/m")]
)
def test_an_answer(name: str, row: Mapping[str, Any], model: str) -> None:
    answer = read(name, row)
    assert isinstance(answer, RecordedAnswer)
    assert (answer.puzzle, answer.variant, answer.model) == ("hanoi", "list", model)
    [turn] = answer.turns
    assert (turn.content, turn.reasoning) == ("moves =", "hm")
    assert list(turn.messages) == [{"role": "user", "content": "Solve it."}]
    assert turn.usage is not None
    assert (turn.usage["prompt_tokens"], turn.usage["completion_tokens"]) == (9, 9)


def test_an_episode_tells_why_it_ended() -> None:
    answer = read("verifiers", EPISODE)
    assert isinstance(answer, RecordedAnswer)
    assert answer.turns[0].finish_reason == "length"
    assert answer.sampling == {"max_tokens": 50}
    assert answer.source == {"file": "rows.jsonl", "line": 4, "episode": "e", "trace": "t"}


def without(row: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {**row, **changes}


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("verifiers", without(EPISODE, traces=[]), "no answer"),
        ("verifiers", without(EPISODE, traces=["x"]), "no answer"),
        ("verifiers", without(EPISODE, errors=[{"message": "broken"}]), "an error in place of an answer"),
        ("verifiers", without(EPISODE, traces=[{"tools": [{"name": "bash"}]}]), "an agent's conversation"),
        ("every_eval_ever", without(SAMPLE, interaction_type="agentic"), "an agent's conversation"),
        ("every_eval_ever", without(SAMPLE, output=None), "no answer"),
        ("every_eval_ever", without(SAMPLE, output={"raw": []}), "no answer"),
    ],
)
def test_what_is_refused(name: str, row: Mapping[str, Any], reason: str) -> None:
    refused = read(name, row)
    assert isinstance(refused, Refused)
    assert (refused.line, refused.reason) == (4, reason)


@pytest.mark.parametrize("name", ["verifiers", "every_eval_ever"])
@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [[]], [None], {"config": 3}])
def test_values_of_other_types_break_nothing(name: str, value: object) -> None:
    row = EPISODE if name == "verifiers" else SAMPLE
    for field in row:
        if field not in ("schema_version", "ok", "task"):
            list(importer(name).read(1, {**row, field: value}, SOURCE))  # type: ignore[attr-defined]
    for field in EPISODE["traces"][0] if name == "verifiers" else ():
        trace = {**EPISODE["traces"][0], field: value}
        list(importer(name).read(1, {**row, "traces": [trace]}, SOURCE))  # type: ignore[attr-defined]


@pytest.mark.parametrize("indent", [None, 2])
def test_promptfoo_names_its_variables_at_the_top(tmp_path: Path, indent: int | None) -> None:
    """As it does since 0.121; that makes no row of the document."""
    row = {
        "vars": {"question": "Solve it."},
        "metadata": {"cantwont": OURS},
        "prompt": {"raw": "Solve it.", "label": "{{question}}"},
        "provider": {"id": "m"},
        "response": {"output": "moves ="},
    }
    results = {"version": 3, "prompts": [], "results": [row], "stats": {}}
    path = tmp_path / "results.json"
    whole = {"evalId": "e", "results": results, "config": {}, "vars": ["question"]}
    path.write_text(json.dumps(whole, indent=indent))
    [answer] = importer("promptfoo").answers(Source(path, label="results.json"))
    assert isinstance(answer, RecordedAnswer)
    assert (answer.puzzle, answer.model) == ("hanoi", "m")
