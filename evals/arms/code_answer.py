"""The `code` arm: the program of an answer is run in the sandbox, and the list that it gives is walked."""

import asyncio
from collections.abc import Mapping
from typing import Any

from evals.arms.ending import Ending
from evals.labelling.answer import Answer
from evals.labelling.evidence import Facts
from evals.labelling.rules import verdict_of
from evals.record.outcome import Label
from evals.sandbox.find_program import Program, find_program
from evals.sandbox.sandbox import Ended, SandboxResult, judge_of, run_program, text_of
from tasks import AnyInstance, AnyPuzzle


async def run_in_sandbox(text: str) -> dict[str, Any] | None:
    """Run the program of an answer: what is to be recorded; `None` where the answer has no program."""
    program = find_program(text)
    if program is None:
        return None
    return (await asyncio.to_thread(run_program, program)).model_dump(mode="json")


def restored(result: Mapping[str, Any] | None) -> SandboxResult | None:
    """A result as recorded."""
    return None if result is None else SandboxResult.model_validate(result)


def program_ending(
    puzzle: AnyPuzzle, instance: AnyInstance, answer: Answer, result: SandboxResult | None
) -> Ending:
    """How the trial ended, given what became of the answer's program; `None`: it has none."""
    facts = Facts(puzzle, instance, answer)
    program = find_program(answer.content)
    if facts.filtered:
        return Ending.of(verdict_of(facts), answer, 1)
    if _is_cut(facts, program, result):
        return Ending(Label.TRUNCATED, "the answer was cut before its program was whole")
    if result is None:
        return _without_program(facts, answer)
    judged = judge_of(result)
    if judged.label is not None:
        return Ending(judged.label, f"{judged.reason}: {judged.detail}" if judged.detail else judged.reason)
    return _walked(Facts(puzzle, instance, Answer(content=text_of(result), finish_reason="stop")))


def _is_cut(facts: Facts, program: Program | None, result: SandboxResult | None) -> bool:
    if program is None:
        return facts.cut_by_limit or facts.thinking_unclosed
    broken = result is None or result.ended is Ended.SYNTAX_ERROR
    return program.cut and (facts.cut_by_limit or broken)


def _without_program(facts: Facts, answer: Answer) -> Ending:
    said = Ending.of(verdict_of(facts), answer, 1)
    # A method in words is no program, but handing it over declines nothing here.
    if said.label is Label.REFUSAL and (facts.declines or not facts.hands_over):
        return said
    if not answer.content.strip():
        return Ending(Label.NO_ANSWER, "the answer is empty")
    what = "a list stands in its place" if facts.any_steps else "there is none"
    return Ending(Label.MALFORMED, f"a program was asked for, and {what}")


def _walked(facts: Facts) -> Ending:
    """The list that the program gave; what it printed beside it decides nothing."""
    verdict = verdict_of(facts)
    if facts.solves:
        return Ending(
            Label.SOLVED,
            "the list that its program gives is legal and ends at the goal",
            written=verdict.written,
            right=verdict.right,
        )
    reason = "the list that its program gives is wrong" if facts.any_steps else "its program gives no list"
    return Ending(
        Label.LOGIC_ERROR,
        reason,
        written=verdict.written,
        right=verdict.right,
        first_error=verdict.first_error,
        lost_at=verdict.lost_at,
    )
