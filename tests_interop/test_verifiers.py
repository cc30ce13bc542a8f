"""verifiers runs our puzzles as an environment of its own, and reads what we export."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests_interop.cases import PUZZLE, SIZES, answers, cases, expected, exported, imported, labels_by_size
from tests_interop.environments import HERE, Tool
from tests_interop.mock_model import mock_model

PROGRAMS = HERE / "programs"


def evaluated(verifiers: Tool, folder: Path, arm: str) -> Path:
    """Let it run the environment against a mock model; return the folder of its traces."""
    with mock_model(answers()) as (url, asked):
        task = {"puzzle": PUZZLE, "sizes": SIZES, "arm": arm}
        options = [part for name, value in task.items() for part in (f"--env.taskset.{name}", value)]
        client = ["--client.base-url", url, "--client.api-key-var", "MOCK_KEY"]
        where = ["--env.agent.runtime.type", "subprocess", "--no-push", "--output-dir", "out"]
        verifiers.done(
            "vf-eval", "cantwont-puzzles", "--model", "mock", *options, *client, *where,
            cwd=folder,
            changes={"MOCK_KEY": "none"},
        )  # fmt: skip
        assert len(asked) == len(cases()) + (2 if arm == "nudge:k=1" else 0)
    [traces] = (folder / "out").rglob("traces.jsonl")
    return traces


def read(verifiers: Tool, folder: Path, cwd: Path) -> dict[int, Any]:
    """Read traces as verifiers does, by the sizes of the problems."""
    told = json.loads(verifiers.done("python", PROGRAMS / "verifiers_read.py", folder, cwd=cwd))
    return {int(name.split("size=")[1].split("/")[0]): found for name, found in told.items()}


@pytest.mark.parametrize("arm", ["list", "nudge:k=1"])
def test_it_runs_our_environment(verifiers: Tool, tmp_path: Path, arm: str) -> None:
    traces = evaluated(verifiers, tmp_path, arm)
    found = read(verifiers, traces.parent, tmp_path)
    assert {size: each["label"] for size, each in found.items()} == expected()
    rewards = {each["label"]: each["rewards"] for each in found.values()}
    assert rewards["solved"] == {"walk": 1.0, "will": 1.0, "ability": 1.0}
    assert (rewards["give_up"]["will"], rewards["give_up"]["ability"]) == (0.0, 1.0)
    assert 0 < rewards["give_up"]["walk"] < 1
    assert (rewards["logic_error"]["will"], rewards["logic_error"]["ability"]) == (1.0, 0.0)
    assert rewards["refusal"] == {"walk": 0.0, "will": 0.0}
    assert found[8]["reward"] == 1.0
    if arm != "list":
        assert {each["label"] for each in found.values() if each["turns"] == 2} == {"give_up", "refusal"}

    run = imported(tmp_path, traces)
    assert labels_by_size(run) == expected()
    out = exported(tmp_path, run, "verifiers")
    again = read(verifiers, out, tmp_path)
    for size, each in found.items():
        for name in ("rewards", "reply", "turns", "label", "metrics"):
            assert again[size][name] == each[name]
    assert labels_by_size(imported(tmp_path, out / "traces.jsonl", name="again")) == expected()


def test_a_program_loads_the_environment(verifiers: Tool, tmp_path: Path) -> None:
    told = verifiers.done("python", PROGRAMS / "verifiers_load.py", cwd=tmp_path)
    names = json.loads(told.splitlines()[-1])
    assert [name.split("/")[:2] for name in names] == [["hanoi", f"size={size}"] for size in (3, 4, 5)]
