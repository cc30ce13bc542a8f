"""Opening somebody else's run executes nothing that the user has not looked at; its owner notices nothing."""

import hashlib
import importlib.util
import json
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cantwont as face
from evals.errors import UntrustedPuzzle
from evals.record.run import RunDirectory
from evals.replay.open_runs import open_runs
from evals.replay.replay import check
from evals.simulated.server import serve_in_thread
from tests.program import cantwont, complaint, done, environment, inside
from tests.samples.own_puzzles import marking, marks, own_run, sent_to, unmarked

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a puzzle, a spec and a run, as their owner has them."""
    folder = tmp_path_factory.mktemp("owner") / "work"
    folder.mkdir()
    own_run(folder)
    return folder


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.registry._from_files", {})


@pytest.fixture
def stranger(tmp_path: Path) -> dict[str, str]:
    """What somebody has in the environment who has trusted nothing yet."""
    return {"XDG_STATE_HOME": str(tmp_path / "their-state")}


@pytest.fixture
def theirs(made: Path, tmp_path: Path) -> Path:
    """The folder as somebody else gets it; its puzzle marks the owner's folder when it is executed."""
    return sent_to(made, tmp_path / "theirs")


def manifest(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "run.json").read_text())
    return found


def edited(run: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change `run.json` as somebody might who means harm."""
    value = manifest(run)
    edit(value)
    (run / "run.json").write_text(json.dumps(value))


def named(run: Path, file: str, data: bytes) -> None:
    """Let the run name this file, with the hash of these bytes."""

    def edit(value: dict[str, Any]) -> None:
        value["spec"]["puzzle_paths"] = {"mine": file}
        value["puzzle_files"] = {"mine": hashlib.sha256(data).hexdigest()}

    edited(run, edit)


def trial_of(run: Path) -> str:
    first: str = json.loads((run / "outcomes.jsonl").read_text().splitlines()[1])["trial"]
    return first


def commands(run: Path, folder: Path) -> dict[str, tuple[str | Path, ...]]:
    """Every command that opens a run."""
    labels = folder / "labels.jsonl"
    labels.write_text(json.dumps({"id": trial_of(run), "label": "solved"}) + "\n")
    return {
        "replay": ("replay", run),
        "check": ("replay", run, "--check"),
        "update": ("replay", run, "--update"),
        "judge": ("replay", run, "--judge", "ollama/none"),
        "report": ("report", run, "--format", "md", "--out", "-"),
        "compare": ("compare", run, run),
        "shrink": ("shrink", run, "--out", folder / "small"),
        "show": ("show", run, trial_of(run)),
        "agree": ("agree", run, labels),
    }


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_owner_notices_nothing(made: Path) -> None:
    """Who has made a run with a spec opens it as before."""
    run = made / "runs" / "mine"
    unmarked(made)
    for name, command in commands(run, made).items():
        if name != "judge":
            done(inside(*command, cwd=made))
    assert set(marks(made)) == {"executed"}
    shutil.rmtree(made / "small")


def test_a_stranger_is_asked(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """Every command executes nothing, writes nothing, and says which program it is and what to do."""
    run, file = theirs / "runs" / "mine", theirs / "mine.py"
    every, before = commands(run, theirs), tree(theirs)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    for command in every.values():
        said = complaint(inside(*command, cwd=theirs, **stranger), 2)
        assert f"puzzle 'mine' of the run at {str(run)!r} is the program {str(file)!r}" in said
        assert f"(SHA-256 {sha256})" in said
        assert f"`cantwont trust {run}`" in said
        assert f"--trust-puzzle {sha256}" in said
    assert marks(made) == []
    assert tree(theirs) == before


def test_trusting_a_run(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """It is shown, and from then on opened without a question."""
    run = theirs / "runs" / "mine"
    sha256 = hashlib.sha256((theirs / "mine.py").read_bytes()).hexdigest()
    said = done(inside("trust", run, "--yes", cwd=theirs, **stranger))
    assert f"SHA-256 {sha256}" in said
    assert "PUZZLE = Mine()" in said.splitlines()
    assert marks(made) == []
    assert "all outcomes are the same" in done(inside("replay", run, "--check", cwd=theirs, **stranger))
    assert marks(made) == ["executed"]
    assert "trusted already" in done(inside("trust", run, cwd=theirs, **stranger))
    (theirs / "mine.py").write_text(marking(made, "evil"))
    said = complaint(inside("replay", run, cwd=theirs, **stranger), 2)
    assert "has changed" in said
    named(run, "../../mine.py", (theirs / "mine.py").read_bytes())
    said = complaint(inside("replay", run, cwd=theirs, **stranger), 2)
    assert "You do not trust it yet" in said
    assert "evil" not in marks(made)


def test_trust_in_ci(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """By the hash, given to the command; another does not do, and nothing is kept."""
    run = theirs / "runs" / "mine"
    sha256 = hashlib.sha256((theirs / "mine.py").read_bytes()).hexdigest()
    other = hashlib.sha256(b"").hexdigest()
    for command in commands(run, theirs).values():
        complaint(inside(*command, "--trust-puzzle", other, cwd=theirs, **stranger), 2)
    assert marks(made) == []
    for name, command in commands(run, theirs).items():
        if name != "judge":
            both = ("--trust-puzzle", other, "--trust-puzzle", sha256.upper())
            done(inside(*command, *both, cwd=theirs, **stranger))
    assert set(marks(made)) == {"executed"}
    assert not Path(stranger["XDG_STATE_HOME"]).exists()
    said = complaint(inside("replay", run, "--trust-puzzle", "yes", cwd=theirs, **stranger), 2)
    assert said == "no puzzle file can be trusted by 'yes': give the 64 hex digits of its SHA-256"


def test_from_python(made: Path, theirs: Path, stranger: dict[str, str], monkeypatch: Any) -> None:
    """The same for the functions that open a run."""
    monkeypatch.setenv("XDG_STATE_HOME", stranger["XDG_STATE_HOME"])
    run = theirs / "runs" / "mine"
    ways: list[Callable[..., object]] = [face.open_run, face.load, face.replay_check, check]
    for way in ways:
        with pytest.raises(UntrustedPuzzle, match="nothing was executed"):
            way(run)
    with pytest.raises(UntrustedPuzzle):
        face.outcomes(run)
    assert marks(made) == []
    sha256 = hashlib.sha256((theirs / "mine.py").read_bytes()).hexdigest()
    for way in ways:
        monkeypatch.setattr("tasks.registry._from_files", {})
        way(run, trusting=[sha256])


def test_the_owner_in_python(made: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """What `cantwont.run` has run, its caller may open."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    asked: dict[str, Any] = {
        "models": ["sim/steady"],
        "puzzles": [{"name": "mine", "file": str(made / "mine.py"), "sizes": [3]}],
    }
    with serve_in_thread() as base_url:
        asked["endpoints"] = {"sim": {"base_url": base_url, "simulated": True}}
        face.run(asked, tmp_path / "run")
    monkeypatch.setattr("tasks.registry._from_files", {})
    assert face.replay_check(tmp_path / "run") == ()


def test_the_run_cannot_trust_itself(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """Nothing in its folder, or in the folder in which the command is run, counts."""
    run = theirs / "runs" / "mine"
    sha256 = manifest(run)["puzzle_files"]["mine"]
    for folder in (theirs, run, theirs / "runs"):
        for state in (folder, folder / "state", folder / ".local" / "state"):
            (state / "cantwont").mkdir(parents=True, exist_ok=True)
            (state / "cantwont" / "trusted").write_text(f"{sha256} 2026-01-01T00:00:00+00:00 mine\n")
    edited(run, lambda value: value["spec"].update(trusted=[sha256], trust_puzzle=sha256))
    home = {"HOME": str(theirs.parent / "home")}
    for relative in ("", ".", "state"):
        complaint(inside("replay", run, cwd=theirs, **(stranger | home | {"XDG_STATE_HOME": relative})), 2)
    assert marks(made) == []


# --- where the file is


@pytest.mark.parametrize("where", ["absolute", "above", "link", "beside"])
def test_wherever_it_is(
    where: str, made: Path, theirs: Path, tmp_path: Path, stranger: dict[str, str]
) -> None:
    """Not trusted, it is not executed; trusted, it is, and what lies outside is told."""
    run, code = theirs / "runs" / "mine", marking(made, "evil").encode()
    outside = tmp_path / "outside.py"
    (theirs / "inside.py" if where == "beside" else outside).write_bytes(code)
    if where == "link":
        (theirs / "link.py").symlink_to(outside)
    file = {"absolute": str(outside), "above": "../../../outside.py", "link": "../../link.py"}
    named(run, file.get(where, "../../inside.py"), code)
    said = complaint(inside("replay", run, cwd=theirs, **stranger), 2)
    assert ("outside of the run and its repository" in said) == (where in ("absolute", "above"))
    assert marks(made) == []
    shown = done(inside("trust", run, "--yes", cwd=theirs, **stranger))
    assert ("is outside of the run" in shown) == (where in ("absolute", "above"))
    inside("replay", run, cwd=theirs, **stranger)
    assert marks(made) == ["evil"]


@pytest.mark.parametrize("suffix", [".pyc", "", ".txt"])
def test_only_python_files(suffix: str, made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """Whatever is trusted."""
    run, code = theirs / "runs" / "mine", marking(made, "evil").encode()
    (theirs / f"other{suffix}").write_bytes(code)
    named(run, f"../../other{suffix}", code)
    sha256 = hashlib.sha256(code).hexdigest()
    said = complaint(inside("replay", run, "--trust-puzzle", sha256, cwd=theirs, **stranger), 2)
    assert "give one that ends in .py" in said
    said = complaint(inside("trust", run, "--yes", cwd=theirs, **stranger), 2)
    assert "give one that ends in .py" in said
    assert marks(made) == []


@pytest.mark.parametrize(
    "paths",
    [None, "../../mine.py", ["../../mine.py"], {}, {"mine": None}, {"mine": ["../../mine.py"]}, {"mine": 1}]
    + [{"mine": name} for name in ("a\0b.py", "../../mine.py\0", "\ud800.py", "", ".", "a" * 5000 + ".py")],
)
def test_paths_that_are_none(paths: object, made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """They are told in one line, by whoever reads them."""
    run = theirs / "runs" / "mine"
    sha256 = manifest(run)["puzzle_files"]["mine"]
    edited(run, lambda value: value["spec"].update(puzzle_paths=paths))
    for command in (("replay", run), ("report", run), ("shrink", run, "--out", theirs / "small")):
        complaint(inside(*command, cwd=theirs, **stranger), 2)
        complaint(inside(*command, "--trust-puzzle", sha256, cwd=theirs, **stranger), 2)
    complaint(inside("trust", run, "--yes", cwd=theirs, **stranger), 2)
    assert marks(made) == []


@pytest.mark.parametrize("digest", ["", "0" * 63, "G" * 64, "\x1b[31m"])
def test_hashes_that_are_none(digest: str, theirs: Path, stranger: dict[str, str]) -> None:
    """The same."""
    run = theirs / "runs" / "mine"
    edited(run, lambda value: value.update(puzzle_files={"mine": digest}))
    assert "is no SHA-256" in complaint(inside("replay", run, cwd=theirs, **stranger), 2)


def test_a_pipe_in_its_place(theirs: Path, stranger: dict[str, str]) -> None:
    """Nobody waits for it."""
    run = theirs / "runs" / "mine"
    sha256 = manifest(run)["puzzle_files"]["mine"]
    (theirs / "mine.py").unlink()
    os.mkfifo(theirs / "mine.py")
    told = complaint(inside("replay", run, "--trust-puzzle", sha256, cwd=theirs, **stranger), 2)
    assert "is not a regular file" in told


# --- what is executed


def test_a_puzzle_that_no_trial_needs(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """It is not executed, trusted or not, and not asked about; all the rest is read."""
    run = theirs / "runs" / "mine"
    rows = (run / "exchanges.jsonl").read_text().splitlines(keepends=True)
    (run / "exchanges.jsonl").write_text("".join(row for row in rows if '"puzzle":"mine"' not in row))
    assert "1 trials replayed" in done(inside("replay", run, "--update", cwd=theirs, **stranger))
    for name, command in commands(run, theirs).items():
        if name != "judge":
            done(inside(*command, cwd=theirs, **stranger))
    done(inside("replay", run, cwd=theirs))  # where it is trusted
    assert marks(made) == []
    assert "nothing to trust" in done(inside("trust", run, cwd=theirs, **stranger))


def test_bytecode_beside_it(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """What is trusted is executed, and not what Python would import in its place."""
    (theirs / "evil.py").write_text(marking(made, "evil"))
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    cached = Path(importlib.util.cache_from_source(str(theirs / "mine.py")))
    cached.parent.mkdir(exist_ok=True)
    py_compile.compile(str(theirs / "evil.py"), str(cached), invalidation_mode=unchecked)
    (theirs / "evil.py").unlink()
    sha256 = hashlib.sha256((theirs / "mine.py").read_bytes()).hexdigest()
    done(cantwont("replay", "runs/mine", "--trust-puzzle", sha256, cwd=theirs, **stranger))
    assert marks(made) == ["executed"]


def test_what_is_hashed_is_what_runs(tmp_path: Path) -> None:
    """A file that is swapped while the run goes on: the manifest, and the readers, keep the first."""
    swap = f"\nfrom pathlib import Path\nPath(__file__).write_text({marking(tmp_path, 'evil')!r})\n"
    (tmp_path / "mine.py").write_text(marking(tmp_path, "good") + swap)
    before = (tmp_path / "mine.py").read_bytes()
    (tmp_path / "mine.toml").write_text(
        'models = ["sim/steady"]\n[[puzzles]]\nname = "mine"\nfile = "mine.py"\nsizes = [3, 6000]\n'
    )
    with serve_in_thread() as base_url:
        done(inside("run", "--spec", "mine.toml", "--sim", base_url, "--out", "run", cwd=tmp_path))
    assert manifest(tmp_path / "run")["puzzle_files"] == {"mine": hashlib.sha256(before).hexdigest()}
    assert set(marks(tmp_path)) == {"good"}
    assert len(marks(tmp_path)) == 2  # one of them in the process that reads long answers


def test_another_puzzle_in_the_file(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """A puzzle is found under its own name only."""
    run, code = theirs / "runs" / "mine", marking(made, name="yours").encode()
    (theirs / "mine.py").write_bytes(code)
    named(run, "../../mine.py", code)
    sha256 = hashlib.sha256(code).hexdigest()
    said = complaint(inside("replay", run, "--trust-puzzle", sha256, cwd=theirs, **stranger), 2)
    assert "is named 'yours'" in said


def test_continuing_a_run_trusts_nothing(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """`run` executes what its spec names; what the run there names besides is asked about like everywhere."""
    (theirs / "other.toml").write_text(
        'models = ["sim/steady"]\n[[puzzles]]\nname = "counting"\nsizes = [3, 4]\n'
    )
    with serve_in_thread() as base_url:
        command = ("run", "--spec", "other.toml", "--sim", base_url, "--out", "runs/mine", "--extend")
        before = tree(theirs)
        said = complaint(inside(*command, cwd=theirs, **stranger), 2)
        assert "You do not trust it yet" in said
        assert tree(theirs).keys() - before.keys() <= {str(theirs / "runs" / "mine" / ".lock")}
        assert marks(made) == []
        done(inside("trust", "runs/mine", "--yes", cwd=theirs, **stranger))
        done(inside(*command, cwd=theirs, **stranger))
        done(inside(*command[:-1], cwd=theirs, **stranger))
    assert len(open_runs([theirs / "runs" / "mine"])) == 1
    assert manifest(theirs / "runs" / "mine")["spec"]["puzzle_paths"] == {"mine": "../../mine.py"}


def test_a_spec_is_the_users_own_word(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """Who gives a stranger's spec to `run` has said what to execute, and may open the run."""
    with serve_in_thread() as base_url:
        command = ("run", "--spec", "mine.toml", "--sim", base_url)
        done(inside(*command, "--out", "runs/mine", "--dry-run", cwd=theirs, **stranger))
        assert not Path(stranger["XDG_STATE_HOME"]).exists()
        done(inside(*command, "--out", "runs/mine", cwd=theirs, **stranger))
    assert set(marks(made)) == {"executed"}
    done(inside("replay", "runs/mine", "--check", cwd=theirs, **stranger))


def test_a_file_that_is_named(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """So does who gives the file to a command."""
    done(inside("tasks", "show", "mine.py", cwd=theirs, **stranger))
    done(inside("replay", "runs/mine", cwd=theirs, **stranger))
    assert marks(made) == ["executed", "executed"]


def test_a_home_that_cannot_be_written(made: Path, tmp_path: Path) -> None:
    """The run goes on, and says so in a line."""
    (tmp_path / "state").write_text("")
    shown = done(inside("tasks", "show", "mine.py", cwd=made, XDG_STATE_HOME=str(tmp_path / "state")))
    [line] = [line for line in shown.splitlines() if "warning" in line]
    assert line.startswith("warning: cannot")
    assert "set XDG_STATE_HOME" in line
    run = RunDirectory.open(made / "runs" / "mine").path
    unwritable = {"XDG_STATE_HOME": str(tmp_path / "state")}
    assert "cannot" in complaint(inside("trust", run, "--yes", cwd=made, **unwritable), 2)


# --- the command `trust`


def test_trust_without_a_terminal(made: Path, theirs: Path, stranger: dict[str, str]) -> None:
    """Nobody can answer, so nothing is trusted; with --yes it is."""
    for what in ("runs/mine", "mine.py"):
        said = complaint(inside("trust", what, cwd=theirs, **stranger), 2)
        assert "there is no terminal" in said
        assert "--yes" in said
    assert not Path(stranger["XDG_STATE_HOME"]).exists()
    done(inside("trust", "mine.py", "--yes", cwd=theirs, **stranger))
    done(inside("replay", "runs/mine", cwd=theirs, **stranger))
    assert marks(made) == ["executed"]


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 1)])
def test_trust_asks(
    answer: bool,
    code: int,
    theirs: Path,
    stranger: dict[str, str],
    monkeypatch: Any,
) -> None:
    """What is declined is not trusted."""
    monkeypatch.setattr("evals.cli.trusting._can_answer", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda _: answer)
    assert inside("trust", "runs/mine", cwd=theirs, **stranger).returncode == code
    assert inside("replay", "runs/mine", cwd=theirs, **stranger).returncode == (0 if answer else 2)


def test_what_trust_shows(theirs: Path, stranger: dict[str, str]) -> None:
    """A program cannot hide part of itself from whoever reads it in a terminal."""
    hidden = "# a\r" + "x = 1 # \x1b[2K\u202e\u200b\n::set-output name=a::b\n"
    (theirs / "odd.py").write_bytes(hidden.encode())
    said = done(inside("trust", "odd.py", "--yes", cwd=theirs, GITHUB_ACTIONS="true", **stranger))
    assert r"# a\rx = 1 # \x1b[2K\u202e\u200b" in said.splitlines()
    assert said.startswith("::stop-commands::")


def test_trust_of_what_is_none(theirs: Path, stranger: dict[str, str]) -> None:
    """A run that is none, a file that is none, a file that is not the run's."""
    for what in ("nothing", "nothing.py", "mine.toml"):
        complaint(inside("trust", what, "--yes", cwd=theirs, **stranger), 2)
    (theirs / "mine.py").write_text("PUZZLE = 1\n")
    assert "has changed" in complaint(inside("trust", "runs/mine", "--yes", cwd=theirs, **stranger), 2)
    (theirs / "mine.py").unlink()
    assert "needs its file" in complaint(inside("trust", "runs/mine", "--yes", cwd=theirs, **stranger), 2)


# --- what else stands in a stranger's folder


def test_modules_in_a_strangers_folder(tmp_path: Path) -> None:
    """`python -m cantwont` takes neither modules nor plugins from where it is run."""
    metadata = tmp_path / "evil.egg-info"
    metadata.mkdir()
    (metadata / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[cantwont.puzzles]\nevil = evil:PUZZLE\n")
    for name in ("evil", "rich", "typer", "tasks"):
        (tmp_path / f"{name}.py").write_text(marking(tmp_path, name))
    ended = subprocess.run(
        [sys.executable, "-m", "cantwont", "tasks"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "hanoi" in done(ended)
    assert marks(tmp_path) == []
