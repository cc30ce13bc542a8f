"""Whether stopping hangs on having erred."""

import pandas as pd


def independence(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a group: how much likelier it stops after its first illegal step than before.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | stops_before, stops_after | stops while all was legal, and after the first illegal step |
    | hazard_ratio, low, high | Cox regression, stratified by size; 95 % interval |
    | reason | why there is none; missing where there is |
    """
    raise NotImplementedError
