"""What all tests share."""

from collections.abc import Iterator

import pytest

from tasks import _registry


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True, scope="module")
def _puzzles_of_others() -> Iterator[None]:
    """Puzzles that a test loads from files are gone with its module."""
    before = dict(_registry._from_files)
    yield
    _registry._from_files.clear()
    _registry._from_files.update(before)
