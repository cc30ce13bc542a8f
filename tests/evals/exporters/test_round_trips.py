"""Export, import, same labels: for each format that has the answers, too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import cantwont
from tests.evals.exporters.runs import conversation, exported, recorded
from tests.program import done, inside

FILES: Mapping[str, str] = {
    "lm-eval": "*/samples_*.jsonl",
    "promptfoo": "results.json",
    "every-eval-ever": "data/*/*/*/*_samples.jsonl",
    "hf": "data/*.parquet",
    "verifiers": "traces.jsonl",
}
_KEPT = (
    "label", "reason", "probability", "flags", "evidence", "written", "right", "first_error", "lost_at",
    "arm", "options", "instance", "turns", "by_turn", "finish_reason", "prompt_tokens", "completion_tokens",
)  # fmt: skip


def found(run: Path) -> dict[str, dict[str, Any]]:
    """Return what counts of each outcome, by trial."""
    return {
        outcome.trial: {name: getattr(outcome, name) for name in _KEPT} for outcome in cantwont.outcomes(run)
    }


@pytest.mark.parametrize("to", FILES)
@pytest.mark.parametrize("make", [recorded, conversation])
def test_the_labels_are_the_same(tmp_path: Path, to: str, make: Any) -> None:
    run = make(tmp_path)
    files = sorted(exported(run, to).glob(FILES[to]))
    assert files
    done(inside("import", *files, "--out", "again", cwd=tmp_path))
    want, got = found(run), found(tmp_path / "again")
    if to in ("hf", "every-eval-ever", "verifiers"):  # their readers want UTF-8
        for outcomes in (want, got):
            outcomes.pop("declined/evil", None)
            outcomes.pop("declined/good", None)
    assert got == want


@pytest.mark.parametrize("to", ["hf", "every-eval-ever", "verifiers"])
def test_a_lone_surrogate_is_spelled_out(tmp_path: Path, to: str) -> None:
    """For readers that want UTF-8; the label stays."""
    run = recorded(tmp_path)
    done(inside("import", *sorted(exported(run, to).glob(FILES[to])), "--out", "again", cwd=tmp_path))
    assert found(tmp_path / "again")["declined/good"]["label"] == "refusal"


def test_every_answer_is_taken_once(tmp_path: Path) -> None:
    run = recorded(tmp_path)
    labels = sorted(outcome.label.value for outcome in cantwont.outcomes(run))
    assert labels == sorted(["solved", "refusal", "give_up", "logic_error", "truncated", "refusal"] * 2)
