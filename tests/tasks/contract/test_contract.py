"""Every puzzle keeps the contract (see `tests.contract`)."""

import pytest

from tasks import puzzle, puzzles
from tests.contract import CHECKS, Check


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", puzzles())
def test_contract(name: str, check: Check) -> None:
    """Each part of the contract, for each puzzle of the registry."""
    check(puzzle(name))
