"""The puzzles as tasks of Inspect: `inspect eval cantwont/hanoi -T sizes=3-7 -T arm=list`.

Inspect loads this by its entry point `inspect_ai`, and nothing else does: it needs the extra `inspect`.
"""

import math
from collections.abc import Callable
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.record.exchange import Message
from evals.record.outcome import INSTRUMENT, STOPS, Label, Outcome
from reports.harnesses.asked import OURS, Asked, Reply, all_asked, horizon_figures
from tasks import puzzle, puzzles

_REPLIES = "cantwont:replies"
_FINISH = {"max_tokens": "length", "model_length": "length", "unknown": None}
"""Reasons to stop that are called otherwise in a chat completion."""
_ROLES: dict[str, Callable[..., ChatMessage]] = {
    "user": ChatMessageUser,
    "system": ChatMessageSystem,
    "assistant": ChatMessageAssistant,
}


@solver
def conversation() -> Solver:
    """Ask as the arm does: once, or as often as it goes on."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        asked = Asked.of(state.metadata[OURS])
        replies: list[Reply] = []
        while (said := asked.conversation(replies)) is not None:
            state.messages = [_message(each) for each in said]
            state = await generate(state)
            replies.append(_reply(state.output))
            state.store.set(_REPLIES, [reply.body() for reply in replies])
            if state.completed:
                break
        return state

    return solve


def _message(said: Message) -> ChatMessage:
    return _ROLES[said.role](content=said.content)


def _reply(output: ModelOutput) -> Reply:
    if output.empty:
        return Reply("", finish_reason="error" if output.error else None)
    message, usage = output.message, output.usage
    thought = ""
    if isinstance(message.content, list):
        thought = "\n".join(part.reasoning for part in message.content if part.type == "reasoning")
    return Reply(
        message.text,
        thought or None,
        finish_reason=_FINISH.get(output.stop_reason, output.stop_reason),
        prompt_tokens=None if usage is None else _prompt_tokens(usage),
        completion_tokens=None if usage is None else usage.output_tokens,
    )


def _prompt_tokens(usage: ModelUsage) -> int:
    """Return all of them; Inspect counts cached ones apart."""
    cached = (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
    return int(usage.input_tokens + cached)


def _kept(state: TaskState) -> list[Reply]:
    """Return the replies, also of a log that is scored again."""
    kept = state.store.get(_REPLIES) or []
    replies = []
    for body in kept:
        choice, usage = body["choices"][0], body.get("usage", {})
        message = choice["message"]
        replies.append(
            Reply(
                message["content"],
                message.get("reasoning_content"),
                message.get("refusal"),
                choice["finish_reason"],
                usage.get("prompt_tokens"),
                usage.get("completion_tokens"),
            )
        )
    return replies or [_reply(state.output)]


@metric(scores="unreduced")
def horizons() -> Metric:
    """Both horizons in steps, with their 95 % intervals; NaN where the sizes do not show one."""

    def figures(scores: list[SampleScore]) -> dict[str, float]:
        kept = (score.score.metadata or {} for score in scores)
        outcomes = [Outcome.model_validate(each["outcome"]) for each in kept if "outcome" in each]
        return horizon_figures(_told_apart(outcomes))

    return figures


def _told_apart(outcomes: list[Outcome]) -> list[Outcome]:
    """Return the outcomes with ids of their own: repeats of a sample come to one score."""
    return [outcome.model_copy(update={"trial": str(number)}) for number, outcome in enumerate(outcomes)]


@metric(scores="unreduced")
def stopped() -> Metric:
    """The share that stopped by its own choice, among the answers that the instrument did not lose."""
    return _share(*STOPS)


@metric(scores="unreduced")
def solved() -> Metric:
    """The share that is solved, among the same."""
    return _share(Label.SOLVED)


def _share(*wanted: Label) -> Metric:
    def share(scores: list[SampleScore]) -> float:
        labels = [Label(score.score.answer) for score in scores if score.score.answer in set(Label)]
        own = [label for label in labels if label not in INSTRUMENT]
        return sum(label in wanted for label in own) / len(own) if own else math.nan

    return share


@scorer(metrics=[solved(), stopped(), horizons()])
def label() -> Scorer:
    """Replay the answer; the score's answer is the label, its explanation the reason."""

    async def score(state: TaskState, target: Target) -> Score:
        del target
        asked = Asked.of(state.metadata[OURS])
        found = asked.outcome(_kept(state), str(state.model), state.epoch - 1)
        told = found.model_dump(mode="json")
        metadata = {"outcome": told, "evidence": told["evidence"], "flags": told["flags"]}
        explanation = f"{found.reason} ({found.written:,} steps written, {found.right:,} right)"
        if found.label in INSTRUMENT:
            return Score.unscored(
                reason=found.reason, answer=found.label.value, explanation=explanation, metadata=metadata
            )
        value = "C" if found.label is Label.SOLVED else "I"
        return Score(value=value, answer=found.label.value, explanation=explanation, metadata=metadata)

    return score


def _sample(asked: Asked) -> Sample:
    problem = asked.problem
    about = {"puzzle": problem.name, "size": problem.size, "steps": problem.fewest_steps}
    metadata = {OURS: asked.plain(), **about}
    return Sample(input=asked.prompt, target="solved", id=asked.id, metadata=metadata)


def _made(name: str) -> Any:
    def puzzle_task(
        sizes: Any = None,
        steps: Any = None,
        arm: Any = "list",
        instances: int = 1,
        seed: int = 0,
    ) -> Task:
        asked = all_asked(name, sizes=sizes, steps=steps, arm=_arm(arm), instances=instances, seed=seed)
        return Task(
            dataset=MemoryDataset([_sample(each) for each in asked], name=name),
            solver=conversation(),
            scorer=label(),
        )

    puzzle_task.__name__ = name
    puzzle_task.__doc__ = f"{puzzle(name).summary}: sizes or steps, arm, instances, seed."
    return task(name=name)(puzzle_task)


def _arm(given: object) -> str:
    """Return an arm as we write it; Inspect splits a value at its commas."""
    return ",".join(map(str, given)) if isinstance(given, list) else str(given)


TASKS = {name: _made(name) for name in puzzles()}
"""All puzzles, each a task under its name."""
