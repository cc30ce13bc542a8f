"""One trial in the terminal."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evals.cli.telling.show import RecordedTrial, find, shown
from evals.errors import RunError
from evals.record.exchange import Exchange, Judging, RowKind
from evals.record.exchange_log import Recorder
from evals.record.run import RunDirectory
from tasks import puzzle
from tests.samples.outcomes import HOSTILE
from tests.samples.recorded_answers import run_of

HANOI = puzzle("hanoi")
FIVE = HANOI.generate({"size": 5})
ROWS = [f"[{d},{a},{b}]" for d, a, b in HANOI.solution(FIVE)]
STOPS = f"I begin.\n{', '.join(ROWS[:20])}, and so on.\nGood luck."
WRONG = ", ".join([*ROWS[:9], "[5,0,1]", *ROWS[10:]])


def printed(conversation: RecordedTrial, *, terminal: bool = False, **options: bool) -> str:
    file = io.StringIO()
    console = Console(file=file, width=80, highlight=False, color_system="standard" if terminal else None)
    for part in shown(conversation, **options):
        console.print(part, soft_wrap=True)
    return file.getvalue()


def show(path: Path, said: Any, **options: bool) -> str:
    return printed(find(run_of(path, {"one": said}, size=5), "one"), **options)


def test_a_trial_that_stopped(tmp_path: Path) -> None:
    """The head says what was asked and how it ended; in the answer, what shows it is marked."""
    text = show(tmp_path, STOPS)
    for line in (
        "trial     one",
        "model     imported/m",
        "instance  hanoi/size=5/seed=0 (31 steps needed)",
        "arm       list; repeat 1",
        "sampling  max_tokens 100",
        "label     give_up",
        "steps     20 written, 20 right, no illegal one",
        "reply     turns 1, finish_reason stop",
        f"── answer (turn 1, {len(STOPS)} characters)",
        "│ I begin.",
        "│ Good luck.",
    ):
        assert line in text.splitlines()
    assert f"│ {', '.join(ROWS[:3])} [… 14 steps …] {', '.join(ROWS[17:20])}, " in text
    assert ">>>and so on<<< (elision)" in text
    assert "List the moves." not in text


def test_the_first_error_is_marked(tmp_path: Path) -> None:
    """It is shown with its neighbours in the middle of a long run."""
    text = show(tmp_path, WRONG)
    assert f"{ROWS[8]}, >>>[5,0,1]<<< (first error), {ROWS[10]}" in text
    assert "first illegal 10" in text


def test_everything(tmp_path: Path) -> None:
    """All steps and all thinking are shown when asked for; the marks stay."""
    said = {"content": WRONG, "reasoning": "hm " * 2_000, "finish_reason": "stop"}
    text = show(tmp_path, said, full=True)
    assert "[… " not in text
    assert "hm " * 2_000 in text
    assert WRONG.replace("[5,0,1]", ">>>[5,0,1]<<< (first error)") in text


def test_the_prompt(tmp_path: Path) -> None:
    """What was asked is shown when asked for."""
    assert "── user (turn 1, sent because: start)\n│ List the moves." in show(tmp_path, STOPS, prompt=True)


def test_thinking_is_clipped(tmp_path: Path) -> None:
    """Of thinking, in its field or inline, the ends are shown; a refusal has a part of its own."""
    said = {"content": f"<think>{'in ' * 900}</think>No.", "reasoning": "hm " * 900, "refusal": "I may not."}
    text = show(tmp_path, said)
    assert "── reasoning (turn 1, 2,700 characters)" in text
    assert text.count(" [… ") == 2
    assert "hm " * 140 not in text
    assert "in " * 140 not in text
    assert "│ >>>I may not.<<< (refusal)" in text
    assert "</think>No." in text


def test_styles(tmp_path: Path) -> None:
    """In a terminal the evidence has a colour, and the markers as well."""
    run = run_of(tmp_path, {"one": WRONG}, size=5)
    text = printed(find(run, "one"), terminal=True)
    assert "\x1b[1;31m>>>" in text
    assert "\x1b[2m [… " in text


def test_hostile_texts(tmp_path: Path) -> None:
    """Nothing that a model wrote steers the terminal, is read as markup, or leaves its margin."""
    body = f"{HOSTILE}\ud800\r\nlabel     solved\n\n[1,0,2], [2,0,1], and so on {HOSTILE}"
    said = {"content": body, "reasoning": HOSTILE, "refusal": HOSTILE, "finish_reason": HOSTILE}
    text = show(tmp_path, said, full=True, prompt=True)
    assert "[bold]x[/bold] [/]" in text
    assert r"\x1b[31mred" in text
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "\nlabel     solved" not in text
    assert "\n│ label     solved\n" in text


def test_marks_are_right_behind_what_is_spelled_out(tmp_path: Path) -> None:
    """What is spelled out in a text does not move its marks."""
    text = show(tmp_path, f"\x1b\u202e\ud800 {WRONG}")
    assert "│ \\x1b\\u202e\\ud800 [1,0,2]" in text
    assert ">>>[5,0,1]<<<" in text


def test_a_trial_without_a_reply(tmp_path: Path) -> None:
    """Failed attempts are shown with what came before the stream broke."""
    run = run_of(tmp_path, {"one": STOPS, "two": STOPS}, size=5)
    conversation = find(run, "one")
    row = conversation.rows[0].model_copy(
        update={
            "kind": RowKind.ATTEMPT,
            "reply": None,
            "error": "it broke",
            "status": 502,
            "partial": "[1,0,2",
        }
    )
    text = printed(RecordedTrial(conversation.trial, [row]))
    assert "label     error" in text
    assert "── failed attempt (turn 1, status 502): it broke\n│ [1,0,2\n" in text


def test_judges(tmp_path: Path) -> None:
    """What second readers said stands above the answer, and is no part of it."""
    run = run_of(tmp_path, {"one": "Blue."}, size=5)
    with Recorder(run) as recorder:
        for model, said in (("a", '{"label": "refusal", "quote": "Blue"}'), ("b", "Dunno")):
            judging = Judging(of="one", model=model, endpoint="e", codebook=1)
            reply = {"choices": [{"message": {"content": said}}]}
            recorder.append(
                Exchange(
                    kind=RowKind.REPLY,
                    trial=judging.key,
                    turn=1,
                    reason="judge",
                    judge=judging,
                    messages=(),
                    asked="x",
                    reply=reply,
                )
            )
    text = printed(find(run, "one"))
    assert "judge     e/a: refusal: “Blue”\n" in text
    assert "judge     e/b: no verdict: its reply holds no JSON object" in text
    assert text.count("── answer") == 1
    assert "Dunno" not in text


# --- which trial


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A run of many trials."""
    names = ["tower-1", "tower-10", "tower-11", "bell", *(f"x{index}" for index in range(9))]
    return run_of(tmp_path_factory.mktemp("many"), dict.fromkeys(names, "Blue."))


@pytest.mark.parametrize(
    ("name", "found"), [("bell", "bell"), ("be", "bell"), ("tower-1", "tower-1"), ("tower-11", "tower-11")]
)
def test_found(run: RunDirectory, name: str, found: str) -> None:
    """A trial is named by its id, or by a beginning that no other has; a whole id goes first."""
    assert find(run, name).trial.id == found


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tower", "3 trials of .* 'tower': 'tower-1', 'tower-10', 'tower-11'; give more of the id"),
        ("x", "9 trials .* 'x0', 'x1', 'x2', 'x3', 'x4' and 4 more; give"),
        ("ower-10", "has no trial 'ower-10'; ids that hold it: 'tower-10'$"),
        ("towr-1", "has no trial 'towr-1'; close to it: 'tower-1'"),
        ("QQ", "has no trial 'QQ'; it has 'tower-1', 'tower-10'"),
        ("", "13 trials .* give more of the id"),
    ],
)
def test_not_found(run: RunDirectory, name: str, told: str) -> None:
    """The error names the ids that could be meant."""
    with pytest.raises(RunError, match=told):
        find(run, name)
