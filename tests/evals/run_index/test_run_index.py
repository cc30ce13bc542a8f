"""The index of a folder says what the runs say, also while they grow, break or are a stranger's."""

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.errors import RunError
from evals.record import jsonl
from evals.record.exchange import Exchange, Judging, RowKind
from evals.record.outcome import Outcome
from evals.record.run import RunDirectory
from evals.replay.finish import finish
from evals.replay.open_runs import open_runs, outcomes_of
from evals.run_index import RunIndex, RunSummary, Sort, TrialFilter
from evals.run_index.database import index_path
from tests import ROOT

EXAMPLE = ROOT / "examples" / "small-model"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one run of 92 trials."""
    shutil.copytree(EXAMPLE, tmp_path / "runs" / "may")
    return tmp_path / "runs"


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Iterator[RunIndex]:
    with RunIndex.at(folder, tmp_path / "index.sqlite") as index:
        yield index


def fresh(index: RunIndex) -> dict[str, RunSummary]:
    """Bring the index up to date, labels and all; the runs by name."""
    index.refresh()
    while index.label(60):
        pass
    return {run.name: run for run in index.runs()}


def outcomes(index: RunIndex, run: RunSummary) -> list[Outcome]:
    """All outcomes that the index knows of a run, by trial."""
    page = index.page(TrialFilter(runs=(run.id,)), limit=1000)
    assert page.total == len(page.rows) == run.trials
    return sorted((index.outcome(run, row) for row in page.rows), key=lambda one: one.trial)


def derived(path: Path) -> list[Outcome]:
    return outcomes_of(open_runs([path])[0])


def over(path: Path) -> list[Outcome]:
    """The same without trials that are asked again as long as the run goes on."""
    return [one for one in derived(path) if one.label != "error"]


def test_it_says_what_the_outcomes_say(index: RunIndex) -> None:
    """Counts, filters and orders are those of the outcomes; a trial's rows are found by their place."""
    run = fresh(index)["may"]
    known = derived(EXAMPLE)
    assert outcomes(index, run) == known
    assert run.state == "complete"
    assert run.labels == Counter(str(one.label) for one in known)
    assert run.planned == 126
    found = index.facets(TrialFilter())
    assert found.puzzle == dict(sorted(Counter(one.puzzle for one in known).items()))
    assert found.flag == dict(sorted(Counter(flag for one in known for flag in one.flags).items()))
    assert found.unsure == sum(not one.confident for one in known)
    wanted = TrialFilter(label=("logic_error",), flag=("claims_complete",), puzzle=("hanoi", "hanoi_random"))
    page = index.page(wanted, Sort.LOST_EARLY)
    fitting = [
        one
        for one in known
        if one.label == "logic_error"
        and "claims_complete" in one.flags
        and one.puzzle in ("hanoi", "hanoi_random")
    ]
    assert 3 < page.total == len(fitting)
    lost = [one.lost_at for one in page.rows]
    assert lost == sorted(lost, key=lambda at: (at is None, at))
    longest = [row.tokens or -1 for row in index.page(TrialFilter(), Sort.LONGEST, 10, 20).rows]
    assert longest == sorted((one.completion_tokens or -1 for one in known), reverse=True)[10:30]
    for row in page.rows:
        rows = index.exchanges(run, row)
        assert {one.trial for one in rows} == {row.trial}
        assert rows[0].what is not None


def test_pages_are_parts_of_one_list(index: RunIndex) -> None:
    """Each trial stands on exactly one page, in every order, also where the order skips whole cells."""
    fresh(index)
    for sort in Sort:
        whole = [row.trial for row in index.page(TrialFilter(), sort, 0, 1000).rows]
        parts = [row.trial for at in range(0, 92, 7) for row in index.page(TrialFilter(), sort, at, 7).rows]
        assert parts == whole
        assert len(set(whole)) == 92
    assert index.page(TrialFilter(), Sort.ASKED, 92).rows == ()


def test_what_a_run_has_cost(index: RunIndex, folder: Path) -> None:
    """By the prices kept with it; unknown where one is."""
    known = derived(EXAMPLE)
    path = folder / "may" / "run.json"
    assert index.spent(fresh(index)["may"]).cost is None
    manifest = json.loads(path.read_text())
    price = {"input": 3.0, "cached_input": 1.0, "output": 10.0, "currency": "EUR"}
    manifest["spec"]["prices"] = {"qwen/m05.gguf": price}
    path.write_text(json.dumps(manifest))
    spent = index.spent(fresh(index)["may"])
    prompts, cached, said = (
        sum(getattr(one, name) or 0 for one in known)
        for name in ("prompt_tokens", "cached_tokens", "completion_tokens")
    )
    assert (spent.prompt_tokens, spent.completion_tokens, spent.currency) == (prompts, said, "EUR")
    assert spent.cost == pytest.approx(((prompts - cached) * 3 + cached * 1 + said * 10) / 1e6)


def test_a_run_that_goes_on_is_labelled_as_it_grows(index: RunIndex, folder: Path) -> None:
    """Rows are labelled as they come, as replay would; when its outcomes are there, they take their place."""
    path = folder / "may"
    (path / "outcomes.jsonl").unlink()
    whole = (path / "exchanges.jsonl").read_bytes().splitlines(keepends=True)[:40]
    record = path / "exchanges.jsonl"
    record.write_bytes(b"".join(whole[:20]) + whole[20][:100])
    with RunDirectory.open(path).locked():
        run = fresh(index)["may"]
        assert run.state == "running"
        assert outcomes(index, run) == over(path)
        now = index.running_now(run)
        assert (now.answers_a_minute, now.begun) == (0, 0)
        assert now.longest is not None
        with record.open("ab") as file:
            file.write(whole[20][100:] + b"".join(whole[21:35]))
        run = fresh(index)["may"]
        assert outcomes(index, run) == over(path)
        replies = [row["trial"] for row in map(json.loads, whole[:35]) if row["kind"] == "reply"]
        assert [row.trial for row in index.newest(run, 3)] == replies[:-4:-1]
        with record.open("ab") as file:
            file.write(b"".join(whole[35:]))
        fresh(index)
    run = fresh(index)["may"]
    assert run.state == "no outcomes yet"
    known = derived(path)
    assert outcomes(index, run) == known
    finish(RunDirectory.open(path))
    run = fresh(index)["may"]
    assert run.state == "complete"
    assert outcomes(index, run) == known
    assert all(row.start is not None for row in index.page(TrialFilter()).rows)


def test_conversations_of_several_turns(index: RunIndex, folder: Path, original: Path) -> None:
    """What is not over has no label while the run goes on, and that of replay once it is left."""
    path = folder / "june"
    shutil.copytree(original, path)
    (path / "outcomes.jsonl").unlink()
    record = path / "exchanges.jsonl"
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    first = rows[0]
    failed = {
        name: first[name] for name in ("schema", "trial", "turn", "reason", "what", "messages", "asked")
    }
    record.write_text(json.dumps(failed | {"kind": "attempt", "error": "HTTP 503"}) + "\n")
    with RunDirectory.open(path).locked():
        run = fresh(index)["june"]
        assert run.trials == 0
        assert index.running_now(run).waiting == 1
    run = fresh(index)["june"]
    assert run.labels == {"error": 1}
    assert outcomes(index, run) == derived(path)
    with record.open("a") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    run = fresh(index)["june"]
    assert outcomes(index, run) == derived(path)
    assert index.running_now(run).waiting == 0


def test_a_judge_that_reads_a_labelled_answer(index: RunIndex, folder: Path) -> None:
    """Its verdict is in the outcome as soon as it is recorded, also where that is in no file yet."""
    path = folder / "may"
    fresh(index)
    judged = next(one for one in derived(path) if one.label == "malformed")
    judge = Judging(of=judged.trial, model="judge", endpoint="local", codebook=1)
    said = {"role": "assistant", "content": '{"label": "no_answer"}'}
    row = Exchange(
        kind=RowKind.REPLY,
        trial=judge.key,
        turn=1,
        reason="judge",
        judge=judge,
        reply={"choices": [{"index": 0, "message": said, "finish_reason": "stop"}]},
    )
    with (path / "exchanges.jsonl").open("ab") as file:
        file.write(jsonl.encode({"schema": 1} | jsonl.record(row)))
    run = fresh(index)["may"]
    assert run.state == "outcomes are of an earlier record"
    assert outcomes(index, run) == derived(path)
    [found] = (one for one in outcomes(index, run) if one.trial == judged.trial)
    assert found.judge_label == "no_answer"
    assert len(index.newest(run, 200)) == 92


def test_a_record_that_was_replaced_is_read_anew(index: RunIndex, folder: Path, original: Path) -> None:
    """Nothing of the old one is left; nor of a run that is gone; gzipped, it is the same."""
    fresh(index)
    path = folder / "may"
    for name in ("exchanges.jsonl", "outcomes.jsonl"):
        (path / name).unlink()
        shutil.copy(original / name, path / name)
    run = fresh(index)["may"]
    assert outcomes(index, run) == derived(original)
    (path / "exchanges.jsonl.gz").write_bytes(gzip.compress((path / "exchanges.jsonl").read_bytes()))
    (path / "exchanges.jsonl").unlink()
    run = fresh(index)["may"]
    assert run.state == "complete"
    row = index.page(TrialFilter()).rows[0]
    assert index.exchanges(run, row)[0].trial == row.trial
    shutil.rmtree(path)
    assert fresh(index) == {}
    assert index.page(TrialFilter()).total == 0


def spoilt(path: Path, name: str, data: bytes) -> None:
    (path / name).write_bytes(data)


def test_damaged_runs_are_rows_with_their_reason(index: RunIndex, folder: Path) -> None:
    """Each says what is wrong, and keeps nobody from reading the others; repaired, it is read."""
    header, *lines = (EXAMPLE / "outcomes.jsonl").read_bytes().splitlines(keepends=True)
    damages: dict[str, tuple[str, bytes, str]] = {
        "manifest": ("run.json", b"{", "is not JSON"),
        "outcomes": ("outcomes.jsonl", header + lines[0] + b'{"trial": 3}\n', "line 3, field"),
        "twice": ("outcomes.jsonl", header + lines[0] + lines[0], "a second outcome"),
        "row": ("exchanges.jsonl", b"[]\n", "is not an object"),
        "zeros": ("exchanges.jsonl", b"\0" * 50 + b"\n", "line 1"),
    }
    for name, (file, data, _) in damages.items():
        shutil.copytree(EXAMPLE, folder / name)
        spoilt(folder / name, file, data)
    runs = fresh(index)
    assert runs["may"].state == "complete"
    assert runs["may"].trials == 92
    for name, (_, _, told) in damages.items():
        assert runs[name].state.startswith("cannot be"), name
        assert told in runs[name].problem, name
    for name in ("odd", "huge"):
        shutil.copytree(EXAMPLE, folder / name)
    manifest = json.loads((EXAMPLE / "run.json").read_text())
    (folder / "odd" / "run.json").write_text(json.dumps(manifest | {"created": "\ud800"}))
    claimed = json.loads(header)
    claimed["exchanges"]["bytes"] = 1 << 70
    spoilt(folder / "huge", "outcomes.jsonl", b"".join([jsonl.encode(claimed), *lines]))
    runs = fresh(index)
    assert (runs["odd"].state, runs["odd"].trials) == ("complete", 92)
    assert (runs["huge"].state, runs["huge"].trials) == ("outcomes are of an earlier record", 92)
    (folder / "manifest" / "run.json").write_bytes((EXAMPLE / "run.json").read_bytes())
    assert fresh(index)["manifest"].state == "complete"


def test_a_strangers_puzzle_is_not_executed(
    index: RunIndex, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs it waits for trust, and says so; stored outcomes are data, and are shown."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = folder / "may"
    mark = tmp_path / "mark"
    (folder / "mine.py").write_text(f"open({str(mark)!r}, 'w')\n")
    manifest: dict[str, Any] = json.loads((path / "run.json").read_text())
    manifest["puzzle_files"] = {"hanoi": "0" * 64}
    manifest["spec"]["puzzle_paths"] = {"hanoi": "../mine.py"}
    (path / "run.json").write_text(json.dumps(manifest))
    assert fresh(index)["may"].state == "complete"
    (path / "outcomes.jsonl").unlink()
    run = fresh(index)["may"]
    assert run.state == "needs trust"
    assert "cantwont trust" in run.problem
    assert run.trials == 0
    assert not mark.exists()


def test_two_runs_are_aligned(index: RunIndex, folder: Path) -> None:
    """Trials that were asked the same are pairs, whatever their models, with different labels or not."""
    shutil.copytree(EXAMPLE, folder / "june")
    file = folder / "june" / "outcomes.jsonl"
    header, *lines = file.read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    changed = [row for row in rows if row["label"] == "malformed"]
    for row in rows:
        row["model"] = "another"
    for row in changed:
        row["label"] = "refusal"
    file.write_text("\n".join([header, *map(json.dumps, rows)]) + "\n")
    runs = fresh(index)
    pairs = index.paired(runs["may"], runs["june"], limit=500)
    assert pairs.total == len(pairs.rows) == 92
    assert all(a.instance == b.instance and a.arm == b.arm and a.repeat == b.repeat for a, b in pairs.rows)
    assert pairs.labels["malformed", "refusal"] == len(changed) == 6
    different = index.paired(runs["may"], runs["june"], different=True)
    assert {a.trial for a, _ in different.rows} == {row["trial"] for row in changed}
    assert different.total == 6
    none = index.paired(runs["may"], runs["june"], ("qwen/m05.gguf", "qwen/m05.gguf"))
    assert none.total == 0


def test_the_index_is_kept_outside_of_the_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the user's cache, by the folder; damaged or of another layout, it is made anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "cache"))
    before = sorted(folder.rglob("*"))
    path = index_path(folder)
    assert path != index_path(folder.parent)
    assert index_path(folder / "may" / "..") == path
    for data in (b"", b"no database at all" * 100):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        with RunIndex.at(folder) as index:
            assert fresh(index)["may"].trials == 92
    with RunIndex.at(folder) as index:
        assert index.runs()[0].trials == 92  # without another look at the files
    assert sorted(folder.rglob("*")) == before
    (folder.parent / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "file"))
    with pytest.raises(RunError, match="set XDG_CACHE_HOME"):
        RunIndex.at(folder)
