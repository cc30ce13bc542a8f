"""Instances: parameters are checked, seeds give the same again, sizes grow."""

from collections.abc import Iterator
from dataclasses import astuple, fields
from hashlib import sha256
from itertools import islice

import pytest

from tasks import AnyInstance, AnyPuzzle, BadParameter, Value, bounds_of
from tasks.contract.sizes import size_nearest
from tests.contract.samples import samples

UNEVEN = 12
"""Among so many of the smallest sizes, more need not mean longer."""


def digest(puzzle: AnyPuzzle, instance: AnyInstance) -> str:
    """What an instance is to whoever is asked: prompt, length, the first steps and some states in words."""
    fewest = puzzle.fewest_steps(instance)
    rows = list(islice(puzzle.solution(instance), 50))
    told = [
        puzzle.describe(instance, puzzle.state_after(instance, count)) for count in range(0, len(rows), 7)
    ]
    whole = repr((astuple(puzzle.prompt(instance)), fewest, rows, told))
    return sha256(whole.encode()).hexdigest()[:32]


def the_same_seed_gives_the_same(puzzle: AnyPuzzle) -> None:
    """And another gives something else just where the puzzle says so."""
    for instance in samples(puzzle):
        values = {item.name: getattr(instance.parameters, item.name) for item in fields(instance.parameters)}
        again = puzzle.generate(values, instance.seed)
        assert again.canonical == instance.canonical
        assert digest(puzzle, again) == digest(puzzle, instance), f"{instance.canonical}: not the same again"
        first = digest(puzzle, instance)
        others = (puzzle.generate(values, instance.seed + by) for by in range(1, 11))
        differ = any(digest(puzzle, other) != first for other in others)
        assert differ == puzzle.varies(instance), (
            f"{instance.canonical}: other seeds {'do' if differ else 'do not'} give others, against `varies`"
        )


def nonsense_is_refused(puzzle: AnyPuzzle) -> None:
    """Unknown names, wrong types and values out of range are bad parameters; each parameter is explained."""
    bounds = bounds_of(puzzle.parameters)
    assert next(iter(bounds)) == "size", f"{puzzle.name}: its first parameter is not the size"
    size = samples(puzzle)[0].parameters.size
    for given in ({}, {"size": size, "sise": 1}, *_nonsense(puzzle, size)):
        with pytest.raises(BadParameter):
            puzzle.generate(given)
    for name, bound in bounds.items():
        assert bound.doc, f"{puzzle.name}: parameter {name!r} is not explained"
    for instance in samples(puzzle):
        for name, bound in bounds.items():
            value = getattr(instance.parameters, name)
            assert bound.check(name, value, type(value)) == value


def _nonsense(puzzle: AnyPuzzle, size: int) -> Iterator[dict[str, Value]]:
    for name, bounds in bounds_of(puzzle.parameters).items():
        wrong: list[object] = [None, 1.5, [1], "no such value", 10**30, -(10**30)]
        if bounds.minimum is not None:
            wrong += [bounds.minimum - 1, True, str(bounds.minimum)]
        if bounds.maximum is not None:
            wrong.append(bounds.maximum + 1)
        if bounds.choices is None and bounds.minimum is None:
            wrong.remove("no such value")
        yield from ({"size": size, name: value} for value in wrong)  # type: ignore[misc]


def more_is_longer(puzzle: AnyPuzzle) -> None:
    """Beyond the smallest sizes fewest steps grow with the size: a size can be chosen by its steps."""
    bounds = bounds_of(puzzle.parameters)["size"]
    assert bounds.minimum is not None, f"{puzzle.name}: its size has no least value"
    assert bounds.maximum is not None, f"{puzzle.name}: its size has no greatest value"
    sizes = [*range(bounds.minimum, min(bounds.maximum, bounds.minimum + 60) + 1), bounds.maximum]
    known = [puzzle.fewest_steps(puzzle.generate({"size": size})) or 0 for size in sizes]
    for at in range(UNEVEN, len(sizes)):
        most = max(known[:at])
        assert known[at] >= most, f"{puzzle.name}: size {sizes[at]} takes {known[at]}, a smaller one {most}"
    for steps in (1, 16, 64, 256, 1_024):
        size = size_nearest(puzzle, steps, {})
        assert bounds.minimum <= size <= bounds.maximum
    assert len(set(known)) > min(3, len(known) - 1), f"{puzzle.name}: all sizes are as long: {known}"


def what_it_is_is_told(puzzle: AnyPuzzle) -> None:
    """A name fit for files, a version, one line of summary."""
    assert puzzle.name.isidentifier(), f"{puzzle.name!r} is no name for a puzzle"
    assert puzzle.name == puzzle.name.lower(), f"{puzzle.name!r} is no name for a puzzle"
    assert puzzle.version >= 1
    assert puzzle.summary.isprintable()
    assert 0 < len(puzzle.summary) <= 100, f"{puzzle.name}: the summary is not one line"
