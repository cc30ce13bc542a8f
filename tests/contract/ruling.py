"""The rules: what `step`, `options`, `why_not`, `recover` and the batched `advance` say agrees."""

from collections.abc import Iterator
from itertools import islice, product
from math import prod
from random import Random
from typing import Any

from tasks import ANY, AnyInstance, AnyPuzzle, Kind, Puzzle, Row, Steps
from tests.contract.samples import explored, remembered, samples, searchable, solvable

_BOX = 600
_STATES = 10
_FAR = 1 << 60


@remembered
def candidates(puzzle: AnyPuzzle, instance: AnyInstance) -> tuple[Row, ...]:
    """Rows that somebody might write: all near the legal ones, those legal elsewhere, and absurd ones."""
    legal = sorted(_legal_anywhere(puzzle, instance))
    columns = list(zip(*legal, strict=True))
    spans = [range(max(0, min(column) - 1), max(column) + 3) for column in columns]
    found = dict.fromkeys(legal)
    if prod(map(len, spans)) <= _BOX:
        found |= dict.fromkeys(product(*spans))
    rng = Random(instance.canonical)
    for row in (legal * 40)[: 40 * len(spans)] if len(legal) < 40 else rng.sample(legal, 40):
        for at in range(puzzle.width):
            for value in (row[at] + 1, row[at] - 1, row[at] + 2, row[at] - 3, rng.choice(legal)[at], 0, _FAR):
                if value != ANY:
                    found[(*row[:at], value, *row[at + 1 :])] = None
    elsewhere = sorted({row for other in samples(puzzle) for row in puzzle.solution(other)})
    found |= dict.fromkeys(rng.sample(elsewhere, min(len(elsewhere), 80)))
    return tuple(found)


def _legal_anywhere(puzzle: AnyPuzzle, instance: AnyInstance) -> set[Row]:
    found = explored(puzzle, instance)
    if found is None:
        return set(puzzle.solution(instance)) | set(
            islice(puzzle.options(instance, puzzle.start(instance)), 200)
        )
    return {row for steps in found.after.values() for row in steps}


def _some(states: list[Any], instance: AnyInstance) -> list[Any]:
    if len(states) <= _STATES:
        return states
    return [states[0], *Random(instance.canonical).sample(states, _STATES - 2), states[-1]]


def options_are_what_step_accepts(puzzle: AnyPuzzle) -> None:
    """Every option is accepted and changes something; nothing else is; each refusal is told in words."""
    for instance, found in searchable(puzzle):
        rows = candidates(puzzle, instance)
        states = _some(list(found.after), instance)
        for state in states:
            for row in rows:
                accepted = puzzle.step(instance, state, row) is not None
                legal = row in found.after[state]
                assert accepted == legal, (
                    f"{instance.canonical}: {row} at {state!r} is {'' if legal else 'not '}an option, but "
                    f"step {'accepts' if accepted else 'refuses'} it"
                )
                if not accepted and state is states[0]:
                    _told(puzzle, instance, state, row)


def _told(puzzle: AnyPuzzle, instance: AnyInstance, state: Any, row: Row) -> None:
    why = puzzle.why_not(instance, state, row)
    assert why.strip(), f"{instance.canonical}: no word on why {row} is refused"
    assert "\n" not in why, f"{instance.canonical}: more than a line on why {row} is refused"
    assert len(why) <= 250, f"{instance.canonical}: more than a few words on why {row} is refused"


def what_a_form_leaves_out_is_implied(puzzle: AnyPuzzle) -> None:
    """A row whose leading numbers are `ANY` is the legal step that ends so."""
    for instance, found in searchable(puzzle):
        for implied in {form.implied for form in puzzle.forms(instance)} - {0}:
            for state in _some(list(found.after), instance):
                for row, after in found.after[state].items():
                    short = (*(ANY,) * implied, *row[implied:])
                    told = puzzle.step(instance, state, short)
                    assert told == after, f"{instance.canonical}: {short} at {state!r} leads to {told!r}"


def traces_go_on_after_a_wrong_item(puzzle: AnyPuzzle) -> None:
    """Where `recover` gives a state, the list can be finished from there."""
    if puzzle.kind is not Kind.TRACE:
        return
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        for number in range(len(rows)):
            state = puzzle.state_after(instance, number)
            wrong = next(row for row in candidates(puzzle, instance) if row != rows[number])
            recovered = puzzle.recover(instance, state, wrong)
            if recovered is not None:
                assert hash(recovered) is not None
                left = puzzle.distance(instance, recovered)
                assert left is None or left >= 0, f"{instance.canonical}: {left} items left after {wrong}"


def advance_agrees_with_step(puzzle: AnyPuzzle) -> None:
    """On right lists, lists gone wrong, random ones and parts of them, from any state."""
    if type(puzzle).advance is Puzzle.advance:
        return
    for instance in samples(puzzle):
        for state, rows, first in _lists(puzzle, instance):
            steps = Steps.of(rows, puzzle.width)
            fast = puzzle.advance(instance, state, steps, first)
            slow = Puzzle.advance(puzzle, instance, state, steps, first)
            assert fast == slow, (
                f"{instance.canonical}: advance over {rows[first:][:9]} from {state!r} gives {fast}, "
                f"step by step it is {slow}"
            )


def _lists(puzzle: AnyPuzzle, instance: AnyInstance) -> Iterator[tuple[Any, list[Row], int]]:
    rng, start = Random(instance.canonical), puzzle.start(instance)
    rows, others = list(puzzle.solution(instance)), candidates(puzzle, instance)
    yield start, [], 0
    yield start, rows, 0
    yield start, [*rows, *rows[-2:]], 0
    yield start, [*rows[-2:], *rows], len(rows[-2:])
    for _ in range(12):
        at = rng.randrange(len(rows) + 1)
        yield start, [*rows[:at], rng.choice(others), *rows[at:]], 0
        yield puzzle.state_after(instance, at), rows, at
        yield start, [rng.choice(others) for _ in range(5)], rng.randrange(3)
        yield start, _wandering(puzzle, instance, rng), 0


def _wandering(puzzle: AnyPuzzle, instance: AnyInstance, rng: Random) -> list[Row]:
    """Legal steps at random, and one more."""
    state, rows = puzzle.start(instance), []
    for _ in range(rng.randrange(1, 25)):
        options = list(islice(puzzle.options(instance, state), 200))
        if not options:
            break
        rows.append(rng.choice(options))
        state = puzzle.step(instance, state, rows[-1])
    return [*rows, rng.choice(candidates(puzzle, instance))]
