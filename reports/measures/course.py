"""What became of the answers that left every shortest way while still legal."""

import pandas as pd


def off_course(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a group.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | off_course | answers that left every shortest way with a legal step |
    | solved | how many of them reached the goal all the same |
    | share, share_high | solved / off_course, and the upper end of its 95 % interval |
    """
    raise NotImplementedError
