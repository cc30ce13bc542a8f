"""The padded arm: the same task behind other text, which is never taken for the answer."""

import json
from pathlib import Path

import pytest

from evals.arms import chosen_arm
from evals.cli.telling.puzzle_table import example
from evals.dialogue.padding import CHARACTERS_PER_TOKEN, padding_of, worked_lists
from evals.dialogue.prompts import PaddedOptions
from evals.endpoints import ModelAt
from evals.labelling.answer import Answer
from evals.plan.fit import misfit
from evals.plan.limits import PROMPT_CHARACTERS
from evals.plan.remaining import survey
from evals.plan.spec import Spec
from evals.record.exchange import Message
from evals.record.exchange_log import Index
from evals.record.outcome import Label
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.simulated.respondents import NAMED, Respondent
from evals.simulated.server import serve_in_thread
from tasks import Problem, problem, puzzles, size_nearest
from tests.evals.simulated.planned_labels import Asked, given, planned
from tests.program import cantwont, done, outcome_rows

TASK = problem("hanoi_random", {"size": 6}, 3)
BEGINS = (
    "Notes on file:\n\nMinutes of the film society, Thursday 6 September 1976\nThanks were given to Gilbert "
    "for 5 years of looking after the customs house. The next meeting is in the print shop at 9:13. Rosal"
)
WAYS = [(text, place) for text in ("unrelated", "related") for place in ("before", "conversation")]


def opening(of: Problem, arm: str) -> tuple[Message, ...]:
    chosen = chosen_arm(arm)
    return chosen.arm.open(of, chosen.options)


def labelled(of: Problem, said: str, **options: int | str) -> Label:
    chosen = PaddedOptions.model_validate(options)
    trial = Trial.make(
        model="m",
        endpoint="e",
        instance=RecordedInstance.of(of),
        arm="padded",
        options=chosen.model_dump(),
        sampling=Sampling(),
        repeat=0,
    )
    held = chosen_arm("padded").arm.dialogue(trial, of)
    held.take(Answer(content=said, finish_reason="stop"), "start")
    return held.ending().label


def related(of: Problem) -> tuple[str, ...]:
    return padding_of(of, PaddedOptions(tokens=2_000, text="related")).lists


def solution(of: Problem) -> str:
    return "".join(of.format(of.solution()))


# --- the text


@pytest.mark.parametrize(("text", "place"), WAYS)
def test_length_is_what_was_asked(text: str, place: str) -> None:
    """To within 5 %, at any length; and behind it the task is worded as in `list`."""
    [plain] = opening(TASK, "list")
    for tokens in (100, 1_000, 30_000):
        *earlier, last = opening(TASK, f"padded:tokens={tokens},text={text},place={place}")
        assert last.role == "user"
        assert last.content.endswith(plain.content)
        length = sum(len(message.content) for message in (*earlier, last)) - len(plain.content)
        assert length == pytest.approx(tokens * CHARACTERS_PER_TOKEN, rel=0.05)
    assert CHARACTERS_PER_TOKEN == PROMPT_CHARACTERS


def test_conversation_comes_before_the_task() -> None:
    """User and assistant speak in turns, and the task is a message of its own."""
    *earlier, last = opening(TASK, "padded:tokens=3000,place=conversation")
    assert [message.role for message in earlier] == ["user", "assistant"] * (len(earlier) // 2)
    assert len(earlier) >= 6
    assert (last,) == opening(TASK, "list")


def test_conversation_is_shown_turn_by_turn() -> None:
    """By `cantwont tasks show`, with who says what; a single message stands alone."""
    told = "".join(example("hanoi", 3, (), 0, "padded:tokens=1000,place=conversation"))
    assert told.startswith("--- user\n")
    assert "\n\n--- assistant\n" in told
    assert "--- user" not in "".join(example("hanoi", 3, (), 0, "padded:tokens=1000"))


def test_text_is_the_same_everywhere() -> None:
    """It follows from the instance and the options: the same words on every machine, others elsewhere."""
    chosen = PaddedOptions(tokens=200)
    [told] = padding_of(TASK, chosen).turns
    assert told.startswith(BEGINS)
    others = [
        padding_of(problem("hanoi_random", {"size": 6}, 4), chosen),
        padding_of(TASK, PaddedOptions(tokens=201)),
        padding_of(TASK, PaddedOptions(tokens=200, place="conversation")),
    ]
    assert all(other.turns[0][len("Notes on file:") :][:60] not in told for other in others)


def test_text_does_not_repeat_itself() -> None:
    """Of ten thousand tokens nearly every line is another."""
    [told] = padding_of(TASK, PaddedOptions(tokens=10_000)).turns
    lines = [line for line in told.splitlines() if line]
    assert len(lines) > 300
    assert len(set(lines)) > 0.95 * len(lines)


# --- lists of other instances


@pytest.mark.parametrize("name", sorted(puzzles()))
def test_quoted_list_is_not_the_answer(name: str) -> None:
    """An answer may repeat a list of the text, and is labelled by its own."""
    of = problem(name, {"size": size_nearest(puzzles()[name], 30, {})}, 1)
    lists = related(of)
    assert lists or name in ("counting", "hanoi_linear")
    for quoted in lists[:1]:
        said = f"On file there is this one:\n\n{quoted}\n\nFor the task at hand:\n\n{solution(of)}\n"
        assert labelled(of, said, tokens=2_000, text="related") is Label.SOLVED
        said = f"On file there is this one:\n\n{quoted}\n\nI'm sorry, but I won't write out this one."
        assert labelled(of, said, tokens=2_000, text="related") is Label.REFUSAL
        assert labelled(of, said, tokens=2_000) is not Label.REFUSAL


def test_quoted_list_alone_is_given_as_the_answer() -> None:
    """Who hands over the list of another task is wrong, as who copies the worked example is."""
    for of in (TASK, problem("copying", {"size": 30}, 1)):
        assert labelled(of, related(of)[0], tokens=2_000, text="related") is Label.LOGIC_ERROR


def test_part_of_a_longer_list_is_no_quote() -> None:
    """Where the steps go on behind those of another instance, all of them are the answer's own."""
    of = problem("copying", {"size": 30}, 1)
    said = related(of)[0] + "\n" + solution(of)
    assert labelled(of, said, tokens=2_000, text="related") is Label.LOGIC_ERROR


def test_no_list_begins_like_the_task() -> None:
    """Nobody who begins well can be taken for one who quotes."""
    for name in ("hanoi", "counting", "gray_code"):
        of = problem(name, {"size": size_nearest(puzzles()[name], 30, {})})
        own = solution(of)[:24]
        assert not any(item.text.startswith(own) for item in worked_lists(of))


def test_notes_in_an_answer_are_set_apart() -> None:
    """Lines of the notes are nothing that the answer says, in the message of the task or in a turn before."""
    for place in ("before", "conversation"):
        told = padding_of(TASK, PaddedOptions(tokens=1_000, place=place)).turns
        said = f"{told[-1]}\n\n{solution(TASK)}"
        assert labelled(TASK, said, tokens=1_000, place=place) is Label.SOLVED
        assert labelled(TASK, told[-1], tokens=1_000, place=place) is Label.NO_ANSWER


# --- before and after asking


def spec(*arms: str) -> Spec:
    return Spec.model_validate(
        {
            "name": "s",
            "models": ["e/m"],
            "arms": list(arms),
            "puzzles": [{"name": "hanoi", "sizes": [3, 4]}],
            "endpoints": {"e": {"base_url": "http://127.0.0.1:9/v1"}},
        }
    )


def test_padding_counts_before_anything_is_asked() -> None:
    """In the estimate, and in what does not fit into a context."""
    plain, padded = (
        survey(made, Index()).estimates[0].prompt_tokens
        for made in (spec("list"), spec("padded:tokens=20000"))
    )
    assert padded - plain == pytest.approx(2 * 20_000, rel=0.01)
    at: ModelAt = spec("list").models_at()[0]
    assert misfit(spec("list"), at, 16_000) is None
    found = misfit(spec("padded:tokens=20000"), at, 16_000)
    assert found is not None
    assert found.first.tokens > 20_000


def test_ability_falls_with_the_context() -> None:
    """The forgetful respondent errs more behind more text, as its truth says; others do not mind."""
    forgetful = next(each for each in NAMED if each.name == "forgetful")
    able = [forgetful.truth(100, "padded", {"tokens": tokens}).able for tokens in (100, 1_000, 10_000)]
    assert able == sorted(able, reverse=True)
    assert able[1] == pytest.approx((1 - 2 * 0.002) ** 100)
    assert Respondent("x", error_rate=0.01).truth(50, "padded") == Respondent("x", error_rate=0.01).truth(50)
    trials = [Asked(forgetful, "hanoi", 5, "padded", {"tokens": 10_000}, repeat) for repeat in range(200)]
    right = sum(planned(trial) is Label.SOLVED for trial in trials) / 200
    assert right == pytest.approx(forgetful.truth(31, "padded", {"tokens": 10_000}).solved, abs=0.1)
    assert [given(trial).label for trial in trials[:5]] == [planned(trial) for trial in trials[:5]]


def test_run_and_replay(tmp_path: Path) -> None:
    """It is asked, recorded and replayed like any other arm, behind text and late in a conversation."""
    arms = ("--arm", "padded:tokens=500", "--arm", "padded:tokens=500,text=related,place=conversation")
    with serve_in_thread() as base_url:
        asked = ("--sim", base_url, "--model", "sim/steady", "--puzzle", "hanoi:3,4", *arms)
        done(cantwont("run", *asked, "--out", "run", cwd=tmp_path))
    rows = [json.loads(line) for line in outcome_rows(tmp_path / "run")]
    assert [row["label"] for row in rows] == ["solved"] * 4
    assert "the same" in done(cantwont("replay", "run", cwd=tmp_path))


def test_bounds_are_told() -> None:
    """In one line, by the command as by a spec."""
    with pytest.raises(Exception, match=r"'tokens'.*at most 1000000, not 2000000"):
        chosen_arm("padded:tokens=2000000")
