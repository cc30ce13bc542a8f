"""Answers recorded elsewhere become a run, whole or not at all."""

import codecs
import gzip
import json
import os
import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest

from evals.errors import ImportFailed, RunError
from evals.importers import arms_of, import_run
from evals.record.exchange import request_digest
from evals.record.exchange_log import exchanges
from evals.record.jsonl import encode
from evals.record.jsonl import record as jsonl_record
from evals.record.run import RunDirectory
from evals.replay.finish import finish
from evals.replay.open_runs import outcomes_of
from evals.replay.replay import replay
from tasks import puzzle
from tests.program import complaint, done, inside

HANOI = {"disks": 3, "pegs": 3, "peg_labels": [1, 2, 3], "start_peg": 1, "target_peg": 3}
SOLVED = "moves = [[1, 1, 3], [2, 1, 2], [1, 3, 2], [3, 1, 3], [1, 2, 1], [2, 2, 3], [1, 1, 3]]"


def record(id: str = "a", **changes: Any) -> dict[str, Any]:  # noqa: A002 - the field's name
    plain = {
        "id": id,
        "source": {"repository": "r", "licence": "MIT"},
        "task": "hanoi",
        "instance": HANOI,
        "prompt_variant": "neutral",
        "model": "m",
        "request": {
            "messages": [{"role": "user", "content": "Move the tower."}],
            "max_tokens": 100,
            "temperature": None,
        },
        "response": {
            "content": SOLVED,
            "reasoning": None,
            "finish_reason": "stop",
            "completion_tokens": 60,
        },
        "other": "passed over",
    }
    return plain | changes


MARK = codecs.BOM_UTF8
LINES = [json.dumps(record(name)).encode() for name in "abc"]


def file_of(path: Path, *records: object) -> Path:
    path.write_text("".join(f"{json.dumps(made)}\n" for made in records))
    return path


def test_import(tmp_path: Path) -> None:
    """Every record is a trial under its own id; the same request twice is a repeat."""
    file = file_of(
        tmp_path / "a.jsonl",
        record("a"),
        record("b"),
        record("c", prompt_variant=None, response={"content": None, "refusal": "I won't."}),
        record("d", instance={"parameters": {"size": 3}, "seed": 4}),
        record("e", task="counting", instance={"parameters": {"size": 3}}, response={"content": "1\n2\n3"}),
    )
    assert import_run([file], tmp_path / "run", {"neutral": "list"}).answers == 5
    run = RunDirectory.open(tmp_path / "run")
    rows = {row.trial: row for row in exchanges(run)}
    assert list(rows) == ["a", "b", "c", "d", "e"]
    first = rows["a"].what
    assert first is not None
    assert first.instance.parameters == {
        "size": 3,
        "pegs": 3,
        "start": 0,
        "target": 2,
        "base": 1,
        "names": "plain",
    }
    assert (first.arm, first.endpoint, first.sampling.max_tokens) == ("list", "imported", 100)
    assert [row.what.repeat for row in rows.values() if row.what] == [0, 1, 0, 0, 0]
    assert rows["a"].asked == rows["b"].asked
    assert (rows["a"].reply or {})["source"] == {"repository": "r", "licence": "MIT"}
    outcomes = {outcome.trial: outcome for outcome in outcomes_of(run)}
    assert [(made.label, made.arm) for made in outcomes.values()] == [
        ("solved", "list"),
        ("solved", "list"),
        ("refusal", "unnamed"),
        ("solved", "list"),
        ("solved", "list"),
    ]
    assert outcomes["a"].completion_tokens == 60
    assert run.manifest.puzzles == {name: puzzle(name).version for name in ("hanoi", "counting")}
    finish(run)
    assert replay(run).same


def test_instance_is_of_the_record(tmp_path: Path) -> None:
    """A right answer to another problem is wrong: the instance is never read from the answer."""
    file = file_of(tmp_path / "a.jsonl", record(instance=HANOI | {"disks": 4}), record("b", response={}))
    import_run([file], tmp_path / "run", {})
    assert [(made.label, made.size) for made in outcomes_of(RunDirectory.open(tmp_path / "run"))] == [
        ("logic_error", 4),
        ("no_answer", 3),
    ]


def test_several_files_plain_and_gzipped(tmp_path: Path) -> None:
    """Several files make one run; a gzipped one is known by what it holds, and a pipe is read once."""
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(json.dumps(record("a")).encode()))
    file_of(tmp_path / "b.jsonl.gz", record("b"))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=file_of, args=(pipe, record("c"), record("d")))
    writer.start()
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz", pipe]
    assert import_run(files, tmp_path / "run", {}).answers == 4
    writer.join()


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize(
    "data",
    [
        MARK + b"\r\n".join(LINES) + b"\r\n",
        b"\n".join(MARK + line for line in LINES),
        MARK + b"\r\n" + b"\n".join(LINES),
    ],
    ids=["first", "each", "alone"],
)
def test_byte_order_marks(data: bytes, zipped: bool, tmp_path: Path) -> None:
    """A mark at the start of the file, or of each of several that were joined, is no part of a record."""
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(data) if zipped else data)
    assert import_run([tmp_path / "a.jsonl"], tmp_path / "run", {}).answers == len(LINES)
    assert [row.trial for row in exchanges(RunDirectory.open(tmp_path / "run"))] == ["a", "b", "c"]


def test_missing_values(tmp_path: Path) -> None:
    """NaN, which data frames write for what is missing, is read as nothing, and is not recorded."""
    missing = float("nan")
    response = {"content": SOLVED, "reasoning": missing, "error": missing, "completion_tokens": missing}
    file = file_of(tmp_path / "a.jsonl", record(response=response, source={"score": missing}))
    import_run([file], tmp_path / "run", {})
    assert b"NaN" not in (tmp_path / "run" / "exchanges.jsonl").read_bytes()
    assert [made.label for made in outcomes_of(RunDirectory.open(tmp_path / "run"))] == ["solved"]


def without(*path: str) -> dict[str, Any]:
    made = json.loads(json.dumps(record("b")))
    inner = made
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return dict(made)


def response(**changes: Any) -> dict[str, Any]:
    return record("b", response=record()["response"] | changes)


UNSOLVABLE = {"parameters": {"size": 6, "boat": 2, "unsolvable": True}}


@pytest.mark.parametrize(
    ("faulty", "told"),
    [
        ([], "line 2: is a list and no object"),
        (without("id"), "line 2: field 'id': it is missing"),
        (without("request", "messages"), "line 2: field 'request.messages': it is missing"),
        (without("response"), "line 2: field 'response': it is missing"),
        (without("instance", "disks"), "line 2: instance: field 'disks': it is missing"),
        (record("b", model=7), "line 2: field 'model': must be a text, not 7"),
        (record("b", task="nope"), "line 2: instance: unknown puzzle 'nope'"),
        (record("b", task="counting"), "line 2: instance: counting: unknown field 'disks'"),
        (record("b", instance=HANOI | {"disks": 31}), "'size' must be from 1 to 30, not 31"),
        (record("b", instance=HANOI | {"peg_labels": []}), "field 'peg_labels'"),
        (record("b", instance=HANOI | {"peg_labels": [1, 2, 4]}), "[1, 2, 4] are not 3 consecutive numbers"),
        (record("b", instance=HANOI | {"target_peg": 4}), "'target' must be below the 3 pegs"),
        (record("b", instance={"parameters": {"size": 3}, "seed": "x"}), "instance: field 'seed'"),
        (record("b", instance={"parameters": [3]}), "instance: field 'parameters'"),
        (record("b", instance=[3]), "line 2: field 'instance'"),
        (record("b", request={"messages": [], "max_tokens": 0}), "field 'request.max_tokens'"),
        (record("b", request={"messages": [], "temperature": -1}), "field 'request.temperature'"),
        (record("b", request={"messages": [{"role": "user", "content": None}]}), "messages.0.content"),
        (record("b", response={"content": ["parts"]}), "line 2: field 'response.content': must be a string"),
        (record("a"), "line 2: field 'id': 'a' stands in an earlier record too"),
        (response(finish_reason="error"), "line 2: field 'response.finish_reason': 'error' says that the"),
        (response(finish_reason="Reason.ABORT"), "field 'response.finish_reason': 'Reason.ABORT' says that"),
        (response(finish_reason=7), "field 'response.finish_reason': must be a text, not 7"),
        (response(error="no GPU"), "field 'response.error': the server answered with an error: no GPU"),
        (response(error={"code": 503, "message": "a\nb"}), "field 'response.error': the server answered"),
        (response(completion_tokens="many"), "field 'response.completion_tokens'"),
        (
            record("b", task="river_crossing", instance=UNSOLVABLE, prompt_variant="window"),
            "field 'prompt_variant': arm 'window' asks for steps of a solution, and 'river_crossing/size=6,",
        ),
    ],
)
def test_faulty_records(faulty: object, told: str, tmp_path: Path) -> None:
    """A record that is none is named with file, line and field, and leaves no half-made run."""
    file = file_of(tmp_path / "a.jsonl", record(), faulty)
    with pytest.raises(ImportFailed) as caught:
        import_run([file], tmp_path / "run", {})
    assert f"{str(file)!r}, line 2: " in str(caught.value)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "there are no records"),
        (b"\n \n", "there are no records"),
        (b"{\n", "line 1: is not JSON"),
        (b"\n\n{]\n", "line 3: is not JSON"),
        (b'"\xff"\n', "line 1: is not JSON ('utf-8' codec"),
        (b"[" * 100_000, "line 1: is not JSON"),
        (MARK, "there are no records"),
        (MARK + b"\n{", "line 2: is not JSON"),
        ("\ufeff{}\n".encode("utf-16-le"), "line 1: is not JSON (it is in UTF-16: save it as UTF-8)"),
        (gzip.compress(Random(0).randbytes(1000).replace(b"\n", b""), mtime=0)[:500], "cannot be unzipped"),
        (gzip.compress(b"x", mtime=0)[:-6] + b"\0" * 6, "cannot be unzipped"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff\xff", "cannot be unzipped"),
    ],
)
def test_faulty_files(data: bytes, told: str, tmp_path: Path) -> None:
    """So is a file that is none."""
    (tmp_path / "a.jsonl").write_bytes(data)
    with pytest.raises(ImportFailed) as caught:
        import_run([tmp_path / "a.jsonl"], tmp_path / "run", {})
    assert told in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.jsonl"]


def test_arms(tmp_path: Path) -> None:
    """Variants are mapped as told; a mapping that is none, or maps nothing, is named."""
    file = file_of(tmp_path / "a.jsonl", record(), record("b", prompt_variant="pushy"))
    import_run([file], tmp_path / "run", {"pushy": "insist"})
    assert [made.arm for made in outcomes_of(RunDirectory.open(tmp_path / "run"))] == ["neutral", "insist"]
    assert arms_of(["a=list", "b=c=d"]) == {"a": "list", "b": "c=d"}
    for given in ("a", "=b", "a="):
        with pytest.raises(ImportFailed, match=f"--arm '{given}': write VARIANT=ARM"):
            arms_of([given])
    with pytest.raises(ImportFailed, match="variant 'a' is arm 'b' already"):
        arms_of(["a=b", "a=c"])
    with pytest.raises(ImportFailed, match="no record has that prompt variant; they have 'neutral', 'pushy'"):
        import_run([file], tmp_path / "other", {"pushi": "list"})
    assert not (tmp_path / "other").exists()


def test_place(tmp_path: Path) -> None:
    """What is there already is not touched; an empty directory is taken."""
    file = file_of(tmp_path / "a.jsonl", record())
    (tmp_path / "empty").mkdir()
    assert import_run([file], tmp_path / "empty", {}).answers == 1
    with pytest.raises(RunError, match="there is something at"):
        import_run([file], tmp_path / "empty", {})
    with pytest.raises(RunError, match="there is something at"):
        import_run([file], file, {})
    assert import_run([file], tmp_path / "new" / "run", {}).answers == 1
    with pytest.raises(RunError, match="cannot make a run at"):
        import_run([file], file / "run", {})


def test_command(tmp_path: Path) -> None:
    """The command says what it made, and what to type next; its complaints are one line."""
    file = file_of(tmp_path / "a.jsonl", record(), record("b"))
    said = done(inside("import", file, "--out", "run", "--arm", "neutral=list", cwd=tmp_path))
    assert said.splitlines() == ["2 answers recorded in run", "Next: cantwont report run"]
    file_of(file, record(), without("model"))
    line = complaint(inside("import", file, "--out", "other", cwd=tmp_path), 2)
    assert line.endswith("a.jsonl', line 2: field 'model': it is missing")
    line = complaint(inside("import", "missing.jsonl", "--out", "other", cwd=tmp_path), 2)
    assert line == "cannot read 'missing.jsonl': No such file or directory"


def test_the_same_rows_as_a_run_writes(tmp_path: Path) -> None:
    """What is put together by hand is what the types of the record would have written."""
    rows = [
        record(
            "a", request={"messages": [{"role": "user", "content": 'Ä "q" \u2028\n\ud800'}], "temperature": 0}
        ),
        record("b", response={"content": None, "reasoning": "r", "refusal": "No.", "prompt_tokens": 3}),
        record("c", request={"messages": [{"role": "user", "content": "x", "name": "n"}], "max_tokens": 7}),
        record("d", request={"messages": []}, source=None),
    ]
    import_run([file_of(tmp_path / "a.jsonl", *rows)], tmp_path / "run", {})
    run = RunDirectory.open(tmp_path / "run")
    written = (tmp_path / "run" / "exchanges.jsonl").read_bytes().splitlines(keepends=True)
    for line, row in zip(written, exchanges(run), strict=True):
        assert line == encode({"schema": row.schema_version} | jsonl_record(row))
        assert row.what is not None
        messages = [message.model_dump() for message in row.messages]
        assert row.asked == request_digest(row.what.model, messages, row.what.sampling)
