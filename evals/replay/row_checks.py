"""Whether a recorded row can be one of ours, beyond its shape: rows come from other people, too."""

from pydantic import ValidationError

from evals.arms import known_arm
from evals.dialogue.arm import NoOptions
from evals.record.completion import MalformedReply
from evals.record.exchange import Exchange, RowKind
from evals.record.jsonl import JsonLine
from evals.record.model import FieldFault
from evals.record.trial import Trial
from tasks import PuzzleError


def check_trial(trial: Trial, named: str, line: JsonLine) -> None:
    """Raise `CorruptRecord`, which names the line and the field, for a trial that nobody can have asked.

    Args:
        trial: What the row says was asked.
        named: The id by which the row calls it.
        line: The row.
    """
    if trial.id != named:
        raise line.corrupt(f"field 'what.id': it is {trial.id!r}, and the row is of trial {named!r}")
    try:
        problem = trial.instance.restore()
    except PuzzleError as error:
        raise line.corrupt(f"field 'what.instance': {error}") from None
    arm = known_arm(trial.arm, trial.options)
    if arm.options is not NoOptions:
        try:
            arm.options.model_validate(trial.options)
        except ValidationError as error:
            fault = FieldFault.first_of(error)
            told = f"field 'what.options.{fault.field}': {fault.message}, not {fault.given}"
            raise line.corrupt(told) from None
    if not arm.suits(problem):
        told = f"arm {trial.arm!r} asks for steps of a solution, and {problem.canonical!r} has none"
        raise line.corrupt(f"field 'what.arm': {told}")


def check_row(row: Exchange, trial: Trial, line: JsonLine) -> None:
    """Raise the same for a row that can stand in no conversation of its trial."""
    if row.kind is RowKind.REPLY:
        try:
            _ = row.completion
        except MalformedReply as error:
            what = f"the reply to turn {row.turn} of trial {row.trial!r}"
            raise line.corrupt(f"field 'reply': {what} cannot be read ({error})") from None
    if row.kind is RowKind.RESULT:
        arm = known_arm(trial.arm, trial.options)
        if arm.ends_with is not RowKind.RESULT:
            raise line.corrupt(f"field 'kind': arm {trial.arm!r} runs no program that could have a result")
        try:
            arm.dialogue(trial, trial.instance.restore()).take_result(row.result)
        except ValidationError as error:
            fault = FieldFault.first_of(error)
            raise line.corrupt(f"field 'result.{fault.field}': {fault.message}") from None
