"""A conversation that is kept from turn to turn is at every turn what replay makes of its rows."""

import asyncio
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.arms import chosen_arm
from evals.record.exchange import Exchange, RowKind
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.replay.derive import HeldConversation, opening, outcome
from evals.sandbox.sandbox import run_in_sandbox
from tasks import problem
from tests.evals.arms.test_dialogues import cut, written

ARMS = (
    "list",
    "insist",
    "nudge:k=3",
    "chunked:p=4",
    "chunked:p=4,state=restated,on_error=go_on",
    "window:m=4",
    "code",
)
PROGRAM = "```python\ndef solve():\n    return [[1, 0, 1], [2, 0, 2]]\n```"
ANSWERS = st.sampled_from(
    [
        written(1, 15),
        written(1, 4),
        written(5, 8),
        written(9, 15),
        cut(5),
        f"{written(6, 9)}\n... and so on",
        "moves = [[1, 0, 2], [1, 2, 0]]",
        "moves = [[4, 0, 2]]",
        "I will not write this list; it is too long.",
        "Let me know if you would like the rest.",
        PROGRAM,
        "",
    ]
)


def rows_of(trial: Trial, answers: list[str]) -> Iterator[Exchange]:
    """The rows of a trial whose model gives these answers as long as it is asked."""
    held, turn = HeldConversation(trial), opening(trial)
    for number, answer in enumerate(answers, start=1):
        message = {"role": "assistant", "content": answer}
        reply = {"choices": [{"message": message, "finish_reason": "stop"}]}
        row = Exchange(
            kind=RowKind.REPLY,
            trial=trial.id,
            turn=number,
            reason=turn.reason,
            what=trial if number == 1 else None,
            messages=turn.messages,
            reply=reply,
        )
        held.add(row)
        yield row
        if trial.arm == "code":
            result = asyncio.run(run_in_sandbox(answer)) if answer == PROGRAM else None
            yield Exchange(kind=RowKind.RESULT, trial=trial.id, turn=1, reason=RowKind.RESULT, result=result)
        following = held.following()
        if following is None:
            return
        turn = following


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ARMS), st.lists(ANSWERS, min_size=1, max_size=6))
def test_kept_and_derived_are_the_same(arm: str, answers: list[str]) -> None:
    """After each row: the same turn is due, and the trial has come to the same outcome."""
    chosen = chosen_arm(arm)
    trial = Trial.make(
        model="m",
        endpoint="e",
        instance=RecordedInstance.of(problem("hanoi", {"size": 4})),
        arm=chosen.arm.name,
        options=chosen.options,
        sampling=Sampling(),
        repeat=0,
    )
    kept, so_far = HeldConversation(trial), list[Exchange]()
    for row in rows_of(trial, answers):
        kept.add(row)
        so_far.append(row)
        derived = HeldConversation(trial)
        for earlier in so_far:
            derived.add(earlier)
        assert kept.following() == derived.following()
        assert kept.outcome() == outcome(trial, so_far)
        assert kept.outcome() == kept.outcome()
