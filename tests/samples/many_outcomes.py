"""Many outcomes at once, for measures: on instances of their own, or on the same ones."""

from collections.abc import Iterable

import pandas as pd
from hypothesis import strategies as st

from evals.record.outcome import Label, Outcome
from reports import frame
from tests.samples.outcomes import outcome

MODELS, PUZZLES, ARMS = ("a", "b"), ("hanoi", "counting"), ("list", "insist", "nudge", "window", "code")
LENGTHS = {3: 7, 4: 15, 5: 31, 6: 63}


def on_each(label: str, instances: Iterable[int], **changes: object) -> list[Outcome]:
    """One outcome of this label on each of these instances, by their numbers."""
    of = str(sorted(changes.items()))
    return [
        outcome(label, f"{label} {number} {of}", **{"instance": f"hanoi/size=3/seed={number}", **changes})
        for number in instances
    ]


def framed(*parts: list[Outcome]) -> pd.DataFrame:
    """The outcomes of all parts as the frame of one run."""
    return frame([one for part in parts for one in part], "r")


@st.composite
def outcomes(draw: st.DrawFn, most: int = 40) -> list[Outcome]:
    """Trials of a few models, puzzles, arms, sizes and instances, that ended in any way."""
    made = []
    for number in range(draw(st.integers(0, most))):
        size = draw(st.sampled_from(sorted(LENGTHS)))
        written = draw(st.integers(0, LENGTHS[size]))
        label = draw(st.sampled_from(list(Label)))
        lost = None if label == Label.SOLVED else draw(st.none() | st.integers(1, max(written, 1)))
        arm, puzzle = draw(st.sampled_from(ARMS)), draw(st.sampled_from(PUZZLES))
        made.append(
            outcome(
                label,
                f"t{number}",
                model=draw(st.sampled_from(MODELS)),
                puzzle=puzzle,
                arm=arm,
                options={"m": 4} if arm == "window" else {},
                size=size,
                steps=LENGTHS[size],
                instance=f"{puzzle}/size={size}/seed={draw(st.integers(0, 2))}",
                repeat=number,
                written=LENGTHS[size] if label == Label.SOLVED else written,
                lost_at=lost,
                first_error=draw(st.sampled_from([None, lost])),
                confident=draw(st.booleans()),
                flags=draw(st.sampled_from([(), ("silent_short",)])),
                max_tokens=draw(st.sampled_from([None, 100])),
                prompt_tokens=draw(st.none() | st.integers(0, 99)),
                completion_tokens=draw(st.none() | st.integers(0, 99)),
            )
        )
    return made
