"""Temporary."""

from collections.abc import Sequence
from typing import Any

from evals.trials import Exchange, Trial


async def run_in_sandbox(trial: Trial, rows: Sequence[Exchange]) -> dict[str, Any]:
    raise NotImplementedError
