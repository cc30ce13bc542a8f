"""What all tests share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tasks import registry
from tests.samples.committed_runs import committed

settings.register_profile("untimed", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("untimed")


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True, scope="session")
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the tests trust is kept apart from what their user trusts."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True, scope="module")
def _puzzles_of_others() -> Iterator[None]:
    """Puzzles that a test loads from files are gone with its module."""
    before = dict(registry._from_files)
    yield
    registry._from_files.clear()
    registry._from_files.update(before)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run as a team would commit it; not to be changed."""
    return committed(tmp_path_factory.mktemp("original") / "run")


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """A copy of that run, which may be changed."""
    return shutil.copytree(original, tmp_path / "run")
