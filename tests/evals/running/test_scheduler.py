"""The runner asks what is missing, gives up what is hopeless, and lets no answer stop another."""

import asyncio
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest

from evals.errors import NotStarted
from evals.plan.spec import Spec
from evals.record.exchange import Exchange
from evals.record.exchange_log import Recorder
from evals.record.outcome import Label, Outcome
from evals.record.run import RunDirectory
from evals.record.trial import Trial
from evals.replay.derive import conversations
from evals.replay.finish import describe_tallies, finish
from evals.running.reader_process import LONG, AnswerReader
from evals.running.trial_log import TrialLog
from evals.sandbox.find_program import Program
from evals.sandbox.sandbox import Ended, SandboxResult
from evals.simulated.respondents import Respondent, Thinking
from evals.simulated.server import serve_in_thread
from tasks import PuzzleFile
from tests.program import recorded
from tests.samples.runs import Watcher, asked, counting, whole
from tests.servers.scripted import Body, completion, scripted


def count(asked: Body) -> tuple[int, Body]:
    """Counts to the number that the prompt names."""
    last = int(asked["messages"][0]["content"].partition(" to ")[2].split()[0])
    return 200, completion("\n".join(map(str, range(1, last + 1))))


def test_progress_is_told(tmp_path: Path) -> None:
    """Each model's trials are planned, and each outcome is told as it comes."""
    watcher = Watcher()
    with scripted(count) as address:
        _, summary = asked(counting(address, repeats=3), tmp_path / "run", watcher)
    assert watcher.plans == {"mine/m": (6, 0)}
    assert [outcome.label for _, outcome in watcher.ended if outcome] == [Label.SOLVED] * 6
    assert (summary.asked, summary.failed, summary.left) == (6, 0, 0)


def test_failures_are_recorded_and_asked_again(tmp_path: Path) -> None:
    """A trial that fails is an attempt with its error; others go on, and the next run asks it again."""
    down = {3}

    def reply(asked: Body) -> tuple[int, Body]:
        status, body = count(asked)
        broken = len(body["choices"][0]["message"]["content"].split()) in down
        return (500, {"error": {"message": "no"}}) if broken else (status, body)

    with scripted(reply) as address:
        run, summary = asked(counting(address), tmp_path / "run")
        assert (summary.asked, summary.failed, summary.left) == (1, 1, 1)
        assert "HTTP 500" in summary.errors["mine/m"]
        assert finish(run)["mine/m"].labels == Counter({Label.SOLVED: 1, Label.ERROR: 1})
        down.clear()
        _, summary = asked(counting(address), tmp_path / "run")
    assert (summary.asked, summary.left) == (1, 0)
    assert sorted(row["kind"] for row in recorded(tmp_path / "run")) == ["attempt", "reply", "reply"]
    assert finish(run)["mine/m"].labels == Counter({Label.SOLVED: 2})


def test_a_program_that_could_not_be_started_is_run_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer is kept, and not asked for again; the instrument's failure is no label."""
    failing = [True]

    def limited(program: Program) -> SandboxResult:
        if program.call is None:  # before the run
            return SandboxResult(ended=Ended.PRINTED, call=None, text="[1]\n")
        if failing:
            raise NotStarted("the sandbox does not start: Resource temporarily unavailable")
        return SandboxResult(ended=Ended.RETURNED, call=program.call, text="[1, 2, 3]")

    monkeypatch.setattr("evals.sandbox.sandbox.run_program", limited)
    code = "```python\ndef solve():\n    return [1, 2, 3]\n```"
    with scripted(lambda _: (200, completion(code))) as address:
        spec = counting(address, puzzles=[{"name": "counting", "sizes": [3]}], arms=["code"])
        run, summary = asked(spec, tmp_path / "run")
        assert (summary.asked, summary.failed, summary.left) == (0, 1, 1)
        assert "was not run: the sandbox does not start" in summary.errors["mine/m"]
        assert finish(run)["mine/m"].labels == Counter({Label.ERROR: 1})
        failing.clear()
        run, summary = asked(spec, tmp_path / "run")
    assert (summary.asked, summary.left) == (1, 0)
    assert sorted(row["kind"] for row in recorded(tmp_path / "run")) == ["reply", "result"]
    assert finish(run)["mine/m"].labels == Counter({Label.SOLVED: 1})


def test_what_is_waited_for_is_told_once(tmp_path: Path) -> None:
    """A model that fails and is asked again is told at once, with what is wrong, and only the first time."""
    asked_so_far: list[int] = []

    def reply(asked: Body) -> tuple[int, Body]:
        asked_so_far.append(1)
        return count(asked) if len(asked_so_far) > 2 else (503, {"error": {"message": "warming up"}})

    watcher = Watcher()
    with scripted(reply) as address:
        spec = counting(address, concurrency=1, max_retries=4)
        _, summary = asked(spec, tmp_path / "run", watcher)
    assert summary.failed == 0
    [(model, told)] = watcher.notes
    assert model == "mine/m"
    assert told.startswith("HTTP 503")
    assert "warming up" in told
    assert told.endswith(" s (told once)")
    assert [model for model, seconds in watcher.waited if seconds > 0] == ["mine/m"] * 2
    assert (watcher.most_in_flight, watcher.in_flight["mine/m"]) == (1, 0)


@pytest.mark.parametrize(("status", "most"), [(401, 1), (404, 1), (400, 3), (500, 3)])
def test_hopeless_models_are_given_up(tmp_path: Path, status: int, most: int) -> None:
    """A model whose first trials all fail is asked no more; the others are."""

    def reply(asked: Body) -> tuple[int, Body]:
        return count(asked) if asked["model"] == "m" else (status, {"error": {"message": "no"}})

    watcher = Watcher()
    puzzles = [{"name": "counting", "sizes": list(range(3, 13))}]
    with scripted(reply) as address:
        spec = counting(address, models=["mine/m", "mine/n"], puzzles=puzzles, concurrency=1)
        _, summary = asked(spec, tmp_path / "run", watcher)
    assert (summary.asked, summary.failed, summary.skipped) == (10, most, 10 - most)
    assert summary.stopped == {"mine/n"}
    assert [model for model, _ in watcher.given_up] == ["mine/n"]
    assert summary.fatal is (status < 500)


def test_one_bad_trial_is_not_hopeless(tmp_path: Path) -> None:
    """A model that has answered is asked on, however many of its trials fail."""

    def reply(asked: Body) -> tuple[int, Body]:
        status, body = count(asked)
        return (status, body) if "to 3 " in asked["messages"][0]["content"] else (400, {"error": "too long"})

    puzzles = [{"name": "counting", "sizes": list(range(3, 13))}]
    with scripted(reply) as address:
        _, summary = asked(counting(address, puzzles=puzzles, concurrency=1), tmp_path / "run")
    assert (summary.asked, summary.failed, summary.skipped) == (1, 9, 0)


def test_answers_of_earlier_runs_count(tmp_path: Path) -> None:
    """A model that answered before is not hopeless because only its hard trials are left."""

    def reply(asked: Body) -> tuple[int, Body]:
        status, body = count(asked)
        return (status, body) if "to 3 " in asked["messages"][0]["content"] else (400, {"error": "too long"})

    puzzles = [{"name": "counting", "sizes": list(range(3, 13))}]
    with scripted(reply) as address:
        for failed in (9, 9):
            _, summary = asked(counting(address, puzzles=puzzles, concurrency=1), tmp_path / "run")
            assert (summary.failed, summary.skipped, summary.left) == (failed, 0, 9)


def test_concurrency_is_bounded(tmp_path: Path) -> None:
    """No more requests are under way at once than were asked for."""
    here, most, lock = 0, 0, threading.Lock()
    full = threading.Barrier(3)

    def reply(asked: Body) -> tuple[int, Body]:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
        full.wait(timeout=10)
        with lock:
            here -= 1
        return count(asked)

    watcher = Watcher()
    with scripted(reply) as address:
        asked(counting(address, repeats=6, concurrency=3), tmp_path / "run", watcher)
    assert most == 3
    assert (watcher.most_in_flight, watcher.in_flight["mine/m"]) == (3, 0)


# --- long answers

MIXED = [{"name": "counting", "sizes": [3, 6000, 4, 6001]}]


def test_long_answers_are_read_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of more than 20,000 characters are read in one other process, with the same result."""
    started: list[subprocess.Popen[bytes]] = []
    start = AnswerReader._started

    def noting(reader: AnswerReader) -> "subprocess.Popen[bytes]":
        started.append(start(reader))
        return started[-1]

    monkeypatch.setattr(AnswerReader, "_started", noting)
    watcher = Watcher()
    with scripted(count) as address:
        asked(counting(address, puzzles=MIXED, repeats=3), tmp_path / "run", watcher)
    assert [outcome.label for _, outcome in watcher.ended if outcome] == [Label.SOLVED] * 12
    assert [process.returncode for process in started] == [-signal.SIGKILL]


async def outcome_by(reader: AnswerReader, trial: Trial, rows: Sequence[Exchange]) -> Outcome | None:
    """The outcome of a trial whose rows are all there, read elsewhere."""
    log = TrialLog(trial, rows, cast("Recorder", None))
    assert log.length > LONG
    return await reader.conversation(log).outcome()


def read_in_turns(run: Path, between: Callable[[AnswerReader], None]) -> list[Outcome | None]:
    """The only answer of a run read elsewhere three times, with something happening after the first."""
    [(trial, rows)] = conversations(RunDirectory.open(run))

    async def read() -> list[Outcome | None]:
        reader = AnswerReader([])
        try:
            first = await outcome_by(reader, trial, rows)
            between(reader)
            return [first, *[await outcome_by(reader, trial, rows) for _ in range(2)]]
        finally:
            reader.close()

    return asyncio.run(read())


@pytest.fixture(scope="module")
def long_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one long answer."""
    run = tmp_path_factory.mktemp("long") / "run"
    with scripted(count) as address:
        whole(counting(address, puzzles=[{"name": "counting", "sizes": [6000]}]), run)
    return run


def test_reading_process_that_dies(long_run: Path) -> None:
    """When that process is killed, what it was to read is unread, and the next answer has a new one."""

    def kill(reader: AnswerReader) -> None:
        assert reader._process is not None
        os.kill(reader._process.pid, signal.SIGKILL)

    first, second, third = read_in_turns(long_run, kill)
    assert first is not None
    assert second is None
    assert third == first


def test_reading_process_with_a_faulty_puzzle(long_run: Path, tmp_path: Path) -> None:
    """A puzzle file that does not load leaves long answers unread, and nothing hangs."""
    faulty = PuzzleFile(tmp_path / "faulty.py", b"1/0\n")
    [(trial, rows)] = conversations(RunDirectory.open(long_run))

    async def read() -> Outcome | None:
        reader = AnswerReader([faulty])
        try:
            return await outcome_by(reader, trial, rows)
        finally:
            reader.close()

    assert asyncio.run(read()) is None


def test_reading_that_is_interrupted(long_run: Path, tmp_path: Path) -> None:
    """Closing the reader ends the process, and whoever waits for it, at once."""
    endless = PuzzleFile(tmp_path / "endless.py", b"while True: pass\n")
    [(trial, rows)] = conversations(RunDirectory.open(long_run))

    async def read() -> None:
        reader = AnswerReader([endless])
        reading = asyncio.create_task(outcome_by(reader, trial, rows))
        while reader._process is None:
            await asyncio.sleep(0)
        reading.cancel()
        reader.close()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(read())


def test_answers_that_cannot_be_read_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in reading stops no asking, and surfaces at the end with the trial's id."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    watcher = Watcher()
    with scripted(count) as address:
        with monkeypatch.context() as patch:
            patch.setattr("evals.dialogue.dialogue.label", broken)
            run, summary = asked(counting(address), tmp_path / "run", watcher)
            assert (summary.asked, summary.left) == (2, 0)
            assert [outcome for _, outcome in watcher.ended] == [None, None]
            with pytest.raises(ZeroDivisionError) as caught:
                finish(run)
        assert any(row["trial"] in caught.value.__notes__[0] for row in recorded(run.path))
        assert finish(run)["mine/m"].labels == Counter({Label.SOLVED: 2})


# --- what is warned of


def warned(spec: Spec, path: Path) -> list[str]:
    return [line for line in describe_tallies(whole(spec, path)) if line.startswith("warning: ")]


@pytest.mark.parametrize(("cut", "warns"), [(1, False), (2, True)])
def test_warns_of_truncation(tmp_path: Path, cut: int, warns: bool) -> None:
    """More than a tenth of answers that were cut is worth a warning; a tenth is not."""

    def reply(asked: Body) -> tuple[int, Body]:
        last = int(asked["messages"][0]["content"].partition(" to ")[2].split()[0])
        numbers = list(range(1, last + 1))
        return 200, (
            completion("\n".join(map(str, numbers[:-2])), "length")
            if last < 10 + cut
            else completion("\n".join(map(str, numbers)))
        )

    puzzles = [{"name": "counting", "sizes": list(range(10, 20))}]
    with scripted(reply) as address:
        told = warned(counting(address, puzzles=puzzles), tmp_path / "run")
    assert len(told) == warns
    if warns:
        assert "mine/m: 2 of 10 answers were cut by a limit (20%)" in told[0]


def test_truncation_is_of_answers(tmp_path: Path) -> None:
    """Trials without an answer do not hide how many answers were cut."""

    def reply(asked: Body) -> tuple[int, Body]:
        if "to 10 " in asked["messages"][0]["content"]:
            return 200, completion("1\n2\n3\n4", "length")
        return 500, {"error": "no"}

    puzzles = [{"name": "counting", "sizes": list(range(10, 25))}]
    with scripted(reply) as address:
        [told] = warned(counting(address, puzzles=puzzles, concurrency=1), tmp_path / "run")
    assert "1 of 1 answers were cut by a limit (100%)" in told


def test_warns_of_identical_repeats(tmp_path: Path) -> None:
    """Repeats that are the same to the last character are worth a warning."""
    with scripted(count) as address:
        [told] = warned(counting(address, repeats=3), tmp_path / "run")
    assert "mine/m: 4 of 4 repeats are the same as another to the last character" in told


def test_no_warning_without_cause(tmp_path: Path) -> None:
    """Answers that differ, and the same answer to different trials, are no cause."""
    answers = iter(range(100))

    def reply(asked: Body) -> tuple[int, Body]:
        _, body = count(asked)
        body["choices"][0]["message"]["content"] += f"\n\nThat was answer {next(answers)}."
        return 200, body

    with scripted(reply) as address:
        assert warned(counting(address, repeats=4), tmp_path / "run") == []
    with scripted(lambda _: (200, completion("1\n2\n3"))) as address:
        assert warned(counting(address, arms=["list", "insist"]), tmp_path / "other") == []


def test_thinking_is_no_answer(tmp_path: Path) -> None:
    """A budget spent in thinking is a truncation, and warned of."""
    thinker = Respondent("thinker", thinking=Thinking.FIELD, max_output_tokens=20)
    with serve_in_thread([thinker]) as base_url:
        spec = counting(base_url, models=["sim/thinker"], endpoints={"sim": {"base_url": base_url}})
        [told] = warned(spec.model_copy(update={"repeats": 1}), tmp_path / "run")
    assert "raise max_tokens" in told


def test_a_server_that_is_gone(tmp_path: Path) -> None:
    """A model that answered before is given up once as many fail in a row as can only mean one thing."""
    told = iter(range(1000))

    def dying(asked: Body) -> tuple[int, Body]:
        return count(asked) if next(told) < 2 else (500, {"error": {"message": "gone"}})

    puzzles = [{"name": "counting", "sizes": list(range(3, 43))}]
    with scripted(dying) as base_url:
        watcher = Watcher()
        spec = counting(base_url, puzzles=puzzles, concurrency=2)
        _, summary = asked(spec, tmp_path / "run", watcher)
    assert summary.asked == 2
    assert 10 <= summary.failed < 14
    assert summary.left == 38
    assert [who for who, _ in watcher.given_up] == ["mine/m"]
