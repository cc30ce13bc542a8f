"""What each format holds, and that a stranger's text stands in it as text alone."""

import json
import math
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from evals.exporters import _rewards, hf
from evals.record.outcome import Label, Outcome
from tests.evals.exporters.runs import EVIL_MODEL, EVIL_WORDS, conversation, exported, recorded, rows_of
from tests.program import complaint, inside


def test_inspect_scores(tmp_path: Path) -> None:
    """Those of a log in a file of its own, under the ids of the log; the instrument's count for nobody."""
    sources = {
        "solved": {"log": "first", "sample": 7, "epoch": 2},
        "cut": {"log": "../first", "sample": "seven", "epoch": 1},
    }
    out = exported(recorded(tmp_path, sources=sources), "inspect")
    [solved, again] = rows_of(out / "scores-first.jsonl")
    assert (solved["id"], solved["epoch"], solved["value"], solved["answer"]) == (7, 2, "C", "solved")
    assert again["id"] == 7
    rows = [row for path in out.iterdir() for row in rows_of(path)]
    assert len(rows) == 12
    by_label = {row["answer"]: row for row in rows}
    assert math.isnan(by_label["truncated"]["value"])
    assert by_label["truncated"]["id"] == "seven"
    assert by_label["give_up"]["value"] == "I"
    assert by_label["give_up"]["metadata"]["evidence"][0]["quote"] == "..."
    assert "epoch" not in by_label["give_up"]
    assert "![" not in by_label["refusal"]["explanation"]
    assert all(set(row) <= {"id", "epoch", "value", "answer", "explanation", "metadata"} for row in rows)


def test_lm_eval_rows(tmp_path: Path) -> None:
    sources = {"wrong": {"doc_id": 41}}
    out = exported(recorded(tmp_path, sources=sources), "lm-eval")
    [good] = out.glob("good__one/*.jsonl")
    rows = {row["label"]: row for row in rows_of(good)}
    assert rows["logic_error"]["doc_id"] == 41
    assert (rows["solved"]["solved"], rows["solved"]["stopped"]) == (1.0, 0.0)
    assert (rows["give_up"]["solved"], rows["give_up"]["stopped"]) == (0.0, 1.0)
    assert (rows["truncated"]["solved"], rows["truncated"]["stopped"]) == (None, None)
    for row in rows.values():
        assert set(row["metrics"]) <= row.keys()
        assert row["arguments"]["gen_args_0"]["arg_0"].startswith("Solve it: ")
        assert row["resps"] == [row["filtered_resps"]]


def test_promptfoo_results(tmp_path: Path) -> None:
    """Each cell of its table once; nothing that it would evaluate when the eval is run again."""
    made = json.loads((exported(recorded(tmp_path), "promptfoo") / "results.json").read_text())
    assert made["config"] == {"description": "labels by cantwont"}
    results = made["results"]
    cells = [(row["testIdx"], row["promptIdx"]) for row in results["results"]]
    assert len(cells) == len(set(cells)) == 12
    assert len(results["prompts"]) == 2
    stats = results["stats"]
    assert (stats["successes"], stats["failures"], stats["errors"]) == (2, 8, 2)
    assert [p["metrics"]["testErrorCount"] for p in results["prompts"]] == [1, 1]
    for row in results["results"]:
        label = row["metadata"]["cantwont"]["found"]["label"]
        assert row["gradingResult"]["reason"].startswith(f"{label}: ")
        assert row["success"] is (label == "solved")
        assert EVIL_WORDS not in json.dumps([row["vars"], row["testCase"]["vars"]])
        assert "assert" not in row["testCase"]


def aggregates(out: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(out.rglob("*.json"))]


def test_every_eval_ever(tmp_path: Path) -> None:
    """Sizes are not pooled, and what the instrument lost is in no score."""
    out = exported(recorded(tmp_path), "every-eval-ever")
    for aggregate in aggregates(out):
        [result] = aggregate["evaluation_results"]
        assert "size=2" in result["evaluation_name"]
        assert result["score_details"]["score"] == 1 / 5
        assert result["score_details"]["uncertainty"]["num_samples"] == 5
        assert result["score_details"]["details"]["truncated"] == "1"
        companion = aggregate["detailed_evaluation_results"]
        samples = rows_of(out / companion["file_path"])
        assert len(samples) == companion["total_rows"] == 6
        for row in samples:
            lost = row["metadata"]["label"] == "truncated"
            assert ("error" in row) is lost
            assert ("evaluation_result_id" in row) is not lost
            assert row["evaluation_id"] == aggregate["evaluation_id"]
            assert all(isinstance(value, str) for value in row["metadata"].values())


def test_every_eval_ever_has_conversations(tmp_path: Path) -> None:
    [samples] = exported(conversation(tmp_path), "every-eval-ever").rglob("*_samples.jsonl")
    [row] = rows_of(samples)
    assert row["interaction_type"] == "multi_turn"
    assert [said["role"] for said in row["messages"]] == ["user", "assistant"] * 2
    assert "output" not in row


def test_the_card_has_no_markup_of_a_stranger(tmp_path: Path) -> None:
    out = exported(recorded(tmp_path), "hf")
    card = (out / "README.md").read_text(encoding="ascii")
    _, front, body = card.split("---\n", 2)
    assert front == (
        "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/*.parquet\n"
        "tags:\n- cantwont\n- evaluation\n"
    )
    assert "<img" not in body
    assert "\n---\n" not in body
    assert body.count("\n| ") >= 12
    [file] = out.glob("data/*.parquet")
    table = pq.read_table(file).to_pylist()
    assert {row["model"] for row in table} == {"good/one", EVIL_MODEL}
    solved = next(row for row in table if row["label"] == "solved")
    assert (solved["size"], solved["steps"], solved["written"]) == ("2", "3", 3)


def test_without_pyarrow_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recorded(tmp_path)
    monkeypatch.setattr(hf, "find_spec", lambda _: None)
    told = complaint(inside("export", run, "--to", "hf", "--out", "out", cwd=tmp_path), 2)
    assert "pip install pyarrow" in told
    assert not (tmp_path / "out").exists()


def test_verifiers_episodes(tmp_path: Path) -> None:
    rows = rows_of(exported(recorded(tmp_path), "verifiers") / "traces.jsonl")
    rewards = {}
    for row in rows:
        [trace] = row["traces"]
        assert (row["ok"], trace["ok"]) == (True, True)
        assert [node.get("parent") for node in trace["nodes"]] == [None, 0]
        assert trace["calls"][0]["node"] == 1
        rewards[trace["info"]["cantwont"]["label"]] = {
            name: reward["score"] for name, reward in trace["rewards"].items()
        }
        assert [name for name, reward in trace["rewards"].items() if reward["weight"]] == ["walk"]
    assert rewards["solved"] == {"walk": 1.0, "will": 1.0, "ability": 1.0}
    assert rewards["give_up"] == {"walk": pytest.approx(0.33), "will": 0.0, "ability": 1.0}
    assert rewards["logic_error"] == {"walk": 0.0, "will": 1.0, "ability": 0.0}
    assert rewards["refusal"] == {"walk": 0.0, "will": 0.0}
    assert "will" not in rewards["truncated"]


def outcome(label: Label, **more: Any) -> Outcome:
    return Outcome(
        trial="t", model="m", endpoint="e", puzzle="p", instance="i", size=3, steps=7, arm="list",
        label=label, reason="", **more,
    )  # fmt: skip


def test_walking_all_the_way_without_solving_is_less_than_solving() -> None:
    assert _rewards.walk(outcome(Label.LOGIC_ERROR, written=9, right=9)) < 1
    assert _rewards.walk(outcome(Label.SOLVED, written=7, right=7)) == 1
    unknown = outcome(Label.LOGIC_ERROR, written=9, right=9).model_copy(update={"steps": None})
    assert _rewards.walk(unknown) == 0
