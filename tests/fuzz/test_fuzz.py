"""The fuzzer itself: it finds what it looks for; and a few of its cases, in every run of the tests."""

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from evals.simulated.server import serve_in_thread
from tests.fuzz import commands
from tests.fuzz.__main__ import Fuzz
from tests.fuzz.commands import Broken, Overdue, check

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fuzz(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzz]:
    with serve_in_thread() as base_url:
        yield Fuzz(tmp_path_factory.mktemp("fuzz"), base_url)


def test_cases(fuzz: Fuzz) -> None:
    """No command breaks."""
    fuzz.batch(0, cases=3)
    assert fuzz.found.cases == 3
    assert not fuzz.found.faults, "\n".join(fuzz.found.faults.values())


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("raise KeyError(1)", KeyError),
        ("raise SystemExit(7)", Broken),
        ("sys.stderr.write('a\\nb\\n'); raise SystemExit(2)", Broken),
        ("open('../beside', 'w').close()", Broken),
        ("os.mkdir('../folder')", Broken),
        ("while True: pass", Overdue),
        ("time.sleep(60)", Overdue),
        ("bytes(1 << 40)", MemoryError),
    ],
)
def test_check(program: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that does what none may is told from those that do not."""
    monkeypatch.setattr(commands, "SECONDS", 1)
    monkeypatch.setattr(commands, "PATIENCE", 1)
    (tmp_path / "here").mkdir()

    def run() -> None:
        exec(program, {"__name__": "x", **{name: __import__(name) for name in ("os", "sys", "time")}})

    with mock.patch("tests.program.main", run), pytest.raises(error):
        check((), tmp_path / "here")
    with mock.patch("tests.program.main"):
        assert check((), tmp_path / "here") == 0
