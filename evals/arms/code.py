"""The arm that removes writing: a Python function that returns the list, run in the sandbox."""

from collections.abc import Mapping
from typing import Any, ClassVar

from evals.dialogue.arm import Arm, Given, Play, Workload
from evals.dialogue.dialogue import Dialogue, Turn
from evals.dialogue.ending import Ending
from evals.labelling.answer import Answer
from evals.labelling.evidence import AnswerEvidence
from evals.labelling.rules import label_evidence
from evals.record.exchange import RowKind
from evals.record.outcome import Label
from evals.record.trial import Trial
from evals.sandbox.find_program import Program, find_program
from evals.sandbox.sandbox import Ended, SandboxResult, judge_of, restored, text_of
from tasks import Problem

UNWALLED = "unwalled"
"""The flag of an outcome whose program ran where the operating system's walls had a gap, or were none."""
_PROGRAM = 1500
"""Assumed length of a program in characters, for the estimate."""


class CodeArm(Arm):
    """Asks once, for a program."""

    name = "code"
    version = 1
    summary = "a Python function that returns the list, run in a sandbox"
    solvable_only = True
    ends_with: ClassVar[RowKind] = RowKind.RESULT
    play = Play.PROGRAM

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the problem, and what the function must return."""
        del options
        prompt = problem.prompt
        how = (
            "Answer with one block of Python code that needs nothing but Python 3 and its standard library. "
            "The function is called once, and what it returns is checked step by step."
        )
        return (prompt.rules, f"Start:\n{prompt.start}", f"Goal:\n{prompt.goal}", prompt.code, how)

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """Return a conversation with one question, whose answer is run as a program."""
        return ProgramAnswer(trial, problem)

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:
        """Assume the same program length for every problem."""
        del problem, options
        return Workload(1, whole.prompt_characters, _PROGRAM)


ARM = CodeArm()


class ProgramAnswer(Dialogue):
    """One question; the program in the answer is run."""

    _answer: Answer

    def __init__(self, trial: Trial, problem: Problem) -> None:
        super().__init__(trial, problem)
        self._result: SandboxResult | None = None
        self._was_run = False

    def _take(self, answer: Answer, reason: str) -> None:
        del reason
        self._answer = answer

    def take_result(self, result: Mapping[str, Any] | None) -> None:
        """Take the result of the program; `None` if the answer has no program."""
        self._result, self._was_run = restored(result), True

    def following(self) -> Turn | None:
        """Return `None`: there is only one turn."""
        return None

    def ending(self) -> Ending:
        """Return the ending by the list that the program returned."""
        if not self._was_run:
            return Ending(Label.ERROR, "its program was not run yet")
        return program_ending(self.problem, self._answer, self._result)


def program_ending(problem: Problem, answer: Answer, result: SandboxResult | None) -> Ending:
    """Return how the trial ended, given the result of the answer's program; `None` if it has no program."""
    ending = _ending(problem, answer, result)
    return ending.flagged(UNWALLED) if result is not None and result.unwalled else ending


def _ending(problem: Problem, answer: Answer, result: SandboxResult | None) -> Ending:
    evidence = AnswerEvidence(problem, answer)
    program = find_program(answer.content)
    if evidence.filtered:
        return Ending.of(label_evidence(evidence), 1)
    if _is_cut(evidence, program, result):
        return Ending(Label.TRUNCATED, "the answer was cut before its program was whole")
    if result is None:
        return _without_program(evidence, answer)
    judged = judge_of(result)
    if judged.label is not None:
        return Ending(judged.label, f"{judged.reason}: {judged.detail}" if judged.detail else judged.reason)
    return _walked(AnswerEvidence(problem, Answer(content=text_of(result), finish_reason="stop")))


def _is_cut(evidence: AnswerEvidence, program: Program | None, result: SandboxResult | None) -> bool:
    if program is None:
        return evidence.is_cut or evidence.thinking_unclosed
    broken = result is None or result.ended is Ended.SYNTAX_ERROR
    return program.cut and (evidence.is_cut or broken)


def _without_program(evidence: AnswerEvidence, answer: Answer) -> Ending:
    said = Ending.of(label_evidence(evidence), 1)
    # A method in words is not a program, but giving one is not a refusal in this arm.
    if said.label is Label.REFUSAL and (evidence.declines or not evidence.hands_over):
        return said
    if not answer.content.strip():
        return Ending(Label.NO_ANSWER, "the answer is empty")
    what = "a list stands in its place" if evidence.any_steps else "there is none"
    return Ending(Label.MALFORMED, f"a program was asked for, and {what}")


def _walked(evidence: AnswerEvidence) -> Ending:
    """Label the list that the program returned; anything else it printed is ignored."""
    verdict = label_evidence(evidence)
    if evidence.solves:
        return Ending(
            Label.SOLVED,
            "the list that its program gives is legal and ends at the goal",
            written=verdict.written,
            right=verdict.right,
        )
    reason = "the list that its program gives is wrong" if evidence.any_steps else "its program gives no list"
    return Ending(
        Label.LOGIC_ERROR,
        reason,
        written=verdict.written,
        right=verdict.right,
        first_error=verdict.first_error,
        lost_at=verdict.lost_at,
    )
