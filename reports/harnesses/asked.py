"""A trial that another harness holds: it asks the model, and we say what to send and what came of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from evals.arms import chosen_arm
from evals.errors import SpecError
from evals.plan.flags import puzzle_choices
from evals.plan.grid import problems
from evals.plan.spec import Spec
from evals.record.exchange import OURS, Exchange, Message, RowKind
from evals.record.outcome import Outcome
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.replay import derive
from evals.replay.derive import HeldConversation
from tasks import Problem

ENDPOINT = "harness"
"""The endpoint in trials that another harness asks."""
STEPS = "7,15,31,63,127"
"""Those asked for if neither sizes nor steps are given: in every puzzle the sizes nearest to them."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back in one turn, as far as the harness tells."""

    content: str
    reasoning: str | None = None
    refusal: str | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    def body(self) -> dict[str, Any]:
        """Return it as a plain chat completion."""
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        if self.reasoning:
            message["reasoning_content"] = self.reasoning
        if self.refusal:
            message["refusal"] = self.refusal
        counts = {"prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens}
        known = {name: count for name, count in counts.items() if count is not None}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        return {"object": "chat.completion", "choices": [choice], **({"usage": known} if known else {})}


class Asked:
    """One problem, asked by one arm."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Restore one from what `plain` gave."""
        instance = plain["instance"]
        drawn = {"parameters", "seed"} == set(instance)
        fields = instance if drawn else {"parameters": {}, "data": instance}
        recorded = RecordedInstance(puzzle=plain["puzzle"], version=plain["version"], **fields)
        return cls(_trial(recorded, plain["variant"], plain["options"]))

    def plain(self) -> dict[str, Any]:
        """Return it in plain JSON, which `cantwont import` understands under the key `cantwont`."""
        recorded = self._trial.instance
        return {
            "puzzle": recorded.puzzle,
            "version": recorded.version,
            "instance": recorded.told,
            "variant": self._trial.arm,
            "options": self._trial.options,
        }

    @property
    def id(self) -> str:
        """The same wherever the same problem is asked by the same arm."""
        return self._trial.id

    @property
    def problem(self) -> Problem:
        """What is to be solved."""
        return self._trial.instance.restore()

    @property
    def prompt(self) -> str:
        """The text of the first message."""
        return "\n\n".join(message.content for message in derive.opening(self._trial).messages)

    def conversation(self, replies: Sequence[Reply]) -> list[Message] | None:
        """Return all messages to send next, the answers so far among them; `None` when it is over."""
        held, said = self._held(replies, "")
        due = held.following() if replies else derive.opening(self._trial)
        return None if due is None else [*said, *due.messages]

    def outcome(self, replies: Sequence[Reply], model: str, repeat: int = 0) -> Outcome:
        """Return what came of it; requires a reply.

        Args:
            replies: One a turn.
            model: Who was asked.
            repeat: Counted from 0.
        """
        held, _ = self._held(replies, model, repeat)
        return held.outcome()

    def _held(
        self, replies: Sequence[Reply], model: str, repeat: int = 0
    ) -> tuple[HeldConversation, list[Message]]:
        named = {"id": f"{self._trial.id}/{model}/{repeat}", "model": model, "repeat": repeat}
        trial = self._trial.model_copy(update=named)
        held, said = HeldConversation(trial), list[Message]()
        turn = derive.opening(trial)
        for reply in replies:
            row = Exchange(
                kind=RowKind.REPLY,
                trial=trial.id,
                turn=turn.number,
                reason=turn.reason,
                messages=turn.messages,
                reply=reply.body(),
            )
            held.add(row)
            said += turn.messages
            following = held.following()
            if following is None:
                break
            turn = following
        return held, said


def _trial(recorded: RecordedInstance, name: str, options: Mapping[str, Any]) -> Trial:
    return Trial.make(
        model="",
        endpoint=ENDPOINT,
        instance=recorded,
        arm=name,
        options=options,
        sampling=Sampling(),
        repeat=0,
    )


def all_asked(  # noqa: PLR0913 - a harness has an argument for each
    puzzle: str,
    *,
    sizes: object = None,
    steps: object = None,
    arm: str = "list",
    instances: int = 1,
    seed: int = 0,
) -> list[Asked]:
    """Return the problems of a puzzle, as a harness asks for them.

    Args:
        puzzle: Its name.
        sizes: `"3-5,8"`, or a list of numbers or of such texts.
        steps: In place of sizes, numbers of steps: the sizes nearest to them; `STEPS` if neither is given.
        arm: How to ask, `name` or `name:option=value,option=value`.
        instances: Different instances a size.
        seed: Draws them.

    Raises:
        CantwontError: One of these makes no sense; the message names it.
    """
    chosen = chosen_arm(arm)
    if chosen.arm.ends_with is RowKind.RESULT:
        raise SpecError(f"arm {arm!r} runs programs, which another harness cannot: ask with `cantwont run`")
    if steps is not None and sizes is not None:
        raise SpecError("sizes and steps are both given: give one of them")
    if sizes is not None:
        given = puzzle_choices([f"{puzzle}:{_joined(sizes, 'sizes')}"], instances)
    else:
        given = puzzle_choices([puzzle], instances, _joined(STEPS if steps is None else steps, "steps"))
    asked = {"models": ["harness/model"], "puzzles": given, "seed": seed}
    made = [
        RecordedInstance.of(each) for each in problems(Spec.load(None, asked, {})) if chosen.arm.suits(each)
    ]
    return [Asked(_trial(recorded, chosen.arm.name, chosen.options)) for recorded in made]


_NUMBERS = re.compile(r"[\d\s,-]{1,1000}")


def _joined(given: object, name: str) -> str:
    """Return numbers as they are written on our command line, however a harness's has parsed them."""
    several = given if isinstance(given, list | tuple) else [given]
    told = ",".join(str(each) for each in several if not isinstance(each, bool))
    if not _NUMBERS.fullmatch(told):
        raise SpecError(f"{name} {given!r}: write numbers, for example 3-5,8")
    return "".join(told.split())


def horizon_figures(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """Return the horizons of willing and able, in steps; those that the sizes do not show are NaN.

    For each axis `AXIS_horizon`, and with `_low` and `_high` the ends of its 95 % interval.
    """
    from reports.frame import frame  # noqa: PLC0415 - pandas takes a second
    from reports.measures.horizons import Axis, horizons  # noqa: PLC0415

    nothing = {
        f"{axis}_horizon{end}": float("nan")
        for axis in (Axis.WILLING, Axis.ABLE)
        for end in ("", "_low", "_high")
    }
    given = list(outcomes)
    if not given:
        return nothing
    found = horizons(frame(given, ENDPOINT, {}))
    if len(found) != len(Axis):  # several puzzles, arms or models: never pooled
        return nothing
    for line in found[found["axis"] != str(Axis.SOLVED)].to_dict("records"):
        axis = f"{line['axis']}_horizon"
        nothing |= {
            axis: float(line["estimate"]),
            f"{axis}_low": float(line["low"]),
            f"{axis}_high": float(line["high"]),
        }
    return nothing


__all__ = ["OURS", "Asked", "Reply", "all_asked", "horizon_figures"]
