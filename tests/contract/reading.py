"""Answers: what `format` writes is read back, each step where it stands, and labelled as what it is."""

import json
import re
from collections.abc import Iterator
from itertools import islice, takewhile
from random import Random
from time import process_time

from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.outcome import Label
from evals.simulated.mistakes import rows_written
from tasks import AnyInstance, AnyPuzzle, Problem, Row, StepList
from tests.contract.samples import samples, solvable

CHATTER = (
    "{}",
    "Here is my answer.\n\n{}\n\nI hope this helps!",
    "I worked this out carefully, one step at a time.\n\n```\n{}\n```\n",
    "<think>\nLet me see. This looks long, but I can do it.\n</think>\n\n**Answer:**\n\n{}\n\nDone.",
    "<answer>\n{}\n</answer>",
)


def written(puzzle: AnyPuzzle, instance: AnyInstance, rows: list[Row]) -> str:
    """An answer as it was asked for."""
    return "".join(puzzle.format(instance, rows))


def _read(puzzle: AnyPuzzle, instance: AnyInstance, text: str) -> list[StepList]:
    return Problem(puzzle, instance).lists(Problem(puzzle, instance).read(text))


def answers_are_read_back(puzzle: AnyPuzzle) -> None:
    """The list that solves has the very steps that were written, and each stands where it is said to."""
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        text = written(puzzle, instance, rows)
        found = [item for item in _read(puzzle, instance, text) if item.solves]
        assert found, f"{instance.canonical}: its own answer is not read as one that solves: {text[:200]!r}"
        assert list(found[-1].steps.rows()) == rows, (
            f"{instance.canonical}: other steps are read: {text[:200]!r}"
        )
        behind = 0
        for index, row in enumerate(rows):
            start, end = found[-1].span(index)
            assert behind <= start < end <= len(text), f"{instance.canonical}: step {index + 1} has no place"
            behind = end
            alone = Problem(puzzle, instance).read(text[start:end]).found
            told = [item.steps.row(0) for item in alone if len(item.steps)]
            assert row in told, f"{instance.canonical}: at step {index + 1} stands {text[start:end]!r}"


def what_programs_return_is_read_back(puzzle: AnyPuzzle) -> None:
    """The list that `Prompt.code` asks for, put into text as JSON or as Python prints it, is an answer."""
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        value = returned(puzzle, instance, rows)
        assert len(value) == len(rows), f"{instance.canonical}: a program returns {len(value)} items"
        for text in (json.dumps(value), json.dumps(value, indent=1), repr(value)):
            solving = [item for item in _read(puzzle, instance, text) if item.solves]
            assert solving, f"{instance.canonical}: this is not read as one that solves: {text[:200]!r}"
            assert list(solving[-1].steps.rows()) == rows, (
                f"{instance.canonical}: other steps are read: {text[:200]!r}"
            )


def returned(puzzle: AnyPuzzle, instance: AnyInstance, rows: list[Row]) -> list[object]:
    """What a right program returns: the list in the asked format, or a list of its lines.

    Lines are strings, unless the prompt asks for a list of integers.
    """
    text = written(puzzle, instance, rows)
    begin, equals, listed = text.partition("=")
    if equals and begin.strip().isidentifier():
        found = json.loads(listed)
        assert isinstance(found, list)
        return found
    numbers = "list of integers" in puzzle.prompt(instance).code
    return [int(line) if numbers else line for line in text.splitlines()]


def answers_are_labelled_solved(puzzle: AnyPuzzle) -> None:
    """With words around them too."""
    for instance in solvable(puzzle):
        text = written(puzzle, instance, list(puzzle.solution(instance)))
        for chatter in CHATTER:
            answer = chatter.format(text)
            verdict = label(Problem(puzzle, instance), Answer(answer, finish_reason="stop"))
            assert verdict.label is Label.SOLVED, f"{instance.canonical}: {verdict.reason}: {answer[:300]!r}"


def pieces_are_one_answer(puzzle: AnyPuzzle) -> None:
    """`format` writes as it is given steps, not after the last: a million steps are never whole in memory."""
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        if len(rows) < 6:
            continue
        taken = 0

        def counted(rows: list[Row] = rows) -> Iterator[Row]:
            nonlocal taken
            for row in rows:
                taken += 1
                yield row

        pieces = list(islice(puzzle.format(instance, counted()), 3))
        assert taken <= 4, (
            f"{instance.canonical}: {taken} steps are taken for the first three pieces: {pieces}"
        )


def wrong_steps_are_found(puzzle: AnyPuzzle) -> None:
    """An answer gone wrong at one step is a logic error there; rows that are no step can be written."""
    for instance in solvable(puzzle):
        fewest = puzzle.fewest_steps(instance)
        if fewest is None or fewest < 4:
            continue
        rng = Random(instance.canonical)
        for wrong in sorted({2, 1 + fewest // 2, fewest}):
            rows = list(rows_written(Problem(puzzle, instance), fewest, wrong, rng))
            verdict = label(
                Problem(puzzle, instance), Answer(written(puzzle, instance, rows), finish_reason="stop")
            )
            what = f"{instance.canonical}: with {rows[wrong - 1 : wrong]} as step {wrong}"
            assert verdict.label is Label.LOGIC_ERROR, (
                f"{what} it is labelled {verdict.label}: {verdict.reason}"
            )
            assert verdict.first_error == wrong, f"{what} the first error is {verdict.first_error}"


def parts_are_no_answers(puzzle: AnyPuzzle) -> None:
    """A half is not solved; with dots for the rest it is a give-up after as many steps as are written."""
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        if len(rows) < 8:
            continue
        whole, half = written(puzzle, instance, rows), written(puzzle, instance, rows[: len(rows) // 2])
        begun = _common(whole, half)
        closing, joint = half.removeprefix(begun), whole.removeprefix(begun)[:2].rstrip("[(\"'")
        silent = label(Problem(puzzle, instance), Answer(half, finish_reason="stop"))
        assert silent.label is Label.LOGIC_ERROR, f"{instance.canonical}: half an answer is {silent.label}"
        dotted = f"{begun}{joint}...{closing}"
        stopped = label(Problem(puzzle, instance), Answer(dotted, finish_reason="stop"))
        assert stopped.label is Label.GIVE_UP, f"{instance.canonical}: {stopped.reason}: {dotted[:300]!r}"
        assert stopped.written == len(rows) // 2, f"{instance.canonical}: {stopped.written} steps: {dotted!r}"
        cut = label(Problem(puzzle, instance), Answer(begun, finish_reason="length"))
        assert cut.label is Label.TRUNCATED, f"{instance.canonical}: {cut.reason}"


def _common(one: str, other: str) -> str:
    """How both begin."""
    return "".join(
        left for left, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )


_HOSTILE = (
    *("[", "[[", "[1, ", '["A", 1', "(1, 1", "1, ", "1 ", "1", " ", "\t", "\n", "...", "**1", "a", "= 1"),
    *("\n- 1", "\n1. ", "Move disk 1 from ", "A_1, ", "A_1 and ", "ring 1 ", "R from ", "A: 0 -> ", "-> "),
    *("0 -> ", "apple ", "q1 ", "Left: [", "01", "|1|"),
)
_LONG, _SECONDS = 10_000, 2


def hostile_text_is_read_in_no_time(puzzle: AnyPuzzle) -> None:
    """Patterns take linear time: the same few characters over and over are no trap."""
    instance = solvable(puzzle)[-1]
    for unit in _HOSTILE:
        began = process_time()
        Problem(puzzle, instance).read(unit * (_LONG // len(unit)))
        took = process_time() - began
        assert took < _SECONDS, f"{puzzle.name}: {_LONG} characters of {unit!r} take {took:.1f} seconds"


def forms_are_sound(puzzle: AnyPuzzle) -> None:
    """A group for each column, as wide as a row, and no step is made of nothing."""
    for instance in samples(puzzle):
        names = [form.name for form in puzzle.forms(instance)]
        assert len(set(names)) == len(names) > 0, f"{puzzle.name}: its forms are {names}"
        for form in puzzle.forms(instance):
            step = re.compile(form.step, form.flags)
            what = f"{puzzle.name}: form {form.name!r}"
            assert step.groups == len(form.columns), f"{what} has {step.groups} groups"
            assert form.width == puzzle.width, f"{what} is {form.width} numbers wide"
            assert step.search("") is None, f"{what} finds a step in nothing"
            re.compile(form.joint, form.flags)
