"""One answer without a run: read, labelled, and told as text or JSON."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer

from evals.cli.telling.puzzle_table import named_value
from evals.errors import SpecError
from evals.labelling.answer import Answer
from evals.labelling.evidence import AnswerEvidence
from evals.labelling.rules import LabelResult, label_evidence
from evals.record.completion import strict_json
from evals.record.files import text_of
from evals.record.finish_reasons import Finish, finish_of
from evals.text import clip, printable
from tasks import Problem, given_problem, problem

_QUOTED = 200
"""Characters shown of a quote."""
_LONGEST = 16_000_000
"""Characters of an answer that are read."""


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """An answer with what was asked and how it ended."""

    problem: Problem
    evidence: AnswerEvidence
    result: LabelResult


def problem_of(
    puzzle: str, *, size: int | None, parameters: Sequence[str], seed: int, instance: str | None
) -> Problem:
    """Return the problem that the options name.

    Raises:
        SpecError: Neither or both of `size` and `instance` are given, or the instance is not JSON.
        PuzzleError: The puzzle does not have such an instance.
    """
    if (size is None) == (instance is None):
        raise SpecError("say which instance was asked: --size N, or --instance JSON, one of them")
    if size is not None:
        return problem(puzzle, {"size": size, **dict(map(named_value, parameters))}, seed)
    assert instance is not None
    if parameters or seed:
        raise SpecError("--instance is the whole instance: leave out --parameter and --seed")
    data = _json(instance)
    if not isinstance(data, dict):
        raise SpecError(f"--instance must be a JSON object, not {clip(instance, 60)!r}")
    return given_problem(puzzle, data)


def _json(given: str) -> Any:
    where, text = "--instance", given
    if given.startswith("@"):
        where = f"--instance {given!r}"
        text = _text(Path(given[1:]), where)
    try:
        return strict_json(text)
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{where} is not JSON ({error})") from None


def answer_in(file: Path | None) -> str:
    """Return the answer in a file, or from standard input; raises `SpecError`."""
    if file is not None:
        return _text(file, f"answer {str(file)!r}")
    if sys.stdin.isatty():
        typer.echo("Paste the answer, then press Ctrl-D on a line of its own.", err=True)
    data = sys.stdin.buffer.read(4 * _LONGEST + 1)
    text = data.decode("utf-8", "replace")
    if len(text) > _LONGEST:
        raise SpecError(f"the answer is longer than {_LONGEST:,} characters")
    return text


def _text(file: Path, what: str) -> str:
    try:
        return text_of(file, streams=True)
    except OSError as error:
        raise SpecError(f"cannot read {what}: {error.strerror or error}") from None
    except ValueError as error:
        raise SpecError(f"{what} is not UTF-8: {error}") from None


def labelled(asked: Problem, text: str, finish_reason: str | None) -> LabelledAnswer:
    """Label an answer; raises `SpecError` if the finish reason says that there was none."""
    if finish_of(finish_reason) is Finish.FAILED:
        raise SpecError(f"--finish-reason {finish_reason!r} says that the server broke the answer off")
    evidence = AnswerEvidence(asked, Answer(text, finish_reason=finish_reason))
    return LabelledAnswer(asked, evidence, label_evidence(evidence))


def written(found: LabelledAnswer) -> str:
    """Return everything as one JSON object."""
    asked, result = found.problem, found.result
    plain = {
        "puzzle": asked.name,
        "instance": asked.canonical,
        "steps": asked.fewest_steps,
        "label": result.label,
        "reason": result.reason,
        "probability": result.probability,
        "confident": result.confident,
        "flags": list(result.flags),
        "written": result.written,
        "right": result.right,
        "first_error": result.first_error,
        "first_error_is": _why_not(found),
        "lost_at": result.lost_at,
        "evidence": [asdict(span) for span in result.evidence],
    }
    return json.dumps(plain, indent=2, ensure_ascii=True) + "\n"


def described(found: LabelledAnswer) -> Iterator[str]:
    """Yield the same in plain lines."""
    result, needed = found.result, found.problem.fewest_steps
    sure = "" if result.confident else f", not sure (probability {result.probability:.2f})"
    yield f"{result.label}{sure}: {result.reason}\n"
    known = "an unknown number" if needed is None else f"{needed:,}"
    if found.problem.solvable is False:
        known = "none, for there is no solution"
    yield f"steps: {result.written:,} written, {result.right:,} right, needed: {known}\n"
    if result.first_error is not None:
        yield f"first error: step {result.first_error:,}: {printable(_why_not(found) or '')}\n"
    elif result.lost_at is not None:
        yield f"off every shortest way: from step {result.lost_at:,} on\n"
    for span in result.evidence:
        quote = printable(clip(span.quote, _QUOTED))
        yield f"{span.shows}: {quote!r} (characters {span.start:,} to {span.end:,})\n"
    if result.flags:
        yield f"flags: {', '.join(result.flags)}\n"


def _why_not(found: LabelledAnswer) -> str | None:
    """Say which rule the first wrong step breaks."""
    number = found.result.first_error
    if number is None:
        return None
    main = found.evidence.main
    if main is None or main.advance.taken != number - 1:
        return None
    return found.problem.why_not(main.advance.state, main.steps.row(number - 1))
