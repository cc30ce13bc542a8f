"""The wall clock jumps by hours while a run goes on, and between two runs."""

from typing import Any

from tests_crash.study import Found, Round, Study, record

_HOUR = 3600.0
_MOST = 30.0
"""Seconds that a run may take, of which it needs two."""
DEADLINE = 1.5


def jumped(study: Study, at: Round) -> Found:
    """Let it jump about; half of the runs are killed as well, or have a deadline."""
    found = Found()
    way = at.number % 3
    more = ("--deadline", f"{DEADLINE}s") if way == 1 else ()
    made = study.run(at.run, *more, plan=_plan(at))
    if made.code not in (0, 3) or made.is_hung or made.seconds > _MOST:
        found.wrong.append(f"ended with {made.code} after {made.seconds:.0f} s: {made.err[-2000:]}")
    if made.code == 3 and not (way == 1 and made.is_one_line and "deadline" in made.err):
        found.wrong.append(f"unfinished: {made.err[-2000:]}")
    if way == 1:
        _check_deadline(at, made.code, made.seconds, found)
    before = record(at.run)
    again = study.run(at.run, plan=_plan(at))
    if again.code != 0 or again.seconds > _MOST:
        found.wrong.append(
            f"going on ended with {again.code} after {again.seconds:.0f} s: {again.err[-2000:]}"
        )
    study.finish(at.run, before, found)
    return found


def _check_deadline(at: Round, code: int, seconds: float, found: Found) -> None:
    found.notes["deadlines"] += 1
    if code == 0 and seconds > DEADLINE + 10:
        found.wrong.append(f"a deadline of {DEADLINE} s let it ask for {seconds:.0f} s")
    if not record(at.run):
        found.wrong.append("the deadline passed before anything was asked")
    found.notes["of them passed"] += code == 3


def _plan(at: Round) -> dict[str, Any]:
    jumps = [at.draw.choice([-1, 1]) * at.draw.random() * 48 * _HOUR for _ in range(20)]
    return {"fault": "clock", "by": [0.0, *jumps], "every": 0.1 + at.draw.random()}
