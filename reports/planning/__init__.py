"""What a spec can show, said before anything is asked."""

from reports.planning.plan import SpecPlan
from reports.planning.telling import as_json, time_told, told

__all__ = ["SpecPlan", "as_json", "time_told", "told"]
