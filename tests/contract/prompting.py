"""Words: the parts of the prompt, the worked example in it, and states described."""

from dataclasses import fields
from itertools import islice

from tasks import AnyInstance, AnyPuzzle, Prompt, lists, read
from tests.contract.reading import written
from tests.contract.samples import samples, searchable, solvable
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
        for item in lists(puzzle, instance, read(puzzle, instance, prompt.example)):
            assert not item.solves, f"{instance.canonical}: the example solves it"
            begin = list(islice(item.steps.rows(), 3))
            assert begin != rows[:3], f"{instance.canonical}: the example begins as the answer does"


def _listed(puzzle: AnyPuzzle, instance: AnyInstance, rows: list[tuple[int, ...]]) -> str:
    """These rows as they stand in an answer, without what closes it."""
    return written(puzzle, instance, rows).rstrip("])}").split("=")[-1].lstrip(" [({")


def worked_examples_are_right(puzzle: AnyPuzzle) -> None:
    """Where the puzzle says which problem its example is (`smaller`), that is solved there, as asked for."""
    smaller = getattr(puzzle, "smaller", None)
    if smaller is None:
        return
    for instance in samples(puzzle):
        small, example = smaller(instance), puzzle.prompt(instance).example
        assert small != instance, f"{instance.canonical}: the example is the problem itself"
        rows = list(puzzle.solution(small))
        walked(puzzle, small, rows)
        assert written(puzzle, small, rows) in example, f"{small.canonical}: the example lacks its answer"
        found = lists(puzzle, small, read(puzzle, small, example))
        assert any(item.solves for item in found), f"{small.canonical}: the example's answer is not read"


def states_are_told_apart(puzzle: AnyPuzzle) -> None:
    """Other states, other words."""
    for instance, found in searchable(puzzle):
        told: dict[str, object] = {}
        for state in found.after:
            words = puzzle.describe(instance, state)
            assert words == words.strip() != "", f"{instance.canonical}: {state!r} is told as {words!r}"
            assert words not in told, (
                f"{instance.canonical}: {state!r} and {told[words]!r} are both {words!r}"
            )
            told[words] = state
