"""What a server's context did to a conversation is read from the numbers of tokens alone."""

from typing import Any

import pytest

from evals.record.exchange import Exchange, Message, RowKind
from evals.record.outcome import Label, Outcome
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.replay import derive
from tasks import Problem, puzzle

COUNTING = puzzle("counting")
PROBLEM = Problem(COUNTING, COUNTING.generate({"size": 16}))
SOME, ALL = ("\n".join(map(str, range(1, last + 1))) for last in (8, 16))
LONG = "Mind the rules. " * 1500
QUESTION = "What should I do with these rules?"


def trial(max_tokens: int | None = None, arm: str = "list", **options: Any) -> Trial:
    return Trial.make(
        model="m",
        endpoint="e",
        instance=RecordedInstance.of(PROBLEM),
        arm=arm,
        options=options,
        sampling=Sampling(max_tokens=max_tokens),
        repeat=0,
    )


def reply(text: str, tokens: tuple[int | None, int | None], context: int | None, **fields: Any) -> Exchange:
    """One answer that ended with `stop`, for so many tokens of prompt and answer."""
    body: dict[str, Any] = {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]},
    }
    if context is not None:
        body["cantwont"] = {"context": context}
    known: dict[str, Any] = {"kind": RowKind.REPLY, "turn": 1, "reason": "start", "asked": "0" * 64}
    known["messages"] = (Message(role="user", content=fields.pop("prompt", "Count.")),)
    return Exchange(**known | fields, reply=body)


def outcome(*rows: Exchange, of: Trial | None = None) -> Outcome:
    of = of or trial()
    first, *others = rows
    with_trial = first.model_copy(update={"trial": of.id, "what": of})
    return derive.outcome(of, [with_trial, *(row.model_copy(update={"trial": of.id}) for row in others)])


def one(
    text: str,
    prompt: int | None,
    completion: int | None,
    context: int | None = 4096,
    *,
    max_tokens: int | None = None,
    asked: str = "Count.",
) -> Outcome:
    fields = {"trial": "", "prompt": asked}
    return outcome(reply(text, (prompt, completion), context, **fields), of=trial(max_tokens))


@pytest.mark.parametrize(
    ("prompt", "completion", "context", "max_tokens", "label", "full"),
    [
        (193, 3903, 4096, None, Label.TRUNCATED, True),
        (193, 3902, 4096, None, Label.TRUNCATED, True),
        (193, 18_290, 4096, None, Label.TRUNCATED, True),
        (193, 3903, 4096, 8000, Label.TRUNCATED, True),
        (193, 500, 4096, 500, Label.TRUNCATED, False),
        (193, 3850, 4096, None, Label.LOGIC_ERROR, False),
        (193, 3903, None, None, Label.LOGIC_ERROR, False),
        (None, 3903, 4096, None, Label.LOGIC_ERROR, False),
        (193, None, 4096, None, Label.LOGIC_ERROR, False),
        (193, 3903, 0, None, Label.LOGIC_ERROR, False),
    ],
)
def test_a_full_context_cuts_like_a_limit_of_tokens(
    *,
    prompt: int | None,
    completion: int | None,
    context: int | None,
    max_tokens: int | None,
    label: Label,
    full: bool,
) -> None:
    made = one(SOME, prompt, completion, context, max_tokens=max_tokens)
    assert (made.label, "context_full" in made.flags) == (label, full)


@pytest.mark.parametrize(("context", "max_tokens"), [(4096, None), (None, 3903), (8192, 3903)])
def test_an_empty_answer_for_which_all_tokens_were_spent_is_cut(
    context: int | None, max_tokens: int | None
) -> None:
    """They went into thinking that the server does not show."""
    assert one("", 193, 3903, context, max_tokens=max_tokens).label is Label.TRUNCATED
    assert one("", 193, 3000, context, max_tokens=max_tokens).label is Label.NO_ANSWER


def test_a_whole_answer_is_solved_however_full_the_context() -> None:
    made = one(ALL, 193, 3903)
    assert (made.label, made.flags) == (Label.SOLVED, ("context_full",))


@pytest.mark.parametrize(
    ("tokens", "asked", "cut"),
    [
        (2050, LONG, True),
        (2060, LONG, True),
        (1800, LONG, False),
        (2500, LONG, False),
        (2050, "Mind the rules. " * 500, False),
        (3900, "x" * 50_000, True),
        (3900, "x" * 40_000, False),
        (0, LONG, False),
    ],
)
@pytest.mark.parametrize("text", ["", QUESTION, SOME])
def test_a_prompt_of_far_too_few_tokens_was_cut(tokens: int, asked: str, cut: bool, text: str) -> None:
    """Ollama keeps half of its context of a prompt that is too long, answers it, and says nothing."""
    made = one(text, tokens, 20, asked=asked)
    assert ("prompt_cut" in made.flags) is cut
    assert (made.label is Label.TRUNCATED) is cut
    if cut:
        assert (made.reason, made.evidence) == ("the server cut the prompt to make it fit its context", ())


def test_without_a_known_context_a_prompt_is_not_doubted() -> None:
    assert one("", 2050, 20, None, asked=LONG).label is Label.NO_ANSWER


def test_a_prompt_that_was_cut_does_not_unmake_a_solution() -> None:
    made = one(ALL, 2050, 20, asked=LONG)
    assert (made.label, made.flags) == (Label.SOLVED, ("prompt_cut",))


@pytest.mark.parametrize(("second", "cut"), [(320, False), (400, False), (150, True)])
def test_a_conversation_that_gets_shorter_lost_its_beginning(second: int, cut: bool) -> None:
    """Ollama leaves out the first messages of a conversation that is too long."""
    chunked = trial(arm="chunked", p=4)
    parts = ["\n".join(map(str, range(first, first + 4))) for first in (1, 5)]
    onward = (Message(role="assistant", content=parts[0]), Message(role="user", content="Go on."))
    rows = [
        reply(parts[0], (300, 20), 512, trial=""),
        reply(parts[1], (second, 20), 512, trial="", turn=2, reason="chunk", messages=onward),
        Exchange(kind=RowKind.END, trial="", turn=2, reason="end"),
    ]
    made = outcome(*rows, of=chunked)
    assert ("prompt_cut" in made.flags) is cut
    assert (made.label is Label.TRUNCATED) is cut
