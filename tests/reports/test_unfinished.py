"""A report says of a run that it is not finished, and of no other run."""

from pathlib import Path

import pytest

from evals.record.run import RunDirectory
from evals.replay.shrink import shrink
from reports.report import Report
from tests.samples.runs import asked, counting, whole
from tests.servers.scripted import Body, completion, scripted


def notes(run: RunDirectory) -> str:
    return "\n".join(Report.of([run]).notes)


def test_a_run_with_trials_to_go_is_not_finished(tmp_path: Path) -> None:
    """Those that failed count, and so do those that were never asked."""
    answered: list[int] = []

    def reply(_: Body) -> tuple[int, Body]:
        answered.append(1)
        return (200, completion("1\n2\n3")) if len(answered) < 4 else (401, {"error": {"message": "no"}})

    with scripted(reply) as address:
        run, summary = asked(counting(address, repeats=5, concurrency=1), tmp_path / "run")
    assert summary.left == 7
    assert notes(run) == "Run run: it is not finished: 3 of the 10 trials of its spec have a reply."


@pytest.mark.parametrize("keep", [None, 1])
def test_a_run_that_was_asked_whole_is_finished_shrunk_or_not(tmp_path: Path, keep: int | None) -> None:
    """Nothing of the sort is said of it; of a shrunk one, that it was shrunk."""
    with scripted(lambda _: (200, completion("1\n2\n3"))) as address:
        whole(counting(address, repeats=5), tmp_path / "run")
    run = RunDirectory.open(tmp_path / "run")
    if keep is not None:
        run = shrink(run, tmp_path / "small", keep=keep).run
    assert "not finished" not in notes(run)
    assert ("shrunk" in notes(run)) is (keep is not None)
