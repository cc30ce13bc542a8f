"""lm-evaluation-harness logs samples, we label them, and write them back in its format."""

import json
from pathlib import Path

from tests_interop.cases import answers, cases, expected, exported, imported, labels_by_size
from tests_interop.environments import HERE, Tool
from tests_interop.mock_model import mock_model

TASK = """\
task: longlists
dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{prompt}}}}"
doc_to_target: ""
generation_kwargs: {{until: [], max_gen_toks: 4000, temperature: 0.0, do_sample: false}}
metric_list: [{{metric: exact_match}}]
metadata: {{version: 1}}
"""


def logged(lm_eval: Tool, folder: Path) -> Path:
    """Let it ask a model our prompts; return its log of samples."""
    rows = [{"prompt": case.asked.prompt, **case.ours} for case in cases()]
    (folder / "docs.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (folder / "tasks").mkdir()
    (folder / "tasks" / "longlists.yaml").write_text(TASK.format(file=folder / "docs.jsonl"))
    with mock_model(answers()) as (url, asked):
        command = ["lm_eval", "run", "--model", "local-chat-completions", "--tasks", "longlists"]
        arguments = f"model=mock,base_url={url}/chat/completions,num_concurrent=1,max_retries=1"
        lm_eval.done(
            *command, "--model_args", arguments, "--include_path", "tasks", "--apply_chat_template",
            "--log_samples", "--output_path", "out", cwd=folder,
            changes={"OPENAI_API_KEY": "none"},
        )  # fmt: skip
        assert len(asked) == len(cases())
    [samples] = (folder / "out").rglob("samples_*.jsonl")
    return samples


def test_samples_come_in_and_their_labels_go_back(lm_eval: Tool, tmp_path: Path) -> None:
    run = imported(tmp_path, logged(lm_eval, tmp_path))
    assert labels_by_size(run) == expected()
    out = exported(tmp_path, run, "lm-eval")
    files = sorted(out.rglob("samples_*.jsonl"))
    rows = json.loads(lm_eval.done("python", HERE / "programs" / "datasets_read.py", *files, cwd=tmp_path))
    by_id = {row["doc_id"]: row for row in rows}
    assert [by_id[number]["label"] for number in range(len(cases()))] == list(expected().values())
    assert [by_id[number]["solved"] for number in range(len(cases()))] == [1.0, 0.0, 0.0, 0.0]
    assert [by_id[number]["stopped"] for number in range(len(cases()))] == [0.0, 1.0, 0.0, 1.0]
    assert labels_by_size(imported(tmp_path, *files, name="again")) == expected()
