"""Measure willingness and ability: rates by size, horizons, step curves, and what they rest on.

A *group* is one model, puzzle and arm, split by whatever else varies within it; groups are never pooled.
"""

from reports.measures.course import off_course
from reports.measures.curves import step_curves
from reports.measures.horizon import HALF, HIGH, Horizon, SizePoint, horizon
from reports.measures.horizons import Axis, horizons, horizons_at, horizons_of, only_level
from reports.measures.independence import independence
from reports.measures.likelihood import Link
from reports.measures.mislabelled import Audit, label_error, weighted_labels
from reports.measures.sizes import by_size
from reports.measures.stops import stops_after
from reports.measures.times import groups, times

__all__ = [
    "HALF",
    "HIGH",
    "Audit",
    "Axis",
    "Horizon",
    "Link",
    "SizePoint",
    "by_size",
    "groups",
    "horizon",
    "horizons",
    "horizons_at",
    "horizons_of",
    "independence",
    "label_error",
    "off_course",
    "only_level",
    "step_curves",
    "stops_after",
    "times",
    "weighted_labels",
]
