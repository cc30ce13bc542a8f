"""The reference solution: it solves, nothing is shorter, and every way to a part of it agrees."""

from itertools import islice

from tasks import NEVER, AnyInstance, AnyPuzzle, Row
from tests.contract.samples import explored, largest, samples, searchable, solvable


def walked(puzzle: AnyPuzzle, instance: AnyInstance, rows: list[Row]) -> list[object]:
    """The states that these steps lead through, from the start on."""
    states = [puzzle.start(instance)]
    for number, row in enumerate(rows, start=1):
        after = puzzle.step(instance, states[-1], row)
        why = "" if after is not None else puzzle.why_not(instance, states[-1], row)
        assert after is not None, f"{instance.canonical}: its own step {number}, {row}, is illegal: {why}"
        states.append(after)
    return states


def the_solution_solves_and_no_part_of_it_does(puzzle: AnyPuzzle) -> None:
    """As many steps as promised, each legal, the goal at the end and not before."""
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        assert all(len(row) == puzzle.width for row in rows), f"{instance.canonical}: a row of another width"
        states = walked(puzzle, instance, rows)
        goals = [count for count, state in enumerate(states) if puzzle.is_goal(instance, state)]
        fewest = puzzle.fewest_steps(instance)
        assert len(rows) == fewest, f"{instance.canonical}: {len(rows)} steps, not {fewest}"
        assert goals == [len(rows)], f"{instance.canonical}: the goal is reached after {goals} of {len(rows)}"


def nothing_is_shorter(puzzle: AnyPuzzle) -> None:
    """By exhaustive search where there are few states; it also finds none where there is said to be none.

    Where no proof is claimed the fewest steps lie between the bound and the length of the solution.
    """
    searched = 0
    for instance, found in searchable(puzzle):
        searched += 1
        depths = [depth for state, depth in found.depth.items() if puzzle.is_goal(instance, state)]
        fewest, bound = puzzle.fewest_steps(instance), puzzle.at_least(instance)
        found_least = min(depths, default=None)
        what = f"{instance.canonical}: {fewest} steps are said to be fewest, a search finds {found_least}"
        if puzzle.optimal(instance):
            assert found_least == fewest, what
        else:
            assert found_least is not None, what
            assert (bound or 0) <= found_least <= (fewest or 0), f"{what}, with {bound} as a bound"
    assert searched, f"{puzzle.name}: no sample is small enough to be searched through"
    for instance in samples(puzzle):
        fewest, bound = puzzle.fewest_steps(instance), puzzle.at_least(instance)
        what = f"{instance.canonical}: {fewest} steps, but at least {bound}"
        assert (fewest is None) == (bound is None), what
        assert (bound or 0) <= (fewest or 0), what
        assert puzzle.optimal(instance) == (fewest == bound), f"{instance.canonical}: proven, or not?"


def without_a_solution_there_is_none(puzzle: AnyPuzzle) -> None:
    """And no distance."""
    for instance in samples(puzzle):
        if puzzle.fewest_steps(instance) is None:
            assert not list(puzzle.solution(instance)), (
                f"{instance.canonical}: an unsolvable one has a solution"
            )
            found = explored(puzzle, instance)
            states = [puzzle.start(instance)] if found is None else found.after
            told = {puzzle.distance(instance, state) for state in states}
            assert told == {None}, f"{instance.canonical}: a distance to a goal that cannot be reached"


def the_solution_can_be_begun_anywhere(puzzle: AnyPuzzle) -> None:
    """`solution(first=k)` is the rest of `solution()`, and nothing beyond its end."""
    for instance in solvable(puzzle):
        rows = list(puzzle.solution(instance))
        for first in (*range(0, len(rows) + 1, 1 + len(rows) // 20), len(rows), len(rows) + 3):
            rest = list(puzzle.solution(instance, first))
            assert rest == rows[first:], f"{instance.canonical}: solution({first}) begins {rest[:3]}"


def states_are_those_of_the_steps(puzzle: AnyPuzzle) -> None:
    """`state_after(k)` is where k steps lead."""
    for instance in solvable(puzzle):
        states = walked(puzzle, instance, list(puzzle.solution(instance)))
        for count, state in enumerate(states):
            told = puzzle.state_after(instance, count)
            assert told == state, f"{instance.canonical}: after {count} steps {state!r}, not {told!r}"


def distances_are_exact(puzzle: AnyPuzzle) -> None:
    """Where they are given: one less at each step of the solution, and right from any state.

    Known at the start, they are known on every shortest way, and dead ends are told; if not, nowhere.
    """
    for instance in solvable(puzzle):
        states = walked(puzzle, instance, list(puzzle.solution(instance)))
        told = [puzzle.distance(instance, state) for state in states]
        if told[0] is not None:
            assert told == list(range(len(states) - 1, -1, -1)), f"{instance.canonical}: distances {told[:9]}"
        else:
            assert not any(told), f"{instance.canonical}: distances {told[:9]} from the start on"
    for instance, found in searchable(puzzle):
        if puzzle.fewest_steps(instance) is None:
            continue
        exact = found.distances([state for state in found.after if puzzle.is_goal(instance, state)])
        start = puzzle.start(instance)
        for state in found.after:
            told_here, right = puzzle.distance(instance, state), exact.get(state, NEVER)
            off = found.depth[state] + right > exact[start] or puzzle.distance(instance, start) is None
            assert told_here == right or (off and told_here is None), (
                f"{instance.canonical}: {state!r} is {exact.get(state)} from the goal, not {told_here}"
            )


def the_longest_solution_is_listed_step_by_step(puzzle: AnyPuzzle) -> None:
    """At the largest size its first steps, one far on and the last come without those between."""
    instance = largest(puzzle)
    fewest = puzzle.fewest_steps(instance)
    assert fewest is not None, f"{instance.canonical}: the largest has no solution"
    for first in {0, min(1_000, fewest - 1), fewest // 2, fewest - 1}:
        state = puzzle.state_after(instance, first)
        rows = list(islice(puzzle.solution(instance, first), 20))
        assert len(rows) == min(20, fewest - first), f"{instance.canonical}: too few steps from {first} on"
        for row in rows:
            state = puzzle.step(instance, state, row)
            assert state is not None, f"{instance.canonical}: illegal at or after step {first}"
    assert puzzle.is_goal(instance, puzzle.state_after(instance, fewest)), f"{instance.canonical}: no goal"
