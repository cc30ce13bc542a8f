"""`cantwont import`: what it tells, what it leaves, and how it ends."""

import json
from pathlib import Path

import pytest

from evals.importers import _record_run
from tests.evals.importers.samples import DECLINED, OURS, SOLVED, lines_file
from tests.program import complaint, done, inside


def chat(said: str, prompt: str = "Move.", **ours: object) -> dict[str, object]:
    """A row of a chat."""
    messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": said}]
    return {"messages": messages, "cantwont": OURS | ours}


def test_rows_left_out(tmp_path: Path) -> None:
    """They are told on standard error and counted, and a file has them all; the rest goes in."""
    file = lines_file(tmp_path / "a.jsonl", chat(SOLVED), {"messages": []}, chat(DECLINED), 7)
    run = inside("import", file.name, "--out", "run", "--refused", "left.jsonl", cwd=tmp_path)
    said = run.stdout
    assert run.returncode == 0
    assert "2 answers recorded in run\n2 rows left out:" in said
    assert "  1: no answer" in said
    assert "'a.jsonl', line 2: has no message of an assistant, and no response" in run.stderr
    assert "2 answers without a model" in said
    assert "2 answers without a finish reason" in said
    left = [json.loads(line) for line in (tmp_path / "left.jsonl").read_text().splitlines()]
    assert [(row["line"], row["reason"]) for row in left] == [(2, "no answer"), (4, "no object")]


def test_strict(tmp_path: Path) -> None:
    """With --strict one row that cannot be taken in is enough; and where none can, nothing is made either."""
    file = lines_file(tmp_path / "a.jsonl", chat(SOLVED), {"messages": []})
    line = complaint(inside("import", file.name, "--out", "run", "--strict", cwd=tmp_path), 2)
    assert line == "'a.jsonl', line 2: has no message of an assistant, and no response"
    lines_file(file, {"messages": []})
    run = inside("import", file.name, "--out", "run", "--refused", "left.jsonl", cwd=tmp_path)
    assert run.returncode == 2
    assert "none of the 1 rows of 'a.jsonl' can be taken in (no answer: 1)" in run.stderr
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.jsonl", "left.jsonl"]


def test_lenient(tmp_path: Path) -> None:
    """Our own format is strict, unless it is asked not to be."""
    record = {
        "id": "a",
        "task": "hanoi",
        "instance": {"parameters": {"size": 2}},
        "model": "m",
        "request": {"messages": []},
        "response": {"content": SOLVED},
    }
    file = lines_file(tmp_path / "a.jsonl", record, record | {"id": 7})
    complaint(inside("import", file.name, "--out", "run", cwd=tmp_path), 2)
    said = inside("import", file.name, "--out", "run", "--lenient", cwd=tmp_path).stdout
    assert "  1: a faulty record" in said


def test_dry_run(tmp_path: Path) -> None:
    """It makes nothing, and proposes an arm for each variant, with the options that say so."""
    file = lines_file(
        tmp_path / "a.jsonl",
        chat(SOLVED, variant="baseline"),
        chat(SOLVED, "Move. Do not abbreviate the list with an ellipsis.", variant="v2"),
        chat(SOLVED, "Move. Use this algorithm: …", variant="v3"),
        chat(SOLVED, variant="list"),
        chat(SOLVED, variant="two words"),
    )
    said = done(inside("import", file.name, "--dry-run", cwd=tmp_path))
    assert "5 answers can be taken in" in said
    assert "  baseline: 1 answer, list (by its name)" in said
    assert "  v2: 1 answer, insist (its prompt forbids abridging)" in said
    wanted = "--arm baseline=list --arm 'two words=list' --arm v2=insist --arm v3=algorithm"
    assert f"To take them as that: {wanted}" in said
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.jsonl"]


def test_arms_without_a_role(tmp_path: Path) -> None:
    """What is missing without known roles is said at once, and in the report."""
    file = lines_file(tmp_path / "a.jsonl", chat(SOLVED, variant="v1"))
    said = done(inside("import", file.name, "--out", "run", cwd=tmp_path))
    assert "No known role: 'v1'. Recovery and verdicts compare arms of known role" in said
    report = done(inside("report", "run", "--format", "md", "--out", "-", cwd=tmp_path))
    assert "Arms without a known role (v1)" in report


def test_wrong_options(tmp_path: Path) -> None:
    """Each is named in one line."""
    file = lines_file(tmp_path / "a.jsonl", chat(SOLVED))
    line = complaint(inside("import", file.name, cwd=tmp_path), 2)
    assert line.startswith("--out is missing: name the run directory to make")
    line = complaint(inside("import", file.name, "--out", "run", "--from", "nope", cwd=tmp_path), 2)
    assert line.startswith("there is no importer 'nope'; known are chat, csv")
    line = complaint(inside("import", file.name, "--out", "run", "--mapping", "nope", cwd=tmp_path), 2)
    assert line.startswith("cannot read the mapping 'nope'")
    line = complaint(
        inside("import", file.name, "--out", "run", "--arm", "unnamed=nudge:k=x", cwd=tmp_path), 2
    )
    assert "option 'k'" in line


def test_model_and_format_by_option(tmp_path: Path) -> None:
    """The user knows better than the file's beginning, and names the model that the rows do not."""
    file = lines_file(tmp_path / "a.jsonl", {"nothing": "known"}, chat(SOLVED))
    said = inside("import", file.name, "--out", "run", "--from", "chat", "--model", "m", cwd=tmp_path).stdout
    assert "without a model" not in said
    assert '"model":"m"' in (tmp_path / "run" / "exchanges.jsonl").read_text()


def test_hopeless_files_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file can unpack to very many rows: where none of the first can be taken in, none is sought."""
    monkeypatch.setattr(_record_run, "_HOPELESS", 50)
    (tmp_path / "a.csv").write_text("id,model,prompt,response\n" + "1,m,,\n" * 60)
    run = inside("import", "a.csv", "--out", "r", cwd=tmp_path)
    assert run.returncode == 2
    assert "none of the first 50 rows up to line 51 of 'a.csv' can be taken in (no answer: 50)" in run.stderr
    assert not (tmp_path / "r").exists()
