"""A run directory keeps everything that was recorded, once, whatever happens to the process or the disk."""

import errno
import gzip
import json
import os
import resource
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from evals.errors import CorruptRecord, NewerSchema, RunBusy, RunError
from evals.record import exchange_log
from evals.record.exchange import Exchange, Judging, Message, RowKind
from evals.record.exchange_log import Index, Recorder, exchanges, judge_exchanges
from evals.record.model import SCHEMA
from evals.record.outcome_file import OutcomesHeader
from evals.record.run import Manifest, RunDirectory, Shard

MANIFEST = Manifest(created="2026-01-02T03:04:05+00:00", cantwont="0.1.0", spec={"asked": {"repeats": 2}})


def exchange(trial: str, turn: int = 1, *, content: str = "1\n2", **fields: Any) -> Exchange:
    given = {
        "kind": RowKind.REPLY,
        "trial": trial,
        "turn": turn,
        "reason": "start",
        "messages": (Message(role="user", content="Count."),),
        "asked": "0" * 64,
        "reply": {"choices": [{"message": {"content": content}}]},
    }
    return Exchange(**{**given, **fields})


def attempt(trial: str, turn: int = 1) -> Exchange:
    return exchange(trial, turn, kind=RowKind.ATTEMPT, reply=None, status=500, error="HTTP 500")


def ending(trial: str, kind: RowKind) -> Exchange:
    return exchange(trial, 2, kind=kind, reason="list_complete", messages=(), asked="", reply=None)


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory.create(tmp_path / "run", MANIFEST)


def record(run: RunDirectory, *rows: Exchange) -> None:
    with Recorder(run) as recorder:
        for row in rows:
            recorder.append(row)


# --- the directory


def test_a_run_is_found_again_as_it_was_made(run: RunDirectory) -> None:
    assert RunDirectory.open(run.path).manifest == MANIFEST


def test_the_manifest_is_read_by_people(run: RunDirectory) -> None:
    text = (run.path / "run.json").read_text(encoding="ascii")
    assert text.startswith('{\n  "schema": 1,\n  "name": null,\n')
    assert text.endswith("}\n")


def test_a_changed_manifest_takes_the_place_of_the_old(run: RunDirectory) -> None:
    changed = MANIFEST.model_copy(update={"adaptations": {"e": {"max_tokens": "max_completion_tokens"}}})
    run.save(changed)
    assert run.manifest == changed == RunDirectory.open(run.path).manifest


def test_a_run_is_not_made_over_another(run: RunDirectory) -> None:
    with pytest.raises(RunError, match=r"there is a run at '.*run' already"):
        RunDirectory.create(run.path, MANIFEST)


def test_a_run_is_made_in_an_empty_directory_or_where_making_one_was_cut_short(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    (tmp_path / ".run.json.new").write_text('{"sch')
    assert RunDirectory.create(tmp_path, MANIFEST).path == tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "run.json"]


def test_a_run_is_not_made_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(RunError, match="exists and is not a run"):
        RunDirectory.create(tmp_path, MANIFEST)


def test_a_run_is_not_made_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(RunError, match="cannot make a run at"):
            RunDirectory.create(path, MANIFEST)


def test_a_missing_run_is_told_with_those_beside_it(run: RunDirectory) -> None:
    with pytest.raises(RunError, match=r"there is no run at '.*/other'; runs beside it: '.*/run'"):
        RunDirectory.open(run.path.parent / "other")
    with pytest.raises(RunError, match=r"there is no run at '.*/x/y'; check the path"):
        RunDirectory.open(run.path.parent / "x" / "y")


def test_what_is_no_run_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="is a file and no run"):
        RunDirectory.open(tmp_path / "file")
    with pytest.raises(RunError, match=r"is not a run: it has no 'run.json'"):
        RunDirectory.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (b"{", CorruptRecord, "is not JSON"),
        (b"\xff", CorruptRecord, "is not text"),
        (b"[]", CorruptRecord, "is not an object"),
        (b'{"schema": 1}', CorruptRecord, "field 'created'"),
        (b"[" * 100_000, CorruptRecord, "is not JSON"),
        (
            b'{"schema": 9, "new": 1}',
            NewerSchema,
            rf"later cantwont \(schema 9; this one reads up to {SCHEMA}\): upgrade",
        ),
    ],
)
def test_an_unreadable_manifest_is_an_error(
    run: RunDirectory, text: bytes, error: type[RunError], says: str
) -> None:
    (run.path / "run.json").write_bytes(text)
    with pytest.raises(error, match=says):
        RunDirectory.open(run.path)


# --- exchanges


def test_what_is_recorded_is_read_in_its_order(run: RunDirectory) -> None:
    rows = [attempt("a"), exchange("b"), exchange("a"), exchange("a", 2)]
    record(run, *rows)
    assert list(exchanges(run)) == rows


def test_a_run_without_exchanges_has_none(run: RunDirectory) -> None:
    assert list(exchanges(run)) == []
    assert len(Index.of(run)) == 0


def test_a_row_is_one_line_of_ascii_with_its_schema_and_without_defaults(run: RunDirectory) -> None:
    record(run, exchange("a", content="é\r\n\u2028\x00"))
    (line,) = (run.path / "exchanges.jsonl").read_bytes().decode("ascii").splitlines()
    assert list(json.loads(line)) == [
        "schema",
        "kind",
        "trial",
        "turn",
        "reason",
        "messages",
        "asked",
        "reply",
    ]


def test_lone_surrogates_survive(run: RunDirectory) -> None:
    row = exchange(
        "a",
        content="\ud83d [1, 0, 2] \udc00",
        messages=(Message(role="user", content="\udfff"),),
        error="\ud800",
        partial="\udead",
    )
    record(run, row)
    assert list(exchanges(run)) == [row]


def test_the_index_knows_the_replies_alone(run: RunDirectory) -> None:
    record(run, attempt("a"), exchange("b"), exchange("b", 2), exchange("c", 2))
    index = Index.of(run)
    assert ("b", 1) in index
    assert ("b", 2) in index
    assert ("b", 3) not in index
    assert ("a", 1) not in index
    assert ("c", 1) not in index
    assert len(index) == 3


@pytest.mark.parametrize(("kind", "is_over"), [("result", True), ("end", True), ("reply", False)])
def test_the_index_knows_which_conversations_are_over(kind: str, is_over: bool, run: RunDirectory) -> None:
    """While it is appended to, and when it is read again: whoever goes on must not ask these any more."""
    last = exchange("b", 2) if kind == "reply" else ending("b", RowKind(kind))
    with Recorder(run) as recorder:
        for row in (exchange("a"), exchange("b"), last):
            recorder.append(row)
        assert [recorder.index.has_ended(trial) for trial in "ab"] == [False, is_over]
    assert [Index.of(run).has_ended(trial) for trial in "ab"] == [False, is_over]


@pytest.mark.parametrize("turn", [1, 1_023, 1_024, 5_000])
def test_the_index_knows_a_reply_to_any_turn(turn: int, run: RunDirectory) -> None:
    index = Index()
    assert index.add(exchange("a", turn))
    assert not index.add(exchange("a", turn))
    assert [number for number in range(turn + 3) if ("a", number) in index] == [turn]
    assert ("b", turn) not in index
    assert (len(index), index.trials) == (1, 1)


def test_a_recorder_goes_on_where_the_last_one_ended(run: RunDirectory) -> None:
    record(run, exchange("a"))
    with Recorder(run) as recorder:
        assert ("a", 1) in recorder.index
        recorder.append(exchange("b"))
        assert ("b", 1) in recorder.index
    assert [row.trial for row in exchanges(run)] == ["a", "b"]


def test_a_turn_is_not_replied_to_twice(run: RunDirectory) -> None:
    with Recorder(run) as recorder:
        recorder.append(exchange("a"))
        with pytest.raises(ValueError, match="turn 1 of trial 'a' has a reply already"):
            recorder.append(exchange("a"))
    assert len(list(exchanges(run))) == 1


def test_a_kill_at_any_byte_of_an_append_loses_and_doubles_nothing(run: RunDirectory) -> None:
    path = run.path / "exchanges.jsonl"
    record(run, exchange("a"), attempt("b"))
    kept = path.stat().st_size
    record(run, exchange("b", content="é\ud800"))
    whole = path.read_bytes()
    for cut in range(kept, len(whole) + 1):
        path.write_bytes(whole[:cut])
        finished = cut >= len(whole) - 1
        assert len(list(exchanges(run))) == (3 if finished else 2)
        assert path.read_bytes() == whole[:cut], "a reader changes nothing"
        with Recorder(run) as recorder:
            assert path.read_bytes() == (whole if finished else whole[:kept])
            assert (("b", 1) in recorder.index) == finished
            if not finished:
                recorder.append(exchange("b", content="é\ud800"))
        assert path.read_bytes() == whole


def test_what_was_reported_as_recorded_outlives_a_kill(run: RunDirectory) -> None:
    script = f"""
import sys
sys.path[:0] = {sys.path!r}
from evals.record.exchange_log import Recorder
from evals.record.run import RunDirectory
from tests.evals.record.test_exchange_log import exchange
with Recorder(RunDirectory.open({str(run.path)!r})) as recorder:
    for number in range(1_000_000):
        recorder.append(exchange(str(number)))
        print(number, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        reported = [process.stdout.readline().strip() for _ in range(200)]
        process.kill()
        reported += process.stdout.read().split()
    found = [row.trial for row in exchanges(run)]
    assert found == [str(number) for number in range(len(found))]
    assert len(found) - len(reported) in (0, 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"schema":1,', "is not JSON"),
        (b"", "is not JSON"),
        (b"\x00\x00", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"7", "is not an object"),
        (b"{}", "field 'kind'"),
        (b'{"kind":"reply","trial":"t","turn":1,"reason":"r","messages":[],"asked":"","x":1}', "field 'x'"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_any_other_unreadable_line_is_named_and_kept(run: RunDirectory, line: bytes, says: str) -> None:
    path = run.path / "exchanges.jsonl"
    record(run, exchange("a"), exchange("b"))
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + line + b"\n" + second)
    before = path.read_bytes()
    with pytest.raises(CorruptRecord, match=rf"exchanges.jsonl', line 2, {says}"):
        list(exchanges(run))
    with pytest.raises(CorruptRecord, match="line 2"), Recorder(run):
        pass
    assert path.read_bytes() == before
    with run.locked():
        pass


def test_what_a_power_cut_left_at_the_end_is_taken_away(run: RunDirectory) -> None:
    """Lines that are no text, up to the end of the file."""
    path = run.path / "exchanges.jsonl"
    record(run, exchange("a"))
    before = path.read_bytes()
    path.write_bytes(before + b"\0\0\n\xff\n\0")
    assert [row.trial for row in exchanges(run)] == ["a"]
    record(run)
    assert path.read_bytes() == before


def test_a_whole_last_line_that_is_no_exchange_is_an_error_without_its_newline_too(run: RunDirectory) -> None:
    (run.path / "exchanges.jsonl").write_bytes(b'{"schema":1}')
    with pytest.raises(CorruptRecord, match="line 1"):
        list(exchanges(run))


def test_a_second_reply_to_a_turn_is_an_error(run: RunDirectory) -> None:
    path = run.path / "exchanges.jsonl"
    record(run, exchange("a"))
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(CorruptRecord, match="line 2, is a second reply to turn 1 of trial 'a'"):
        list(exchanges(run))


def test_a_later_schema_is_refused_by_its_line(run: RunDirectory) -> None:
    record(run, exchange("a"))
    with (run.path / "exchanges.jsonl").open("ab") as file:
        file.write(b'{"schema":9,"kind":"hint"}\n')
    with pytest.raises(NewerSchema, match=r"line 2, was written by a later cantwont .*: upgrade"):
        list(exchanges(run))


def test_a_gzipped_record_is_read_and_not_written_to(run: RunDirectory) -> None:
    record(run, exchange("a"), exchange("b"))
    header = OutcomesHeader.of(run, 1)
    plain = run.path / "exchanges.jsonl"
    (run.path / "exchanges.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(RunError, match="keep the one that is right"):
        list(exchanges(run))
    plain.unlink()
    assert [row.trial for row in exchanges(run)] == ["a", "b"]
    assert OutcomesHeader.of(run, 1) == header
    with pytest.raises(RunError, match="gunzip it to continue"), Recorder(run):
        pass


def test_a_damaged_gzipped_record_is_an_error(run: RunDirectory) -> None:
    record(run, exchange("a"))
    plain = run.path / "exchanges.jsonl"
    zipped = gzip.compress(plain.read_bytes())
    plain.unlink()
    for damaged in (zipped[:-9], zipped[:12] + b"\xff" * 20, b"no gzip"):
        (run.path / "exchanges.jsonl.gz").write_bytes(damaged)
        with pytest.raises(CorruptRecord, match="cannot be unzipped"):
            list(exchanges(run))


# --- disks


class Disk:
    """Takes so many bytes more, each write in two parts."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._write = os.write

    def write(self, descriptor: int, data: memoryview) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self._write(descriptor, data[: min(self.room, len(data) // 2 + 1)])
        self.room -= written
        return written


@pytest.mark.parametrize("room", [0, 1, 100, 150])
def test_a_full_disk_leaves_the_record_as_it_was(
    run: RunDirectory, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = run.path / "exchanges.jsonl"
    record(run, exchange("a"))
    before = path.read_bytes()
    with Recorder(run) as recorder, monkeypatch.context() as patch:
        disk = Disk(room)
        patch.setattr(os, "write", disk.write)
        with pytest.raises(
            RunError, match=r"cannot write '.*exchanges.jsonl': No space left on device; .*kept"
        ):
            recorder.append(exchange("b"))
        assert path.read_bytes() == before
        assert ("b", 1) not in recorder.index
        disk.room = 10_000
        recorder.append(exchange("b"))
    assert [row.trial for row in exchanges(run)] == ["a", "b"]


def test_a_half_line_that_could_not_be_taken_away_is_taken_away_later(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    record(run, exchange("a"))
    with Recorder(run) as recorder:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", Disk(20).write)
            patch.setattr(os, "ftruncate", refuse)
            with pytest.raises(RunError, match="Read-only file system"):
                recorder.append(exchange("b"))
        assert len(list(exchanges(run))) == 1
        recorder.append(exchange("c"))
    assert [row.trial for row in exchanges(run)] == ["a", "c"]


def test_a_real_limit_on_the_size_of_files_is_met_like_a_full_disk(run: RunDirectory) -> None:
    """In a process of its own, since the limit holds for all of it."""
    script = f"""
import resource, sys
sys.path[:0] = {sys.path!r}
from evals.errors import RunError
from evals.record.exchange_log import Recorder
from evals.record.run import RunDirectory
from tests.evals.record.test_exchange_log import exchange
with Recorder(RunDirectory.open({str(run.path)!r})) as recorder:
    recorder.append(exchange("a"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    try:
        recorder.append(exchange("b", content="1\\n" * 1000))
    except RunError as error:
        print(error)
"""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "File too large; everything recorded before is kept" in done.stdout
    assert [row.trial for row in exchanges(run)] == ["a"]


def test_a_directory_that_cannot_be_written_to_is_told(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "open", refuse)
    with (
        pytest.raises(RunError, match=r"cannot write to the run at '.*': Read-only file system"),
        run.locked(),
    ):
        pass


def test_a_failed_replacement_leaves_what_was_there(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = (run.path / "run.json").read_bytes()
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(RunError, match=r"cannot write '.*run.json': No space left .*still does"):
        run.save(MANIFEST.model_copy(update={"name": "other"}))
    assert (run.path / "run.json").read_bytes() == before
    assert sorted(path.name for path in run.path.iterdir()) == [".lock", "run.json"]


# --- locks


@pytest.fixture
def held(run: RunDirectory) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the run."""
    script = f"""
import sys
sys.path[:0] = {sys.path!r}
from evals.record.exchange_log import Recorder
from evals.record.run import RunDirectory
with Recorder(RunDirectory.open({str(run.path)!r})):
    print("held", flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_until_the_first_is_gone(
    run: RunDirectory, held: subprocess.Popen[str]
) -> None:
    with pytest.raises(RunBusy, match=r"another cantwont is writing to '.*/run'"), Recorder(run):
        pass
    with pytest.raises(RunBusy):
        run.save(MANIFEST)
    assert RunDirectory.open(run.path).manifest == MANIFEST
    assert list(exchanges(run)) == []
    held.kill()
    held.wait()
    record(run, exchange("a"))


def test_one_run_may_be_held_within_itself(run: RunDirectory) -> None:
    with run.locked(), Recorder(run) as recorder:
        recorder.append(exchange("a"))
        run.save(MANIFEST)
        with pytest.raises(RunBusy), RunDirectory.open(run.path).locked():
            pass
    with RunDirectory.open(run.path).locked():
        pass


def test_a_failed_opening_lets_the_run_go(run: RunDirectory) -> None:
    (run.path / "exchanges.jsonl").write_bytes(b"\n")
    with pytest.raises(CorruptRecord), Recorder(run):
        pass
    with RunDirectory.open(run.path).locked():
        pass


# --- when rows reach the disk


class Syncs:
    """Counts what is synced, and fails if it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced, self.is_failing = 0, False
        plain = os.fsync

        def fsync(descriptor: int) -> None:
            self.synced += 1
            if self.is_failing:
                raise OSError(errno.EIO, "Input/output error")
            plain(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)

    def wait(self, synced: int) -> None:
        """Until so many have been."""
        until = time.monotonic() + 5
        while self.synced < synced and time.monotonic() < until:
            time.sleep(0.005)
        assert self.synced == synced


def test_rows_are_not_synced_one_by_one(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of a run's time would go there; and none is left when it is closed."""
    with Recorder(run, sync_every=60) as recorder:
        disk = Syncs(monkeypatch)
        for trial in "abc":
            recorder.append(exchange(trial))
        assert disk.synced == 0
    assert disk.synced == 1


def test_a_row_that_nothing_follows_is_synced_too(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is the next one."""
    with Recorder(run, sync_every=0.2) as recorder:
        disk = Syncs(monkeypatch)
        recorder.append(exchange("a"))
        assert disk.synced == 0
        disk.wait(1)
        recorder.append(exchange("b"))
        disk.wait(2)


def test_a_sync_that_failed_alone_is_told_once(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the next row, which is kept; when the disk works again, the run goes on."""
    with Recorder(run, sync_every=0.05) as recorder:
        disk = Syncs(monkeypatch)
        disk.is_failing = True
        recorder.append(exchange("a"))
        disk.wait(1)
        disk.is_failing = False
        time.sleep(0.06)
        with pytest.raises(RunError, match="Input/output error; everything recorded before is kept"):
            recorder.append(exchange("b"))
        recorder.append(exchange("c"))
    assert [row.trial for row in exchanges(run)] == ["a", "b", "c"]


def test_where_no_thread_is_to_be_had_each_row_is_synced(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of a second later."""
    waits: list[float] = []

    def start(timer: Timer) -> None:
        waits.append(timer.interval)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Timer, "start", start)
    with Recorder(run) as recorder:
        disk = Syncs(monkeypatch)
        recorder.append(exchange("a"))
        recorder.append(exchange("b"))
        assert disk.synced == 2
    assert waits == [1.0, 1.0]


# --- what is let go, and what is not touched


def test_what_is_recorded_after_the_end_is_written_nowhere(run: RunDirectory) -> None:
    """A file that is opened later may have the number of the record's."""
    with Recorder(run) as recorder:
        recorder.append(exchange("a"))
    others = [run.path / name for name in "abcd"]
    with ExitStack() as stack:
        for other in others:
            stack.enter_context(other.open("w+b"))
        with pytest.raises(RunError, match="Bad file descriptor"):
            recorder.append(exchange("b"))
    assert [other.read_bytes() for other in others] == [b""] * 4
    assert [row.trial for row in exchanges(run)] == ["a"]


def test_a_recorder_that_was_not_opened(run: RunDirectory) -> None:
    """It has nothing, and a failed opening closes no file of anybody else."""
    recorder = Recorder(run)
    assert (recorder.size, len(recorder.index)) == (0, 0)
    for name in ("exchanges.jsonl", "exchanges.jsonl.gz"):
        (run.path / name).touch()
    standing = [os.fstat(number).st_ino for number in range(3)]
    with pytest.raises(RunError, match="keep the one that is right"), recorder:
        pass
    assert [os.fstat(number).st_ino for number in range(3)] == standing


def test_the_size_is_that_of_the_file(run: RunDirectory) -> None:
    path = run.path / "exchanges.jsonl"
    for torn in (b"", b'{"torn'):
        with path.open("ab") as file:
            file.write(torn)
        with Recorder(run) as recorder:
            assert recorder.size == path.stat().st_size
            recorder.append(exchange(f"t{len(torn)}"))
            assert recorder.size == path.stat().st_size
    assert len(list(exchanges(run))) == 2


def test_opening_reaches_the_disk(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a new record, and what was mended of an older one; closing it syncs what was written."""
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda held: synced.append(stat.S_ISDIR(os.fstat(held).st_mode)))
    for expected in ([True, False, False], [False, False]):
        synced.clear()
        with Recorder(run, sync_every=60):
            pass
        assert synced == expected


def test_a_row_is_synced_once_its_time_has_come(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself where the last sync is that long ago, by a timer otherwise; and not counted twice."""
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with Recorder(run, sync_every=60) as recorder:
        disk = Syncs(monkeypatch)
        for moment, synced in ((159.9, 0), (160.0, 1), (219.9, 1), (220.0, 2), (220.0, 2), (400.0, 3)):
            clock[0] = moment
            recorder.append(exchange(f"t{len(recorder.index)}"))
            assert disk.synced == synced


def test_a_timer_that_synced_counts(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another follows for the rows after it; one is enough for many rows, and none is left behind."""
    started: list[Timer] = []
    monkeypatch.setattr(Timer, "start", lambda timer: started.append(timer))  # noqa: PLW0108 - a method
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with Recorder(run, sync_every=60) as recorder:
        disk = Syncs(monkeypatch)
        recorder.append(exchange("a"))
        recorder.append(exchange("b"))
        assert [(timer.interval, timer.daemon) for timer in started] == [(60, True)]
        clock[0] = 150.0
        started[0].function()
        assert disk.synced == 1
        clock[0] = 209.0
        recorder.append(exchange("c"))
        assert (disk.synced, len(started)) == (1, 2)
        monkeypatch.setattr(Timer, "join", lambda timer: None)
    assert started[1].finished.is_set()
    assert not started[0].finished.is_set()


def test_a_turn_with_a_reply_is_not_asked_again(run: RunDirectory) -> None:
    """What ended may still be told of it."""
    with Recorder(run) as recorder:
        recorder.append(attempt("a"))
        recorder.append(attempt("a"))
        recorder.append(exchange("a"))
        for row in (attempt("a"), exchange("a")):
            with pytest.raises(ValueError, match="turn 1 of trial 'a' has a reply already"):
                recorder.append(row)
        recorder.append(exchange("a", kind=RowKind.RESULT, messages=(), asked="", reply=None))
    assert len(list(exchanges(run))) == 4


@pytest.mark.parametrize(("longer", "fits"), [(0, True), (1, False)])
def test_the_longest_row(longer: int, fits: bool, run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row may have as many bytes as a line that is read, its end included."""
    record(run, exchange("a"))
    monkeypatch.setattr(exchange_log, "LONGEST_LINE", (run.path / "exchanges.jsonl").stat().st_size)
    with Recorder(run) as recorder:
        if fits:
            recorder.append(exchange("b"))
        else:
            with pytest.raises(RunError, match=r"too long to be recorded \(0 MB\): ask for shorter answers"):
                recorder.append(exchange("b", content="1\n2" + "3" * longer))
    assert len(list(exchanges(run))) == 1 + fits


@pytest.mark.parametrize("ended", [True, False])
def test_the_rows_of_judges_alone(ended: bool, run: RunDirectory) -> None:
    """Wherever the word stands; one that a crash has cut in half is skipped, one that it has not is read."""
    assert list(judge_exchanges(run)) == []
    judged = exchange("j", judge=Judging(of="a", model="m", endpoint="e", codebook=1))
    record(
        run, exchange("a", content='"judge"'), judged, exchange("b"), judged.model_copy(update={"turn": 2})
    )
    path = run.path / "exchanges.jsonl"
    path.write_bytes(path.read_bytes() if ended else path.read_bytes()[:-1])
    assert [(row.trial, row.turn) for row in judge_exchanges(run)] == [("j", 1), ("j", 2)]
    path.write_bytes(path.read_bytes()[:-2])
    assert [(row.trial, row.turn) for row in judge_exchanges(run)] == [("j", 1)]


def test_the_index_counts(run: RunDirectory) -> None:
    """Trials by any row, replies alone; early and late turns of one trial beside each other."""
    index = Index()
    assert [index.add(exchange("a", turn)) for turn in (3, 1023, 1024, 4, 1024, 3)] == [True] * 4 + [
        False
    ] * 2
    assert index.add(attempt("b"))
    assert (len(index), index.trials) == (4, 2)
    assert [("a", turn) in index for turn in (2, 3, 4, 5, 1022, 1023, 1024, 1025)] == [
        False,
        True,
        True,
        False,
        False,
        True,
        True,
        False,
    ]


def test_a_row_of_another_shard_is_passed_over(run: RunDirectory) -> None:
    """It is not even read; and each row is in exactly one shard."""
    trials = [f"t{number}" for number in range(20)]
    record(run, *map(exchange, trials))
    parts = [[row.trial for row in exchanges(run.part(Shard(number, 3)))] for number in range(3)]
    assert sorted(trial for part in parts for trial in part) == sorted(trials)
    assert all(parts)
    path = run.path / "exchanges.jsonl"
    path.write_bytes(path.read_bytes() + b'{"schema":1,"kind":"reply","trial":"t0","x":1}\n')
    broken = next(number for number in range(3) if "t0" in parts[number])
    for number in range(3):
        if number == broken:
            with pytest.raises(CorruptRecord, match="line 21"):
                list(exchanges(run.part(Shard(number, 3))))
        else:
            assert [row.trial for row in exchanges(run.part(Shard(number, 3)))] == parts[number]


def test_a_trial_named_twice_in_its_row(run: RunDirectory) -> None:
    """Where it would be read by the shard of the one and belong to the other."""
    share = Shard(0, 2)
    mine, other = (next(t for t in map(str, range(9)) if share.owns(t) == wanted) for wanted in (True, False))
    record(run, exchange(mine))
    path = run.path / "exchanges.jsonl"
    path.write_bytes(path.read_bytes().replace(b',"turn"', b',"trial":"%s","turn"' % other.encode()))
    assert [row.trial for row in exchanges(run)] == [other]
    with pytest.raises(CorruptRecord, match="line 1, has the field 'trial' twice"):
        list(exchanges(run.part(share)))


def test_a_recorder_that_is_left_has_closed_all_it_opened(run: RunDirectory) -> None:
    """After rows, after none, and where it could not be opened."""
    free = os.dup(0)
    os.close(free)
    for rows in ([exchange("a")], []):
        record(run, *rows)
    (run.path / "exchanges.jsonl").write_bytes(b"\n")
    with pytest.raises(CorruptRecord), Recorder(run):
        pass
    again = os.dup(0)
    os.close(again)
    assert again == free
