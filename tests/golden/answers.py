"""What is read in each labelled answer, and what the rules make of it, when that was recorded.

So that no label, number or quote changes unnoticed: `answers.json` has a line for each answer of
`tests/answers/sets` and of the recorded run. A reader has labelled them all, but the rest of a line is what
the program said, and no more than that: where it changes for a good reason, it is written anew.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from evals.labelling.rules import VERSION
from evals.record.outcome import Outcome
from evals.replay.derive import texts
from tasks import Problem, StepList
from tasks.reader import canonical
from tests.answers.judged import judged, names, read_answers

FILE = Path(__file__).with_name("answers.json")
_LONG = 6_000
"""Characters from which on the other readings of an ambiguous text are not tried: they take too long."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was recorded of one answer."""

    label: str
    probability: float
    told: str
    """A hash of what else is told of it: reason, flags, quotes and numbers."""
    read: str
    """A hash of what the readings of its text find."""


Lines = Mapping[str, Line]


def kept(file: Path = FILE) -> tuple[int, dict[str, dict[str, Line]]]:
    """The version of the rules and the lines of each set, as recorded."""
    if not file.exists():
        return VERSION, {}
    sets = json.loads(file.read_text("utf-8"))
    return sets.pop("version"), {
        name: {trial: Line(*line) for trial, line in lines.items()} for name, lines in sets.items()
    }


def written(sets: Mapping[str, Lines]) -> str:
    """The text of the file: a line for each answer."""
    parts = [f' "version": {VERSION}']
    for name, lines in sets.items():
        rows = ",\n".join(
            f"  {json.dumps(trial)}: {json.dumps(astuple(line))}" for trial, line in lines.items()
        )
        parts.append(f" {json.dumps(name)}: {{\n{rows}\n }}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def now() -> dict[str, Lines]:
    """The lines of each set, as they would be recorded now."""
    return {
        name: {
            row.id: Line(str(row.label), row.probability, told(row.outcome), readings(name)[row.id])
            for row in judged(name)
        }
        for name in names()
    }


def changes(before: Lines, after: Lines) -> list[str]:
    """Whose line changed, and in what."""
    return [
        f"{trial}: {', '.join(differing)}"
        for trial, line in after.items()
        if trial in before and (differing := _differing(before[trial], line))
    ]


def _differing(before: Line, after: Line) -> list[str]:
    found = [] if before.label == after.label else [f"label {before.label}, now {after.label}"]
    # Sums of floats differ in the last place between versions of Python.
    if abs(before.probability - after.probability) > 0.0015:
        found.append(f"probability {before.probability}, now {after.probability}")
    found += [name for name in ("told", "read") if getattr(before, name) != getattr(after, name)]
    return found


def told(said: Outcome) -> str:
    """A hash of all that an outcome tells besides its label and probability."""
    names = (
        "reason",
        "confident",
        "flags",
        "evidence",
        "written",
        "right",
        "first_error",
        "lost_at",
        "turns",
    )
    return _hash(said.model_dump_json(include=set(names)))


@cache
def readings(name: str) -> dict[str, str]:
    """By answer of a set, a hash of what is read in each of its texts."""
    return {
        trial.id: _hash("\n".join(_read(problem, text) for _, text in texts(replies)))
        for trial, replies, _ in read_answers(name)
        for problem in [trial.instance.restore()]
    }


def _read(problem: Problem, text: str) -> str:
    """What the readings of a text find, at length."""
    first = canonical(text)
    others = first.alternatives(layouts=True) if len(text) <= _LONG else ()
    return "\n".join(_found(problem, read.text) for read in (first, *others))


def _found(problem: Problem, text: str) -> str:
    reading = problem.read(text)
    forms = [
        (found.runs, found.numbers, found.ambiguous, found.steps.values.tolist()) for found in reading.found
    ]
    lists = [
        (one.runs, one.elided, one.elision, one.advance.taken, one.solves, *_spans(one))
        for last in (False, True)
        for one in problem.lists(reading, last_row_counts=last)
    ]
    return repr((text, forms, lists))


def _spans(one: StepList) -> list[tuple[int, int]]:
    """Where the first steps of a list stand, those around its middle, and its last ones."""
    count = len(one.steps)
    chosen = {
        *range(min(count, 3)),
        *range(count // 2, min(count // 2 + 2, count)),
        *range(max(count - 2, 0), count),
    }
    return [one.span(index) for index in sorted(chosen)]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]
