"""Runs of variants: asked, broken off and taken up, replayed without their spec, and reported."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.arms import chosen_arm
from evals.errors import SpecChanged
from evals.plan.spec import Spec
from evals.record.outcome import Label
from evals.record.run import RunDirectory
from evals.replay.open_runs import open_runs, outcomes_of
from evals.replay.replay import replay
from evals.running.run import make_or_continue
from evals.simulated.server import serve_in_thread
from reports.page import sections
from reports.report import Report, pushed_in
from tasks import problem
from tests.program import complaint, done, inside, recorded
from tests.samples.runs import whole

ARMS = """
[[arms]]
name = "list"
[[arms]]
name = "plain"
base = "list"
pushes = true
system = "Be thorough."
[[arms]]
name = "urged"
base = "nudge:k=2"
before = "Take your time."
[[arms]]
name = "coded"
base = "code"
after = "Thank you."
[[arms]]
name = "parts"
base = "chunked:p=20"
shots = [{ user = "Count to 3.", assistant = "1, 2, 3" }]
[[arms]]
name = "middle"
base = "window:m=4"
persona = "You are a clerk."
"""


@pytest.fixture(scope="module")
def simulated() -> Iterator[str]:
    with serve_in_thread() as base_url:
        yield base_url


@pytest.fixture(scope="module")
def file(simulated: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spec of a variant of nearly every arm."""
    file = tmp_path_factory.mktemp("spec") / "spec.toml"
    file.write_text(
        'models = ["sim/tired"]\narm_repeats = { urged = 2 }\n'
        f'[endpoints.sim]\nbase_url = "{simulated}"\nsimulated = true\n'
        f'[[puzzles]]\nname = "hanoi"\nsizes = [7]\n{ARMS}'
    )
    return file


@pytest.fixture(scope="module")
def made(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of it."""
    path = tmp_path_factory.mktemp("made") / "run"
    whole(Spec.load(file, {}, {}), path)
    return path


def replies(path: Path) -> list[tuple[str, int]]:
    return [(row["trial"], row["turn"]) for row in recorded(path) if row["kind"] == "reply"]


def test_each_is_asked_and_labelled_as_its_base(made: Path) -> None:
    """The simulated model, which stops at such a length, answers each as it answers the base."""
    found = sorted(outcomes_of(RunDirectory.open(made)), key=lambda outcome: outcome.turns)
    by_arm = {outcome.arm: outcome for outcome in found}
    assert [by_arm[arm].turns for arm in ("plain", "coded", "middle")] == [1, 1, 1]
    assert by_arm["urged"].turns > 1
    assert [end.reason for end in by_arm["urged"].by_turn][:2] == ["start", "nudge"]
    assert by_arm["parts"].turns == 7
    assert by_arm["coded"].label is Label.SOLVED
    assert by_arm["middle"].label is Label.SOLVED
    kinds = {(row["kind"], row["trial"]) for row in recorded(made)}
    assert {kind for kind, trial in kinds if trial == by_arm["coded"].trial} == {"reply", "result"}
    assert {kind for kind, trial in kinds if trial == by_arm["urged"].trial} == {"reply", "end"}


def test_the_texts_are_recorded(made: Path) -> None:
    """With the first turn of every trial, and in the manifest; later turns do not repeat them."""
    rows = {row["what"]["arm"]: row for row in recorded(made) if row.get("what")}
    assert {arm: row["schema"] for arm, row in rows.items() if arm in ("list", "plain")} == {
        "list": 1,
        "plain": 3,
    }
    plain = chosen_arm("list").arm.open(problem("hanoi", {"size": 7}))[0].content
    assert [message["content"] for message in rows["plain"]["messages"]] == ["Be thorough.", plain]
    assert [message["role"] for message in rows["parts"]["messages"]] == ["user", "assistant", "user"]
    assert rows["urged"]["messages"][0]["content"] == f"Take your time.\n\n{plain}"
    assert rows["urged"]["what"]["options"].keys() == {"k", "base", "prompt"}
    later = [row for row in recorded(made) if row["turn"] == 2 and row["kind"] == "reply"]
    assert later
    assert "Take your time." not in json.dumps([row["messages"] for row in later])
    manifest = RunDirectory.open(made).manifest
    assert {"name": "middle", "base": "window:m=4", "persona": "You are a clerk."} in manifest.spec["asked"][
        "arms"
    ]
    assert {*manifest.arms} == {"list", "nudge", "code", "chunked", "window"}


def test_replay_needs_no_spec_and_no_network(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was asked for"))
    [run] = open_runs([made])
    assert (replay(run).changes, replay(run).notes) == ((), ())
    bare = shutil.copytree(made, tmp_path / "run")
    plain = json.loads((bare / "run.json").read_text())
    plain["spec"] = {}
    (bare / "run.json").write_text(json.dumps(plain))
    [without] = open_runs([bare])
    assert replay(without).changes == ()


@pytest.mark.parametrize("at", [4, 11])
def test_a_run_that_was_killed_is_taken_up(made: Path, file: Path, tmp_path: Path, at: int) -> None:
    """Within conversations, too: nothing recorded is asked again, and the outcomes are the same."""
    run = shutil.copytree(made, tmp_path / "run")
    lines = (run / "exchanges.jsonl").read_bytes().splitlines(keepends=True)
    assert at < len(lines)
    (run / "exchanges.jsonl").write_bytes(b"".join(lines[:at]))
    (run / "outcomes.jsonl").unlink()
    whole(Spec.load(file, {}, {}), run)
    assert (run / "exchanges.jsonl").read_bytes().startswith(b"".join(lines[:at]))
    assert sorted(replies(run)) == sorted(replies(made))
    assert outcomes_of(RunDirectory.open(run)) == outcomes_of(RunDirectory.open(made))


def test_a_changed_text_is_another_spec(made: Path, file: Path, tmp_path: Path) -> None:
    """Refused, or with `extend` asked beside the old one; replay knows the words of both."""
    run = shutil.copytree(made, tmp_path / "run")
    other = tmp_path / "other.toml"
    other.write_text(file.read_text().replace("Be thorough.", "Be very thorough."))
    with pytest.raises(SpecChanged, match=r'arms: removed \{"name": "plain".*added \{"name": "plain"'):
        make_or_continue(Spec.load(other, {}, {}), run)
    before = len(replies(run))
    extended = make_or_continue(Spec.load(other, {}, {}), run, extend=True)
    assert extended.manifest.extensions
    whole(Spec.load(other, {}, {}), run)
    assert len(replies(run)) == before + 1
    [opened] = open_runs([run])
    assert (replay(opened).changes, replay(opened).notes) == ((), ())


def test_words_that_changed_are_told(made: Path, tmp_path: Path) -> None:
    """What the base asks today is held against what was recorded, within the texts."""
    run = shutil.copytree(made, tmp_path / "run")
    record = (run / "exchanges.jsonl").read_text()
    (run / "exchanges.jsonl").write_text(record.replace("Move one disk at a time", "Move a disk at a time"))
    notes = replay(RunDirectory.open(run)).notes
    told = {
        arm for arm in ("list", "plain", "urged", "coded", "parts", "middle") for note in notes if arm in note
    }
    assert len(told) == 6
    assert any("line 3 of the prompt was '- Move a disk" in note for note in notes)


def test_reports_take_the_variant_that_pushes(made: Path) -> None:
    """Without a flag; no arm of ours is called one without a role."""
    [run] = open_runs([made])
    assert pushed_in([run]) == "plain"
    report = Report.of([run])
    assert report.wanted.pushed == "plain"
    assert set(report.rows["base"].dropna()) == {
        "list", "nudge:k=2", "code", "chunked:on_error=stop,p=20,state=own", "window:m=4,where=middle",
    }  # fmt: skip
    assert set(report.table("verdicts")["pushed_arm"]) == {"plain"}
    assert sections._without_role(report.rows) == ()


def test_exported_and_imported_again(made: Path, tmp_path: Path) -> None:
    """A variant stays one: its conversations are read as those of its base. Programs are not run there."""
    run = shutil.copytree(made, tmp_path / "run")
    done(inside("export", run, "--to", "lm-eval", "--out", "out", cwd=tmp_path))
    files = sorted((tmp_path / "out").glob("*/samples_*.jsonl"))
    done(inside("import", *files, "--out", "again", cwd=tmp_path))
    before, after = (
        {
            (one.trial, one.arm, str(one.options), one.label, one.turns, one.written)
            for one in outcomes_of(RunDirectory.open(path))
            if one.arm != "coded"
        }
        for path in (made, tmp_path / "again")
    )
    assert before == after
    assert len(before) == 6


def test_from_the_command_line(simulated: str, tmp_path: Path) -> None:
    """`--system` asks each arm behind a file's text, and `--arm` may name a variant of the spec."""
    (tmp_path / "coach.txt").write_text("Be thorough.")
    asked = ("--sim", simulated, "--model", "sim/tired", "--puzzle", "hanoi:4", "--system", "coach.txt")
    done(inside("run", *asked, "--arm", "list", "--arm", "nudge:k=1", "--out", "run", cwd=tmp_path))
    assert {outcome.arm for outcome in outcomes_of(RunDirectory.open(tmp_path / "run"))} == {
        "list+coach",
        "nudge+coach",
    }
    done(inside("replay", "run", "--check", cwd=tmp_path))
    first = recorded(tmp_path / "run")[0]["trial"]
    shown = done(inside("show", "run", first, "--prompt", cwd=tmp_path))
    assert "Be thorough." in shown
    assert "+coach" in shown
    told = done(inside("tasks", "show", "hanoi", "--size", "3", "--system", "coach.txt", cwd=tmp_path))
    assert told.startswith("--- system\nBe thorough.\n")
    told = done(
        inside("tasks", "show", "hanoi", "--size", "3", "--spec", "prompts", "--arm", "calm", cwd=tmp_path)
    )
    assert told.startswith("Breathe in slowly")
    told = done(
        inside(
            "run", "--spec", "prompts", "--model", "ollama/m", "--arm", "stakes", "--dry-run", cwd=tmp_path
        )
    )
    assert "120" in told
    missing = inside("run", *asked[:-1], "none.txt", cwd=tmp_path)
    assert complaint(missing, 2) == "--system 'none.txt' cannot be read: No such file or directory"
