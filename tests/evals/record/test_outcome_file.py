"""The file of outcomes: what is kept of a run beside its record."""

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from evals.errors import CorruptRecord, RunError
from evals.record import outcome_file
from evals.record.exchange import Exchange, RowKind
from evals.record.exchange_log import Recorder, exchanges
from evals.record.outcome import Label, Outcome
from evals.record.outcome_file import (
    OutcomeBuffer,
    OutcomesHeader,
    Source,
    StoredOutcomes,
    is_current,
    read_outcomes,
    stored_header,
)
from evals.record.run import Manifest, RunDirectory, Shard

MANIFEST = Manifest(created="2026-01-02T03:04:05+00:00", cantwont="0.1.0", spec={"asked": {"repeats": 2}})


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory.create(tmp_path / "run", MANIFEST)


def record(run: RunDirectory, trial: str) -> None:
    """One row more in the record."""
    reply = {"choices": [{"message": {"content": "1"}}]}
    with Recorder(run) as recorder:
        recorder.append(Exchange(kind=RowKind.REPLY, trial=trial, turn=1, reason="start", reply=reply))


def outcome(trial: str, **fields: Any) -> Outcome:
    given = {
        "trial": trial,
        "model": "m",
        "endpoint": "e",
        "puzzle": "counting",
        "instance": "counting/size=3/seed=0",
        "size": 3,
        "steps": 3,
        "arm": "list",
        "label": Label.SOLVED,
        "reason": "it is right",
    }
    return Outcome(**{**given, **fields})


def written(run: RunDirectory, given: Iterable[Outcome]) -> None:
    with OutcomeBuffer(run) as kept:
        header = OutcomesHeader.of(run, 3)
        for made in given:
            kept.add(made)
        kept.write(header)


def test_outcomes_come_back_by_trial(run: RunDirectory) -> None:
    given = [outcome("c"), outcome("a", label=Label.GIVE_UP, flags=("repeats",)), outcome("b", steps=None)]
    written(run, given)
    assert list(read_outcomes(run)) == [given[1], given[2], given[0]]


def test_the_first_line_of_outcomes_says_from_what_they_were_made(run: RunDirectory) -> None:
    record(run, "a")
    written(run, [outcome("a")])
    first, second = (run.path / "outcomes.jsonl").read_text(encoding="ascii").splitlines()
    header = json.loads(first)
    assert list(header) == ["schema", "kind", "exchanges", "labels", "model"]
    assert header["exchanges"]["bytes"] == (run.path / "exchanges.jsonl").stat().st_size
    assert "first_error" not in json.loads(second)


def test_outcomes_are_current_until_the_record_or_the_rules_change(run: RunDirectory) -> None:
    assert not is_current(run, 3)
    with Recorder(run):
        pass
    written(run, [])
    assert is_current(run, 3)
    assert not is_current(run, 4)
    assert not is_current(run, 3, "other weights")
    record(run, "a")
    assert not is_current(run, 3)
    written(run, [outcome("a")])
    assert is_current(run, 3)
    (run.path / "outcomes.jsonl").write_bytes(b"")
    assert not is_current(run, 3)


def test_no_more_of_a_record_is_read_than_it_should_hold(run: RunDirectory) -> None:
    """A sparse file of terabytes costs nothing to make."""
    record(run, "a")
    header = OutcomesHeader.of(run, 1)
    assert header.exchanges.is_of(run)
    with (run.path / "exchanges.jsonl").open("ab") as file:
        file.truncate(1 << 42)
    began = time.process_time()
    assert not header.exchanges.is_of(run)
    assert time.process_time() - began < 5


def test_writing_outcomes_twice_gives_the_same_bytes(run: RunDirectory) -> None:
    path = run.path / "outcomes.jsonl"
    written(run, [outcome("b"), outcome("a")])
    before = path.read_bytes()
    written(run, [outcome("a"), outcome("b")])
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in run.path.iterdir()) == [".lock", "outcomes.jsonl", "run.json"]


def test_outcomes_that_fail_half_way_replace_nothing(run: RunDirectory) -> None:
    def failing() -> Iterator[Outcome]:
        yield outcome("a")
        raise CorruptRecord("line 2")

    written(run, [outcome("b")])
    with pytest.raises(CorruptRecord):
        written(run, failing())
    assert [row.trial for row in read_outcomes(run)] == ["b"]


def test_a_trial_has_one_outcome(run: RunDirectory) -> None:
    with pytest.raises(ValueError, match="two outcomes of trial 'a'"):
        written(run, [outcome("a"), outcome("a")])


def test_outcomes_without_their_record_are_no_run_to_go_on_with(run: RunDirectory) -> None:
    record(run, "a")
    written(run, [outcome("a")])
    (run.path / "exchanges.jsonl").unlink()
    told = r"run' has outcomes and no 'exchanges.jsonl' that they follow from: restore it"
    with pytest.raises(RunError, match=told):
        list(exchanges(run))
    with pytest.raises(RunError, match=told), Recorder(run):
        pass


def test_missing_and_unreadable_outcomes_are_errors(run: RunDirectory) -> None:
    path = run.path / "outcomes.jsonl"
    with pytest.raises(RunError, match=r"cannot read '.*outcomes.jsonl': No such file"):
        list(read_outcomes(run))
    path.touch()
    with pytest.raises(CorruptRecord, match="is empty"):
        list(read_outcomes(run))
    written(run, [outcome("a")])
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(CorruptRecord, match="line 3"):
        list(read_outcomes(run))


def test_what_is_kept_can_be_looked_up_before_it_is_written(run: RunDirectory) -> None:
    with OutcomeBuffer(run) as kept:
        plain = kept.add(outcome("a"))
        kept.add(outcome("b", label=Label.GIVE_UP))
        assert json.loads(kept.line("a") or b"") == plain
        assert json.loads(kept.line("b") or b"")["label"] == "give_up"
        assert kept.line("c") is None


def test_a_full_disk_is_told_when_an_outcome_is_kept(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> IO[bytes]:
        return Path("/dev/full").open("r+b", buffering=0)

    monkeypatch.setattr(outcome_file, "TemporaryFile", full)
    with (
        OutcomeBuffer(run) as kept,
        pytest.raises(RunError, match=r"cannot write '.*outcomes.jsonl': No space left"),
    ):
        kept.add(outcome("a"))


def test_a_directory_that_is_gone_is_told(run: RunDirectory) -> None:
    shutil.rmtree(run.path)
    with pytest.raises(RunError, match="cannot write"), OutcomeBuffer(run):
        pass


def test_outcomes_may_be_looked_at_between_others(run: RunDirectory) -> None:
    """What is added after a look stands behind all that was added before."""
    made = {trial: outcome(trial) for trial in "abc"}
    with OutcomeBuffer(run) as buffer:
        buffer.add(made["a"])
        buffer.add(made["b"])
        assert json.loads(buffer.line("a") or b"")["trial"] == "a"
        buffer.add(made["c"])
        assert [json.loads(buffer.line(trial) or b"")["trial"] for trial in "abc"] == ["a", "b", "c"]
        assert (len(buffer), buffer.line("d")) == (3, None)


def test_the_source_is_a_hash_of_all_that_is_recorded(run: RunDirectory) -> None:
    """Of nothing where nothing is; of every block of a large one."""
    assert Source.of(run) == Source(bytes=0, sha256=hashlib.sha256(b"").hexdigest())
    data = b"x" * (1 << 20) + b"y" * 5
    run.exchanges_path.write_bytes(data)
    assert Source.of(run) == Source(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def test_a_header_that_cannot_be_read_is_none(run: RunDirectory) -> None:
    """So that the outcomes are derived again; those of before the learnt weights name none."""
    path = run.path / "outcomes.jsonl"
    assert stored_header(run) is None
    for data in (b"", b"{}", b'{"kind":"outcomes"}', b"\xff"):
        path.write_bytes(data)
        assert stored_header(run) is None
        assert not is_current(run, 3)
    written(run, [outcome("a")])
    assert stored_header(run) == OutcomesHeader.of(run, 3)
    old = OutcomesHeader.model_validate({"kind": "outcomes", "labels": 3, "exchanges": Source.of(run)})
    assert (old.schema_version, old.model) == (1, "")
    for schema, is_known in ((1, True), (2, True), (3, False)):
        path.write_bytes(json.dumps({**old.model_dump(by_alias=True), "schema": schema}).encode())
        assert is_current(run, 3) == is_known


def test_a_full_disk_is_told_by_the_outcome_that_it_does_not_hold(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the system writes later than it is told to; and leaving it says no more."""

    def full(**_: object) -> IO[bytes]:
        return Path("/dev/full").open("r+b")

    monkeypatch.setattr(outcome_file, "TemporaryFile", full)
    with OutcomeBuffer(run) as kept:
        with pytest.raises(RunError, match=r"cannot write '.*outcomes.jsonl': No space left"):
            kept.add(outcome("a"))
        assert (len(kept), kept.line("a")) == (0, None)


def test_outcomes_are_not_written_while_another_holds_the_run(run: RunDirectory) -> None:
    with (
        RunDirectory.open(run.path).locked(),
        OutcomeBuffer(run) as kept,
        pytest.raises(RunError, match="another cantwont is writing"),
    ):
        kept.write(OutcomesHeader.of(run, 3))


def test_the_buffer_of_outcomes_is_let_go(run: RunDirectory) -> None:
    with OutcomeBuffer(run) as kept:
        kept.add(outcome("a"))
    with pytest.raises(ValueError, match="closed file"):
        kept.line("a")


def test_outcomes_begin_with_their_header(run: RunDirectory) -> None:
    """What has none is no file of outcomes."""
    written(run, [outcome("a")])
    path = run.path / "outcomes.jsonl"
    header, row = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(row + row)
    with pytest.raises(CorruptRecord, match="line 1"):
        list(read_outcomes(run))
    path.write_bytes(header + row)
    assert len(list(read_outcomes(run))) == 1


# --- read one by one


def test_outcomes_are_read_one_by_one(run: RunDirectory) -> None:
    """In the order of the ids, whatever these are, each with the line that it stands in."""
    given = [outcome(name) for name in ("b", "a/1", '"quoted"', "\ud800", "0123456789abcdef0123")]
    written(run, given)
    stored = StoredOutcomes(run)
    assert list(stored) == sorted(one.trial for one in given)
    assert [stored.read(one.trial) for one in given] == given
    lines = (run.path / "outcomes.jsonl").read_bytes().splitlines(keepends=True)
    for name in stored:
        line = stored.line(name)
        assert line is not None
        assert line.data == lines[line.number - 1]
    assert (len(stored), stored.last, stored.line("c")) == (5, 6, None)
    with pytest.raises(KeyError):
        stored.read("c")


def test_outcomes_of_a_share(run: RunDirectory) -> None:
    """Each is of one share."""
    written(run, [outcome(str(number)) for number in range(40)])
    shares = [StoredOutcomes(run.part(Shard(number, 3))) for number in range(3)]
    assert sorted(name for share in shares for name in share) == list(StoredOutcomes(run))
    assert all(shares)
    assert {share.last for share in shares} == {41}


def test_they_remain_those_that_were_opened(run: RunDirectory) -> None:
    """A file that is replaced meanwhile is another one."""
    written(run, [outcome("a", size=3)])
    stored = StoredOutcomes(run)
    assert len(stored) == 1
    written(run, [outcome("a", size=4), outcome("b")])
    assert stored.read("a").size == 3
    assert StoredOutcomes(run).read("a").size == 4


def test_of_two_outcomes_the_last_one_counts(run: RunDirectory) -> None:
    """A last line without its end is read, too; one that names two trials is no outcome."""
    written(run, [outcome("a", size=3)])
    path = run.path / "outcomes.jsonl"
    line = path.read_bytes().splitlines()[1]
    path.write_bytes(path.read_bytes() + line.replace(b'"size":3', b'"size":4'))
    stored = StoredOutcomes(run)
    assert (list(stored), stored.read("a").size, stored.last) == (["a"], 4, 3)
    path.write_bytes(path.read_bytes()[:-1] + b',"trial":"b"}')
    with pytest.raises(CorruptRecord, match="line 3, has the field 'trial' twice"):
        StoredOutcomes(run).read("a")


def test_outcomes_that_are_not_there(run: RunDirectory) -> None:
    with pytest.raises(RunError, match=r"cannot read .*outcomes\.jsonl"):
        StoredOutcomes(run)
