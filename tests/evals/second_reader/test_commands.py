"""The commands that hold a label against another reader: show, agree, and a judge."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import complaint, done, inside, outcome_rows, recorded
from tests.samples.recorded_answers import run_of
from tests.servers.scripted import Body, completion, scripted

STOPS = "moves = [[1,0,2], [2,0,1], and so on]"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of two answers."""
    return run_of(tmp_path, {"first": STOPS, "second": "Blue."}).path


@pytest.fixture
def served() -> Iterator[str]:
    """A model `m` that talks of colours, a judge `j` who finds that no answer, and a judge `busy`."""

    def reply(asked: Body) -> tuple[int, Body]:
        if asked["model"] == "busy":
            return 503, {"error": "come back later"}
        return 200, completion("Blue." if asked["model"] == "m" else '{"label": "no_answer", "quote": ""}')

    with scripted(reply) as address:
        yield address


def labels(path: Path, *lines: dict[str, object]) -> Path:
    file = path / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


# --- show


def test_show(run: Path, tmp_path: Path) -> None:
    """A trial is shown by the beginning of its id, with its evidence marked; its prompt when asked for."""
    said = done(inside("show", run, "fi", cwd=tmp_path))
    assert "label     give_up" in said
    assert ">>>and so on<<< (elision)" in said
    assert "List the moves." not in said
    assert "List the moves." in done(inside("show", run, "first", "--prompt", "--full", cwd=tmp_path))


def test_show_what_is_not_there(run: Path, tmp_path: Path) -> None:
    """An unknown trial is bad input, and those there are are named."""
    line = complaint(inside("show", run, "fist", cwd=tmp_path), 2)
    assert "has no trial 'fist'; close to it: 'first'" in line


# --- agree


def test_agree(run: Path, tmp_path: Path) -> None:
    """The figures, and every disagreement with what the rule had for it."""
    file = labels(
        tmp_path, {"id": "first", "label": "refusal", "note": "hm"}, {"id": "third", "label": "solved"}
    )
    said = done(inside("agree", run, file, cwd=tmp_path))
    assert "all rows: agreement 0.0 % (0 of 1)" in said
    assert "1 label for trials that the run lacks: 'third'" in said
    assert "“and so on”" in said
    assert "note         hm" in said


def test_agree_fails_under(run: Path, tmp_path: Path) -> None:
    """With a floor, it is a check: met at the floor itself, failed below."""
    file = labels(tmp_path, {"id": "first", "label": "give_up"}, {"id": "second", "label": "refusal"})
    done(inside("agree", run, file, "--fail-under", "0.5", cwd=tmp_path))
    ended = inside("agree", run, file, "--fail-under", "0.51", cwd=tmp_path)
    assert ended.returncode == 1
    assert "the agreement, 0.5000, is below 0.51" in ended.stdout
    assert ended.stderr == ""


def test_agree_with_a_faulty_file(run: Path, tmp_path: Path) -> None:
    """What cannot be read as labels is bad input."""
    line = complaint(inside("agree", run, labels(tmp_path, {"id": "first"}), cwd=tmp_path), 2)
    assert "labels.jsonl', line 1: field 'label': it is missing" in line
    assert "cannot read 'nope'" in complaint(inside("agree", run, "nope", cwd=tmp_path), 2)


# --- a judge


def asking(address: str, judge: str, *more: str) -> list[str]:
    asked = ["--model", f"{address}#m", "--puzzle", "hanoi:3", "--repeats", "2", "--max-retries", "0"]
    return ["run", *asked, "--judge", f"{address}#{judge}", "--out", "made", *more]


def test_run_with_a_judge(served: str, tmp_path: Path) -> None:
    """The judge is asked at the end of the run; its verdict stands beside the label, and replay knows it."""
    said = done(inside(*asking(served, "j"), cwd=tmp_path))
    assert "2 outcomes are not sure; verdicts: no_answer 2" in said
    rows = [json.loads(row) for row in outcome_rows(tmp_path / "made")]
    assert [row["judge_label"] for row in rows] == ["no_answer", "no_answer"]
    assert len(recorded(tmp_path / "made")) == 4
    said = done(inside("replay", "made", cwd=tmp_path))
    assert "2 trials replayed; all outcomes are the same" in said
    said = done(inside(*asking(served, "j"), cwd=tmp_path))
    assert "2 of them replied to before" in said
    assert len(recorded(tmp_path / "made")) == 4


def test_a_judge_that_does_not_reply(served: str, tmp_path: Path) -> None:
    """The run's own outcomes are written; the command ends unfinished, and says why."""
    ended = inside(*asking(served, "busy"), cwd=tmp_path)
    assert "has not replied about 2 outcomes; the same command asks again" in complaint(ended, 3)
    assert "2 without a verdict: no reply: " in ended.stdout
    assert len(outcome_rows(tmp_path / "made")) == 2


def test_an_unknown_judge(served: str, tmp_path: Path) -> None:
    """A judge that cannot be asked is found out before any model is."""
    line = complaint(inside(*asking(served, "j", "--judge", "nowhere/j"), cwd=tmp_path), 2)
    assert "endpoint 'nowhere' is not known" in line
    assert not (tmp_path / "made").exists()


def test_replay_with_a_judge(run: Path, served: str, tmp_path: Path) -> None:
    """A judge can be asked about a run that was made before; what it adds is written on demand."""
    done(inside("replay", run, "--update", cwd=tmp_path))
    judged = ["replay", str(run), "--judge", f"{served}#j"]
    ended = inside(*judged, "--check", cwd=tmp_path)
    assert ended.returncode == 1
    assert "1 outcome is not sure; verdicts: no_answer 1" in ended.stdout
    assert "judge_label" in ended.stdout.partition("1 outcomes differ")[0]
    done(inside(*judged, "--update", cwd=tmp_path))
    assert "all outcomes are the same" in done(inside("replay", run, cwd=tmp_path))
