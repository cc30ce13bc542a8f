"""A disposable index of all runs below a folder: finds any trial of a million in a moment.

It is derived from the run directories, kept in the user's cache, and never written into a run.
"""

from evals.run_index.queries import Facets, PairedTrials, Sort, TrialFilter, TrialPage, TrialRow
from evals.run_index.run_index import RunIndex, RunSummary
from evals.run_index.running_now import RunningNow

__all__ = [
    "Facets",
    "PairedTrials",
    "RunIndex",
    "RunSummary",
    "RunningNow",
    "Sort",
    "TrialFilter",
    "TrialPage",
    "TrialRow",
]
