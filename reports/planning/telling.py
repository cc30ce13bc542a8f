"""A plan in words, and as plain JSON."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from evals.plan.asked_sizes import AskedPuzzle
from evals.plan.estimate import TOKENS_PER_SECOND, minutes
from evals.text import number_of, printable, trial_count
from reports.planning.horizon_widths import HorizonWidth
from reports.planning.least_change import LeastChange
from reports.planning.plan import PuzzlePlan, SpecPlan
from reports.planning.verdict_power import POWER, SHARES, VerdictPower
from reports.tables.rendering import number, percent

_LIKELY = percent(POWER)


def told(plan: SpecPlan) -> Iterator[str]:
    """Yield the lines that say what a spec can show, puzzle by puzzle; not what it costs."""
    yield f"What spec {printable(plan.name)!r} can show of each model; nothing was asked."
    for puzzle in plan.puzzles:
        yield ""
        yield _design(puzzle.asked)
        yield from _verdicts(puzzle.verdicts, puzzle.asked)
        yield from _horizons(puzzle)
        yield from _changes(puzzle)
    yield ""
    for name in plan.open:
        found = "its sizes are found while asking, until both horizons are narrow"
        yield f"{printable(name)}: {found}; the cost is that of its most trials."
    if plan.nothing is not None:
        yield f"Note: {plan.nothing}."


def _design(asked: AskedPuzzle) -> str:
    counts = sorted({size.instances for size in asked.sizes})
    times = {arm: f" ({often} times)" if often > 1 else "" for arm, often in asked.repeats.items()}
    arms = ", ".join(f"{arm}{often}" for arm, often in times.items())
    first, last = asked.sizes[0].steps, asked.sizes[-1].steps
    many = len(asked.sizes)
    lengths = f"{number(first)} to {number(last)} steps" if many > 1 else f"{number(first)} steps"
    each = " to ".join(number(count) for count in (counts[0], counts[-1])[: len(counts)])
    return (
        f"{printable(asked.puzzle)}: {number_of(many, 'size')} of {lengths}, "
        f"{each} instance{'' if counts[-1] == 1 else 's'} of each, asked by {arms}: "
        f"{trial_count(asked.trials)}"
    )


def _verdicts(powers: tuple[VerdictPower, ...], asked: AskedPuzzle) -> Iterator[str]:
    shares = " or of ".join(percent(share) for share in SHARES)
    several = len({power.instances for power in powers}) > 1
    by_verdict: dict[tuple[int, str], list[VerdictPower]] = {}
    for power in powers:
        by_verdict.setdefault((power.instances, str(power.verdict)), []).append(power)
    yield f"  A verdict at one size, where it is true of {shares} of the answers:"
    for (instances, verdict), found in by_verdict.items():
        where = f" ({number(instances)} instances)" if several else ""
        yield f"    {verdict:<8}{where} {_verdict(found, asked)}"


def _verdict(found: list[VerdictPower], asked: AskedPuzzle) -> str:
    needed = " or ".join(f"{power.needed}{' (given)' if power.likely else ''}" for power in found)
    kind = "repeats" if found[0].instances == 1 else "instances"
    arms = "" if found[0].verdict == "solves" else f", each in {asked.plain} and in {asked.pushed}"
    takes = f"to be {_LIKELY} likely it takes {needed} {kind} of a size{arms}"
    if found[0].lacks is not None:
        return f"impossible: {found[0].lacks}; {takes}"
    likely = " or ".join(percent(power.power) for power in found)
    about = ", about this instance only" if found[0].instances == 1 else ""
    return f"{likely} likely{about}; {takes}"


def _horizons(puzzle: PuzzlePlan) -> Iterator[str]:
    first = puzzle.horizons[0]
    yield (
        f"  A horizon in the middle of the sizes, at {number(round(first.truth))} steps, by arm "
        f"{puzzle.asked.arm} ({number(first.studies)} simulated studies of each):"
    )
    for width in puzzle.horizons:
        yield f"    {width.axis:<8} {_width(width)}, of a model that {width.who}"
    if puzzle.numbers is not None:
        low, high = map(number, puzzle.numbers)
        yield f"    Numbers lie between {low} and {high} steps; further out there is a bracket or a bound."


def _width(width: HorizonWidth) -> str:
    if not width.with_number:
        return f"no number ({width.reason})"
    wide = "open at an end" if math.isnan(width.width) else f"{width.width:.1f} doublings wide"
    open_ = f", open at an end in {percent(width.open)} of them" if 0 < width.open < 1 else ""
    lacking = f" (else: {width.reason})" if width.reason else ""
    return f"a number in {percent(width.with_number)}{lacking}, {wide}{open_}"


def _changes(puzzle: PuzzlePlan) -> Iterator[str]:
    shares = number(puzzle.changes[0].shares)
    yield (
        f"  The smallest change between two such runs that `cantwont compare` sees with {_LIKELY} power, "
        f"of {shares} shares compared:"
    )
    for change in puzzle.changes:
        yield f"    {_change(change)}, of a model that {change.who}"


def _change(change: LeastChange) -> str:
    if math.isnan(change.ratio):
        return "none"
    return f"a horizon {change.ratio:.2f} times as long, {round(100 * change.change):+d} points solved"


def time_told(completion_tokens: int, tokens_per_second: float = TOKENS_PER_SECOND) -> str:
    """Say how long the answers take at this speed."""
    needed = minutes(completion_tokens, tokens_per_second)
    about = f"{needed / 60:.1f} hours" if needed >= 100 else f"{math.ceil(needed)} min"
    return f"Time: about {about}, if all answers together take {tokens_per_second:g} tokens a second."


def as_json(plan: SpecPlan, tokens_per_second: float = TOKENS_PER_SECOND) -> dict[str, Any]:
    """Return the plan as plain JSON: names of fields as in its classes, unknown values as `null`."""
    puzzles = [
        {
            "puzzle": each.asked.puzzle,
            "sizes": [asdict(size) for size in each.asked.sizes],
            "repeats": dict(each.asked.repeats),
            "trials": each.asked.trials,
            "verdicts": [_plain(asdict(power) | {"likely": power.likely}) for power in each.verdicts],
            "horizons": [_plain(asdict(width)) for width in each.horizons],
            "numbers_between": each.numbers,
            "least_changes": [_plain(asdict(change)) for change in each.changes],
        }
        for each in plan.puzzles
    ]
    estimates = [
        asdict(each) | {"minutes": minutes(each.completion_tokens, tokens_per_second)}
        for each in plan.estimates
    ]
    return {
        "spec": plan.name,
        "nothing": plan.nothing,
        "puzzles": puzzles,
        "found_while_asking": plan.open,
        "estimates": estimates,
        "tokens_per_second": tokens_per_second,
    }


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in fields.items()
    }
