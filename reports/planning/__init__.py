"""What a spec can show, said before anything is asked."""

from reports.planning.plan import Plan
from reports.planning.telling import as_json, time_told, told

__all__ = ["Plan", "as_json", "time_told", "told"]
