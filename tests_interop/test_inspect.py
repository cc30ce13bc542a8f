"""Inspect writes a log, we label it, and Inspect reads the labels; and our puzzles are its tasks."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cantwont
from tests.program import cantwont as program
from tests_interop.cases import PUZZLE, SIZES, answers, cases, expected
from tests_interop.environments import HERE, ROOT, Tool
from tests_interop.mock_model import mock_model

PROGRAMS = HERE / "programs"


def written(
    inspect: Tool, folder: Path, said: dict[str, str], kind: str = "eval", arm: str = "list"
) -> dict[str, Any]:
    """Let Inspect write a log of our task; return where it is, and what our scorer found in it."""
    (folder / "answers.json").write_text(json.dumps({key.strip(): value for key, value in said.items()}))
    arguments = json.dumps({"sizes": SIZES, "arm": arm})
    told = inspect.done(
        "python", PROGRAMS / "inspect_eval.py", "answers.json", "logs", kind, f"cantwont/{PUZZLE}", arguments,
        cwd=folder,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found


@pytest.mark.parametrize("kind", ["eval", "json"])
def test_a_log_comes_in_and_its_labels_go_back(inspect: Tool, tmp_path: Path, kind: str) -> None:
    log = written(inspect, tmp_path, answers(), kind)
    inspect.done("cantwont", "import", log["log"], "--out", "run", cwd=tmp_path)
    ours = {outcome.trial: outcome.label.value for outcome in cantwont.outcomes(tmp_path / "run")}
    assert len(ours) == 2 * len(cases())
    assert {o.size: o.label.value for o in cantwont.outcomes(tmp_path / "run")} == expected()

    inspect.done("cantwont", "export", "run", "--to", "inspect", "--out", "scores", cwd=tmp_path)
    [scores] = (tmp_path / "scores").iterdir()
    given = ["--scorer", "precomputed_scores", "-S", f"scores={scores}", "--action", "append"]
    inspect.done("inspect", "score", log["log"], *given, "--output-file", f"scored.{kind}", cwd=tmp_path)
    read = json.loads(inspect.done("python", PROGRAMS / "inspect_scores.py", f"scored.{kind}", cwd=tmp_path))
    back = {name: score["answer"] for name, score in read["scores"]["precomputed_scores"].items()}
    assert back == log["labels"]
    assert read["metrics"]["precomputed_scores"]["accuracy"] == 1 / len(cases())
    [evidence, *_] = next(
        score["metadata"]["evidence"]
        for score in read["scores"]["precomputed_scores"].values()
        if score["answer"] == "give_up"
    )
    assert evidence["quote"] == "..."

    inspect.done("cantwont", "import", f"scored.{kind}", "--out", "again", cwd=tmp_path)
    again = {outcome.trial: outcome.label.value for outcome in cantwont.outcomes(tmp_path / "again")}
    assert again == ours


def test_a_conversation_comes_in_whole(inspect: Tool, tmp_path: Path) -> None:
    """`nudge` asks again in Inspect as it does with us, and its turns come in as turns."""
    log = written(inspect, tmp_path, answers(), arm="nudge:k=1")
    inspect.done("cantwont", "import", log["log"], "--out", "run", cwd=tmp_path)
    outcomes = cantwont.outcomes(tmp_path / "run")
    assert {o.label.value for o in outcomes if o.turns == 2} == {"give_up", "refusal"}
    assert sorted(o.label.value for o in outcomes) == sorted(log["labels"].values())
    assert not [o for o in outcomes if "asked_otherwise" in o.flags]
    assert all(o.finish_reason == "stop" and o.prompt_tokens for o in outcomes)


def test_samples_with_an_error_are_left_out_and_told(inspect: Tool, tmp_path: Path) -> None:
    said = answers()
    said[cases()[0].asked.prompt] = "raise"
    log = written(inspect, tmp_path, said)
    ended = inspect.run("cantwont", "import", log["log"], "--out", "run", cwd=tmp_path)
    assert ended.returncode == 0
    assert "the provider is not well" in ended.stdout + ended.stderr
    assert len(cantwont.outcomes(tmp_path / "run")) == 2 * (len(cases()) - 1)


def test_without_the_extra_one_line_says_what_to_install(inspect: Tool, tmp_path: Path) -> None:
    log = written(inspect, tmp_path, answers())
    ended = program("import", log["log"], "--out", "run", cwd=tmp_path)
    if ended.returncode == 0:
        pytest.skip("Inspect is installed beside the tests")
    assert ended.returncode == 2
    assert "pip install 'cantwont[inspect]'" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("damage", ["cut", "end", "empty", "text"])
def test_a_damaged_log_ends_in_one_line(inspect: Tool, tmp_path: Path, damage: str) -> None:
    log = Path(written(inspect, tmp_path, answers())["log"])
    data = log.read_bytes()
    damaged = {
        "cut": data[: len(data) // 2],
        "end": data[:-400] + bytes(400),
        "empty": b"",
        "text": b"PK\x03\x04 and so on",
    }
    (tmp_path / "bad.eval").write_bytes(damaged[damage])
    command = ["cantwont", "import", "bad.eval", "--from", "inspect", "--out", "run"]
    ended = inspect.run(*command, cwd=tmp_path)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert not (tmp_path / "run").exists()


def installed(inspect: Tool, folder: Path) -> Tool:
    """Return an environment with the wheel, which borrows all else from that of Inspect."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    made = Tool(folder / "venv" / "bin")
    made.done("python", "-m", "pip", "install", "--quiet", "--no-deps", str(wheel), cwd=folder)
    ask = ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own, borrowed = (tool.done("python", *ask, cwd=folder).strip() for tool in (made, inspect))
    (Path(own) / "borrowed.pth").write_text(f"{borrowed}\n")
    told = made.done("python", "-c", "import cantwont; print(cantwont.__file__)", cwd=folder)
    assert Path(told.strip()).is_relative_to(own)
    return made


@pytest.mark.parametrize("where", ["checkout", "wheel"])
def test_a_puzzle_is_a_task_of_theirs(inspect: Tool, tmp_path: Path, where: str) -> None:
    """By its entry point, from the command line, against a server; with the horizons among the metrics."""
    there = inspect if where == "checkout" else installed(inspect, tmp_path)
    with mock_model(answers()) as (url, asked):
        command = ["eval", f"cantwont/{PUZZLE}", "-T", f"sizes={SIZES}", "-T", "arm=list", "--epochs", "3"]
        options = ["--model", "openai-api/mock/m", "--log-dir", "logs", "--display", "plain"]
        keys = {"MOCK_API_KEY": "none", "MOCK_BASE_URL": url}
        run = ["-c", "from inspect_ai._cli.main import main; main()", *command]
        there.done("python", *run, *options, cwd=tmp_path, changes=keys)
        assert len(asked) == 3 * len(cases())
    [log] = (tmp_path / "logs").glob("*.eval")
    read = json.loads(there.done("python", PROGRAMS / "inspect_scores.py", log, cwd=tmp_path))
    [metrics] = read["metrics"].values()
    assert (metrics["solved"], metrics["stopped"]) == (1 / 4, 1 / 2)
    assert {"willing_horizon", "able_horizon", "willing_horizon_low"} <= metrics.keys()
    [scores] = read["scores"].values()
    assert sorted(score["answer"] for score in scores.values()) == sorted([*expected().values()] * 3)
