"""promptfoo writes results, we label them, and promptfoo shows the labels."""

import json
from pathlib import Path

import pytest

from tests_interop.cases import answers, cases, expected, exported, imported, labels_by_size
from tests_interop.environments import Tool
from tests_interop.mock_model import mock_model


def evaluated(promptfoo: Tool, folder: Path, kind: str) -> Path:
    """Let it ask a model our prompts; return its results."""
    with mock_model(answers()) as (url, asked):
        provider = {"id": "openai:chat:mock", "config": {"apiBaseUrl": url, "apiKey": "none"}}
        tests = [{"vars": {"question": case.asked.prompt}, "metadata": case.ours} for case in cases()]
        config = {"prompts": ["{{question}}"], "providers": [provider], "tests": tests}
        (folder / "config.json").write_text(json.dumps(config))
        keep = {"PROMPTFOO_CONFIG_DIR": str(folder)}
        command = ["promptfoo", "eval", "--config", "config.json", "--no-cache", "--no-progress-bar"]
        promptfoo.done(*command, "--output", f"results.{kind}", cwd=folder, changes=keep)
        assert len(asked) == len(cases())
    return folder / f"results.{kind}"


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_results_come_in_and_their_labels_go_back(promptfoo: Tool, tmp_path: Path, kind: str) -> None:
    if kind == "yaml":
        pytest.importorskip("yaml", reason="the extra 'yaml' is not installed beside the tests")
    run = imported(tmp_path, evaluated(promptfoo, tmp_path, kind))
    assert labels_by_size(run) == expected()
    out = exported(tmp_path, run, "promptfoo") / "results.json"
    keep = {"PROMPTFOO_CONFIG_DIR": str(tmp_path / "theirs")}
    promptfoo.done("promptfoo", "import", out, cwd=tmp_path, changes=keep)
    name = json.loads(out.read_text())["evalId"]
    promptfoo.done("promptfoo", "export", "eval", name, "--output", "back.json", cwd=tmp_path, changes=keep)
    results = json.loads((tmp_path / "back.json").read_text())["results"]
    shown = {
        row["vars"]["size"]: row["gradingResult"]["reason"].partition(":")[0] for row in results["results"]
    }
    assert shown == expected()
    assert (results["stats"]["successes"], results["stats"]["failures"]) == (1, 3)
    assert labels_by_size(imported(tmp_path, tmp_path / "back.json", name="again")) == expected()
