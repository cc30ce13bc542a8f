"""Which instances of a puzzle are checked, and the states that can be reached in the small ones."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from itertools import islice
from typing import Any, ParamSpec, TypeVar, cast

from tasks import AnyInstance, AnyPuzzle, BadParameter, Bounds, Kind, Puzzle, Row, Value, bounds_of
from tasks.contract.sizes import size_nearest

SHORT = 70
"""Instances of no more steps are walked through step by step."""
_SIZES = 4
_WIDE = 500
"""Of wider ranges of a parameter not the greatest value is taken, but one so far from the least."""
_STATES, _OPTIONS = 1_500, 8_000
"""Instances of no more states, and steps from them in all, are searched through…"""
_SHALLOW = 30
"""…and of no more steps."""


P = ParamSpec("P")
T = TypeVar("T")


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """`lru_cache` for functions of puzzles, which are hashable as all plain objects are."""
    return cast("Callable[P, T]", wraps(function)(lru_cache(maxsize=512)(function)))


@remembered
def samples(puzzle: AnyPuzzle) -> tuple[AnyInstance, ...]:
    """Short instances: the smallest sizes, every choice of every other parameter, some seeds."""
    found: dict[str, AnyInstance] = {}
    for given in _variants(puzzle):
        for size in _short_sizes(puzzle, given):
            for seed in (0, 1):
                instance = puzzle.generate({**given, "size": size}, seed)
                found[instance.canonical] = instance
                if not puzzle.varies(instance):
                    break
    assert found, f"{puzzle.name}: no size has at most {SHORT} steps"
    return tuple(found.values())


def solvable(puzzle: AnyPuzzle) -> list[AnyInstance]:
    """The samples that have a solution."""
    return [instance for instance in samples(puzzle) if puzzle.fewest_steps(instance) is not None]


def _variants(puzzle: AnyPuzzle) -> Iterator[dict[str, Value]]:
    """The default parameters, and each parameter changed by itself."""
    yield {}
    for name, bounds in bounds_of(puzzle.parameters).items():
        if name != "size":
            yield from ({name: value} for value in bounds.choices or _extremes(bounds))


def _extremes(bounds: Bounds) -> Iterator[int]:
    if bounds.minimum is not None:
        yield bounds.minimum
    if bounds.maximum is not None:
        yield min(bounds.maximum, (bounds.minimum or 0) + _WIDE)


def _short_sizes(puzzle: AnyPuzzle, given: dict[str, Value]) -> Iterator[int]:
    """The smallest sizes, and the largest that is still short."""
    smallest = bounds_of(puzzle.parameters)["size"].minimum
    assert smallest is not None, f"{puzzle.name}: its size has no least value"
    fits = [size for size in range(smallest, smallest + 40) if _is_short(puzzle, {**given, "size": size})]
    yield from fits[:_SIZES]
    longer = [size for size in fits[_SIZES:] if _fewest(puzzle, {**given, "size": size}) is not None]
    yield from longer[-1:]


def _is_short(puzzle: AnyPuzzle, given: dict[str, Value]) -> bool:
    try:
        return (_fewest(puzzle, given) or 0) <= SHORT
    except BadParameter:
        return False


def _fewest(puzzle: AnyPuzzle, given: dict[str, Value]) -> int | None:
    fewest: int | None = puzzle.fewest_steps(puzzle.generate(given))
    return fewest


@dataclass(frozen=True, slots=True)
class Explored:
    """All states of an instance that can be reached, the nearest first, and the legal steps from each."""

    depth: dict[Any, int]
    after: dict[Any, dict[Row, Any]]

    def distances(self, goals: list[Any]) -> dict[Any, int]:
        """Fewest steps to the goal from every state from which it can be reached."""
        before: dict[Any, list[Any]] = {}
        for state, steps in self.after.items():
            for after in steps.values():
                before.setdefault(after, []).append(state)
        found = dict.fromkeys(goals, 0)
        queue = deque(goals)
        while queue:
            state = queue.popleft()
            for earlier in before.get(state, ()):
                if earlier not in found:
                    found[earlier] = found[state] + 1
                    queue.append(earlier)
        return found


@remembered
def explored(puzzle: AnyPuzzle, instance: AnyInstance) -> Explored | None:
    """Breadth first over `options`; `None` if there are too many states, or too many steps to the goal."""
    if (puzzle.fewest_steps(instance) or 0) > _SHALLOW:
        return None
    start = puzzle.start(instance)
    depth = {start: 0}
    after: dict[Any, dict[Row, Any]] = {}
    queue = deque([start])
    left = _OPTIONS
    while queue:
        state = queue.popleft()
        after[state] = {}
        for row in islice(_options(puzzle, instance, state, depth[state]), left):
            left -= 1
            then = puzzle.step(instance, state, row)
            assert then is not None, f"{instance.canonical}: step refuses {row}, which is among the options"
            if puzzle.kind is Kind.MOVES:
                assert then != state, f"{instance.canonical}: {row} changes nothing"
            after[state][row] = then
            if then not in depth:
                depth[then] = depth[state] + 1
                queue.append(then)
        if len(depth) > _STATES or left == 0:
            return None
    return Explored(depth, after)


def _options(puzzle: AnyPuzzle, instance: AnyInstance, state: Any, depth: int) -> Iterator[Row]:
    """Every legal step; of a trace that does not give them the right item, found by how many stand before."""
    if puzzle.kind is Kind.MOVES or type(puzzle).options is not Puzzle.options:
        return puzzle.options(instance, state)
    return islice(puzzle.solution(instance, depth), 1)


def searchable(puzzle: AnyPuzzle) -> Iterator[tuple[AnyInstance, Explored]]:
    """The samples that can be searched through."""
    for instance in samples(puzzle):
        found = explored(puzzle, instance)
        if found is not None:
            yield instance, found


def largest(puzzle: AnyPuzzle) -> AnyInstance:
    """The largest size; where states are only known step by step, the one of some thousand steps."""
    size = bounds_of(puzzle.parameters)["size"].maximum
    assert size is not None, f"{puzzle.name}: its size has no greatest value"
    if type(puzzle).state_after is Puzzle.state_after:
        size = min(size, size_nearest(puzzle, 5_000, {}))
    return puzzle.generate({"size": size})
