"""`cantwont label`: one answer, from a file or a pipe."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.program import PROGRAM, complaint, done, environment, inside


def _label(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "answer.txt").write_text(text, encoding="utf-8")
    return inside("label", arguments[0], "answer.txt", *arguments[1:], cwd=folder)


def _as_json(folder: Path, text: str, *arguments: str) -> dict[str, Any]:
    found = json.loads(done(_label(folder, text, *arguments, "--json")))
    assert isinstance(found, dict)
    return found


def test_a_first_error_is_explained(tmp_path: Path) -> None:
    told = done(_label(tmp_path, "[[1,0,2],[2,0,1],[1,2,1],[3,0,1]]", "hanoi", "--size", "3"))
    assert "logic_error: a step is illegal or wrong" in told
    assert "first error: step 4: disk 3 cannot go on the smaller disk 1" in told
    assert "4 written, 3 right, needed: 7" in told


def test_json_has_what_the_record_has(tmp_path: Path) -> None:
    found = _as_json(tmp_path, "[[1,0,2],[2,0,1], ... and so on", "hanoi", "--size", "3")
    assert (found["label"], found["written"], found["steps"]) == ("give_up", 2, 7)
    [evidence] = found["evidence"]
    assert (evidence["shows"], evidence["quote"]) == ("elision", "...")


def test_an_answer_comes_by_a_pipe(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*PROGRAM, "label", "counting", "--size", "3"],
        input="1\n2\n3",
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done(ended).startswith("solved: ")


def test_a_finish_reason_counts(tmp_path: Path) -> None:
    short = "[[1, 0, 2], [2, 0, 1],"
    assert (
        _as_json(tmp_path, short, "hanoi", "--size", "5", "--finish-reason", "length")["label"] == "truncated"
    )


def test_an_instance_given_whole(tmp_path: Path) -> None:
    data = {"start": [[2, 1], [], []], "goal": [[], [], [2, 1]]}
    (tmp_path / "mine.json").write_text(json.dumps(data))
    for given in (json.dumps(data), "@mine.json"):
        found = _as_json(tmp_path, "[[1,0,1],[2,0,2],[1,1,2]]", "hanoi", "--instance", given)
        assert (found["label"], found["steps"]) == ("solved", 3)
        assert found["instance"].startswith("hanoi/given=")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("hanoi",), "--size N, or --instance JSON"),
        (("hanoi", "--size", "3", "--instance", "{}"), "one of them"),
        (("hanoi", "--instance", "[1]"), "must be a JSON object"),
        (("hanoi", "--instance", "{"), "is not JSON"),
        (("hanoi", "--instance", "@nowhere.json"), "No such file"),
        (("hanoi", "--instance", "{}", "--seed", "1"), "leave out --parameter and --seed"),
        (("hanoi", "--size", "99"), "'size' must be from 1 to 30"),
        (("no_such", "--size", "3"), "unknown puzzle 'no_such'"),
        (("hanoi", "--size", "3", "--finish-reason", "error"), "broke the answer off"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in complaint(_label(tmp_path, "x", *arguments), 2)


def test_no_file_is_one_line(tmp_path: Path) -> None:
    assert "cannot read answer 'nowhere'" in complaint(
        inside("label", "hanoi", "nowhere", "--size", "3", cwd=tmp_path), 2
    )


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_bytes(os.urandom(64) + b"\xff\xfe")
    assert "not UTF-8" in complaint(inside("label", "hanoi", "answer.txt", "--size", "3", cwd=tmp_path), 2)
