"""Words: the parts of the prompt, the worked example in it, and states described."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import islice

from tasks import AnyInstance, AnyPuzzle, Problem, Prompt
from tests.contract.reading import written
from tests.contract.ruling import candidates
from tests.contract.samples import SHORT, samples, searchable, solvable
from tests.contract.solving import walked


def prompts_are_whole(puzzle: AnyPuzzle) -> None:
    """Every part says something, in plain text; the format is stated once."""
    for instance in samples(puzzle):
        prompt = puzzle.prompt(instance)
        for part in fields(Prompt):
            text = getattr(prompt, part.name)
            assert text, f"{instance.canonical}: the {part.name} is empty"
            assert text == text.strip(), f"{instance.canonical}: the {part.name} begins or ends with space"
            assert text.isprintable() or "\n" in text, f"{instance.canonical}: odd characters in {part.name}"
            if part.name != "format":
                assert prompt.format not in text, f"{instance.canonical}: the {part.name} repeats the format"
        assert prompt.start == puzzle.describe(instance, puzzle.start(instance)), (
            f"{instance.canonical}: the start is told in other words than states are"
        )


def prompts_give_nothing_away(puzzle: AnyPuzzle) -> None:
    """No part holds the answer, nor does the example lead into it."""
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        if len(rows) < 3:
            continue
        prompt = puzzle.prompt(instance)
        for part in fields(Prompt):
            text = getattr(prompt, part.name)
            if part.name not in {"rules", "start"}:
                assert _listed(puzzle, instance, rows) not in text, (
                    f"{instance.canonical}: {part.name} has it all"
                )
        for item in Problem(puzzle, instance).lists(Problem(puzzle, instance).read(prompt.example)):
            assert not item.solves, f"{instance.canonical}: the example solves it"
            begin = list(islice(item.steps.rows(), 3))
            assert begin != rows[:3], f"{instance.canonical}: the example begins as the answer does"


def _listed(puzzle: AnyPuzzle, instance: AnyInstance, rows: list[tuple[int, ...]]) -> str:
    """These rows as they stand in an answer, without what closes it."""
    return written(puzzle, instance, rows).rstrip("])}").split("=")[-1].lstrip(" [({")


def worked_examples_are_right(puzzle: AnyPuzzle) -> None:
    """Where the example solves an instance (`smaller`), it does so, in the format of this one."""
    for instance in samples(puzzle):
        small, prompt = puzzle.smaller(instance), puzzle.prompt(instance)
        if small is None:
            continue
        what = f"{instance.canonical}: its example, {small.canonical},"
        rows, theirs = list(puzzle.solution(small)), list(islice(puzzle.solution(instance), SHORT))
        assert small != instance, f"{what} is the problem itself"
        assert rows != theirs[: len(rows)], f"{what} begins its solution"
        assert puzzle.is_goal(small, walked(puzzle, small, rows)[-1]), f"{what} does not reach its goal"
        assert prompt.example.endswith(written(puzzle, small, rows)), f"{what} does not end with its answer"
        assert puzzle.prompt(small).format == prompt.format, f"{what} is asked for in another format"
        found = Problem(puzzle, small).lists(Problem(puzzle, small).read(prompt.example))
        assert any(item.solves for item in found), f"{what} has an answer that is not read"


def states_are_told_apart(puzzle: AnyPuzzle) -> None:
    """Other states, other words: those that can be reached, and those of the way to the goal."""
    for instance, found in searchable(puzzle):
        _told_apart(puzzle, instance, found.after)
    for instance in solvable(puzzle):
        _told_apart(puzzle, instance, walked(puzzle, instance, list(puzzle.solution(instance))))


def _told_apart(puzzle: AnyPuzzle, instance: AnyInstance, states: Iterable[object]) -> None:
    told: dict[str, object] = {}
    for state in states:
        words = puzzle.describe(instance, state)
        assert words == words.strip() != "", f"{instance.canonical}: {state!r} is told as {words!r}"
        assert told.setdefault(words, state) == state, (
            f"{instance.canonical}: {state!r} and {told[words]!r} are both {words!r}"
        )


def wrong_turns_are_told_apart(puzzle: AnyPuzzle) -> None:
    """A trace that goes on after a wrong item is told by that item, not by the right one."""
    for instance in solvable(puzzle):
        for number, right in enumerate(islice(puzzle.solution(instance), SHORT)):
            state = puzzle.state_after(instance, number)
            after = puzzle.state_after(instance, number + 1)
            for wrong in candidates(puzzle, instance):
                recovered = puzzle.recover(instance, state, wrong) if wrong != right else None
                if recovered is not None:
                    _told_apart(puzzle, instance, (after, recovered))
