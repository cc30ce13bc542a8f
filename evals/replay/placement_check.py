"""The decisions of a run whose sizes were found while asking, made again from what was known at the time."""

from collections.abc import Iterator

from evals.record.placements import Placement, placements
from evals.record.run import RunDirectory
from evals.replay import derive
from evals.text import number_of, printable
from tasks import CantwontError, Value, puzzle

_Line = tuple[str, str, str]


def placement_notes(run: RunDirectory) -> Iterator[str]:
    """Yield a note for each decision that would be another one today; none where sizes were given.

    Raises:
        CorruptRecord: A decision cannot be read.
    """
    decided = placements(run)
    if not decided:
        return
    parameters = _parameters(run, {(one.model, one.puzzle, one.arm) for one in decided})
    other, unknown = [], 0
    for number, placement in enumerate(decided, start=1):
        line = placement.model, placement.puzzle, placement.arm
        if line not in parameters:
            unknown += 1
            continue
        today = _decided(placement, parameters[line])
        if today != (placement.size, placement.why):
            other.append((number, placement, today))
    for number, placement, today in other[:_MOST]:
        who = f"{placement.model}, {placement.puzzle}, {placement.arm}"
        then = _told((placement.size, placement.why))
        yield f"decision {number} ({printable(who)}) was {then} and would be {_told(today)} today"
    if len(other) > _MOST:
        yield f"{len(other) - _MOST:,} more decisions would be other ones today"
    if unknown:
        yield f"{number_of(unknown, 'decision')} cannot be made again: no trial of theirs is recorded"


_MOST = 5


def _parameters(run: RunDirectory, lines: set[_Line]) -> dict[_Line, dict[str, Value]]:
    """Return what the first trial of each line says of its puzzle, but for its size."""
    found: dict[_Line, dict[str, Value]] = {}
    for trial, _ in derive.conversations(run):
        if found.keys() >= lines:
            break
        line = trial.who, trial.instance.puzzle, trial.arm
        if line not in found:
            given = trial.instance.parameters
            found[line] = {name: value for name, value in given.items() if name != "size"}
    return found


def _decided(placement: Placement, parameters: dict[str, Value]) -> tuple[int | None, str | None]:
    """Return the size and the reason that would be decided on."""
    # Only these runs need numpy.
    from evals.plan.adaptive.ladder import Rung  # noqa: PLC0415
    from evals.plan.adaptive.placing import Aim, Seen, decide  # noqa: PLC0415

    known = puzzle(placement.puzzle)
    try:
        rungs = [
            Rung(size, known.fewest_steps(known.generate({**parameters, "size": size})) or 0)
            for size in placement.sizes
        ]
    except CantwontError:
        return None, "a size that is none"
    ends = {seen.size: seen for seen in placement.seen}
    seen = [
        Seen(**(ends[rung.size].model_dump(exclude={"size"}) if rung.size in ends else {})) for rung in rungs
    ]
    choice = decide(rungs, seen, Aim(placement.width, placement.max_trials))
    size = None if choice.rung is None else rungs[choice.rung].size
    return size, None if choice.why is None else str(choice.why)


def _told(decision: tuple[int | None, str | None]) -> str:
    size, why = decision
    return f"size {size}" if size is not None else f"to ask no more ({printable(why or 'without a reason')})"
