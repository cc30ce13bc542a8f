"""How the trials of one size fare step by step."""

import pandas as pd

HOLLOW = 5
"""With fewer trials at risk a point is drawn hollow."""
HIDDEN = 3
"""With fewer it is not drawn."""


def step_curves(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a group, size and step at which something happened, the first step being 0.

    | column | meaning and unit |
    |---|---|
    | the group's keys, size, steps | as in `by_size` |
    | step | steps written |
    | at_risk | trials that were right and writing before this step |
    | right | Kaplan-Meier: P(no fault so far), stops and cuts censored |
    | right_low, right_high | its 95 % interval |
    | writing_right, writing_lost, stopped_clean, stopped_lost, cut | shares of the trials; they sum to 1 |
    """
    raise NotImplementedError
