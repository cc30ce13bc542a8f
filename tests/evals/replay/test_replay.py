"""What a run recorded is enough to derive it all again, and to tell what has changed since and why."""

import gzip
import hashlib
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.arms import Arm, arm
from evals.errors import CorruptRecord, RunError
from evals.labelling import rules
from evals.record.outcome import Label
from evals.record.outcome_file import OUTCOMES
from evals.record.run import RunDirectory
from evals.replay import derive
from evals.replay.finish import finish
from evals.replay.open_runs import open_runs
from evals.replay.replay import check, replay
from evals.text import printable
from tasks import puzzle
from tests.program import done, inside
from tests.samples.committed_runs import TRIALS, edit_outcomes, of_hostile
from tests.samples.outcomes import HOSTILE
from tests.samples.recorded_answers import run_of

ELIDED = "a mark in the list stands for steps that are left out"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a socket fails the test."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a socket was asked for")

    monkeypatch.setattr(socket, "socket", refuse)


def snapshot(path: Path) -> dict[str, tuple[int, str]]:
    """Every file, with when it was changed and what it holds."""
    return {
        entry.name: (entry.stat().st_mtime_ns, hashlib.sha256(entry.read_bytes()).hexdigest())
        for entry in path.iterdir()
    }


@pytest.fixture
def written(original: Path) -> Iterator[list[str]]:
    """The files of the run that are opened to be written; as root, rights would not tell."""
    names: list[str] = []
    active = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if active and event == "open" and str(arguments[0]).startswith(str(original)):
            mode, flags = arguments[1:]
            if (isinstance(mode, str) and mode.strip("rbt")) or (isinstance(flags, int) and flags & 3):
                names.append(str(arguments[0]))

    sys.addaudithook(watch)
    yield names
    active = False


# --- nothing has changed


@pytest.mark.usefixtures("no_network")
def test_replay_gives_the_same_bytes(original: Path, path: Path) -> None:
    """The outcomes derived again, with no server up, are those stored, byte for byte."""
    (path / OUTCOMES).unlink()
    [run] = open_runs([path])
    assert replay(run).stored is None
    finish(run)
    assert (path / OUTCOMES).read_bytes() == (original / OUTCOMES).read_bytes()
    assert replay(run).same
    assert check(path) == ()


def test_replay_writes_nothing(original: Path, written: list[str], tmp_path: Path) -> None:
    """A run that may only be read can be replayed, checked and reported."""
    before = snapshot(original)
    original.chmod(0o555)
    try:
        assert check(original) == ()
        said = done(inside("replay", original, "--check", cwd=tmp_path))
        done(inside("report", original, "--out", tmp_path / "page.html", cwd=tmp_path))
    finally:
        original.chmod(0o755)
    assert said == f"{TRIALS} trials replayed; all outcomes are the same as those stored\n"
    assert snapshot(original) == before
    assert written == []


def test_gzipped_record(path: Path) -> None:
    """A record that was put away gzipped is replayed as it is."""
    plain = path / "exchanges.jsonl"
    (path / "exchanges.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert check(path) == ()


# --- an outcome has changed


def test_a_changed_rule(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every trial that the rule decided, and no other, is told with rules, reason and evidence."""
    decided = [rule for rule in rules.RULES if rule.reason == ELIDED]
    changed = [replace(rule, label=Label.MALFORMED) if rule in decided else rule for rule in rules.RULES]
    before = {made.trial: made for made in replay(RunDirectory.open(path)).outcomes.values()}
    monkeypatch.setattr(rules, "_SHORT", -1)  # what is cached was labelled by the old ones
    monkeypatch.setattr(rules, "RULES", changed)
    changes = check(path)
    assert {change.outcome.trial for change in changes} == {
        name for name, made in before.items() if made.reason == ELIDED
    }
    assert changes
    for change in changes:
        assert change.stored == before[change.outcome.trial]
        assert change.brief == "give_up -> malformed"
        assert "label" in change.fields
        told = str(change)
        assert told.startswith(f"sim/tired {change.outcome.instance} {change.outcome.arm}")
        assert change.outcome.trial in told
        assert f"give_up -> malformed; reason: {ELIDED}; evidence: elision at " in told
        assert all(evidence.quote in told for evidence in before[change.outcome.trial].evidence)


def test_every_field_that_differs_is_told(path: Path) -> None:
    """Also where the label is the same."""

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[3] |= {"flags": ["repeats", "restarts"], "written": 1}

    edit_outcomes(path, edit)
    [change] = check(path)
    assert change.fields == ("flags", "written")
    assert change.line == 5
    assert change.derived is not None
    assert change.brief == f"{change.derived.label}, but flags, written changed"
    assert "flags: repeats restarts -> " in str(change)
    assert f"; written: 1 -> {change.derived.written}" in str(change)


def test_new_and_gone_trials(path: Path) -> None:
    """A trial without a stored outcome, and a stored outcome without its trial, are changes."""

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[0]["trial"] = "0"

    edit_outcomes(path, edit)
    gone, new = check(path)
    assert (gone.derived, gone.line, new.stored, new.line) == (None, 2, None, 1)
    assert gone.brief.endswith("is gone: the trial is not in the record")
    assert new.brief.endswith("is new: no outcome of it is stored")
    assert gone.fields == new.fields == ()


@pytest.mark.parametrize("processes", [1, 2])
def test_the_outcomes_of_today(path: Path, processes: int) -> None:
    """By trial: those that are the same as stored, changed, new, without those that are gone."""
    run = RunDirectory.open(path)
    today = {made.trial: made for made in sorted(derive.outcomes(run), key=lambda made: made.trial)}

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[0]["trial"] = "0"
        rows[1]["label"] = "malformed"
        rows[2]["cached_tokens"] = None

    edit_outcomes(path, edit)
    replayed = replay(run, processes=processes)
    finish(run)
    assert list(replayed.outcomes.items()) == list(today.items())
    assert (len(replayed.outcomes), replayed.stored) == (TRIALS, TRIALS)
    assert "0" not in replayed.outcomes
    assert len(replayed.changes) == 3
    (path / OUTCOMES).unlink()
    without = replay(run, processes=processes)
    assert (list(without.outcomes.items()), without.changes) == (list(today.items()), ())
    assert "0" not in without.outcomes


def test_a_stored_outcome_that_cannot_be_read_is_an_error(path: Path) -> None:
    """Whether its trial is in the record or not."""
    lines = (path / OUTCOMES).read_bytes().splitlines(keepends=True)
    for broken in (lines[3].replace(b'"label":"', b'"label":"x'), b'{"trial":"gone"}\n', b"{\n"):
        (path / OUTCOMES).write_bytes(b"".join([*lines[:3], broken, *lines[4:]]))
        with pytest.raises(CorruptRecord, match=r"outcomes\.jsonl', line 4"):
            check(path)


def test_no_outcomes_to_compare_with(path: Path) -> None:
    """That is an error that says how to write them, not a pass."""
    (path / OUTCOMES).unlink()
    with pytest.raises(
        RunError, match=r"no stored outcomes .*: write them with `cantwont replay .* --update`"
    ):
        check(path)


def test_a_change_is_told_in_one_harmless_line(tmp_path: Path) -> None:
    """Whatever a model wrote, whatever it and its trial are called."""
    path = of_hostile(tmp_path, HOSTILE + "\ud800")

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[0]["label"] = "solved"

    edit_outcomes(path, edit)
    [change] = check(path)
    assert "solved -> give_up" in str(change)
    assert printable(str(change)) == str(change)


# --- notes


def notes(path: Path) -> tuple[str, ...]:
    return replay(RunDirectory.open(path)).notes


def test_other_versions_are_noted(path: Path) -> None:
    """Replaying what was asked in another version of a puzzle or an arm says so."""
    assert notes(path) == ()
    run = RunDirectory.open(path)
    other = {"puzzles": run.manifest.puzzles | {"hanoi": 0}, "arms": run.manifest.arms | {"list": 0}}
    run.save(run.manifest.model_copy(update=other))
    assert notes(path) == (
        f"puzzle 'hanoi' was version 0 and is version {puzzle('hanoi').version}",
        f"arm 'list' was version 0 and is version {arm('list').version}",
    )


def test_other_prompts_are_noted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each puzzle and arm whose words are not those recorded, the first line that differs is shown."""
    insist = type(arm("insist"))
    prompt = insist.prompt

    def reworded(*given: Any) -> tuple[str, ...]:
        *kept, last = prompt(*given)
        return (*kept, last.replace("Do not shorten", "Never shorten"))

    monkeypatch.setattr(insist, "prompt", reworded)
    counting, hanoi = notes(path)
    assert counting.startswith("counting is asked in other words by insist today (8 trials): line ")
    assert hanoi.startswith("hanoi is asked in other words by insist today (12 trials): line ")
    assert "was 'Write out every single step, however many there are. Do not shorten" in hanoi
    assert "is 'Write out every single step, however many there are. Never shorten" in hanoi
    assert check(path) == ()


def test_another_number_of_messages_is_noted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words in two messages are another prompt."""
    opened = Arm.open

    def twice(*given: Any) -> Any:
        [message] = opened(*given)
        first, _, rest = message.content.partition("\n")
        return tuple(message.model_copy(update={"content": text}) for text in (first, rest))

    monkeypatch.setattr(Arm, "open", twice)
    assert all("was '1 messages' and is '2 messages'" in note for note in notes(path))
    assert len(notes(path)) == 4


def test_imported_answers_were_asked_in_other_words_from_the_start(tmp_path: Path) -> None:
    """That is no news."""
    assert notes(of_hostile(tmp_path, "x")) == ()


def test_a_record_that_went_on_is_noted(path: Path) -> None:
    """Outcomes from another state of the record are told as that, also where all are the same."""
    record = path / "exchanges.jsonl"
    record.write_bytes(record.read_bytes().replace(b'"schema":1', b'"schema": 1', 1))
    assert check(path) == ()
    [note] = notes(path)
    assert note.startswith("the stored outcomes were derived from another record than this")


def test_cached_tokens_that_an_earlier_version_did_not_count_are_no_change(tmp_path: Path) -> None:
    """Outcomes with them are held against the record like all else."""
    run = run_of(tmp_path, {"t": {"content": "1 2 3", "prompt_tokens": 9, "completion_tokens": 5}})
    finish(run)
    record = run.exchanges_path
    plain = record.read_text()

    def with_cached(tokens: int) -> str:
        return plain.replace(
            '"prompt_tokens":9', f'"prompt_tokens":9,"prompt_tokens_details":{{"cached_tokens":{tokens}}}'
        )

    assert with_cached(4) != plain
    record.write_text(with_cached(4))
    assert check(run.path) == ()
    finish(run)
    record.write_text(with_cached(3))
    [change] = check(run.path)
    assert change.fields == ("cached_tokens",)
