"""The command line: what it says to bad input, and that each command is explained."""

import json
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from evals.arms import arm, arm_names
from evals.cli.main import app
from evals.record.model import SCHEMA
from evals.simulated.server import serve_in_thread
from tests import ROOT
from tests.program import PROGRAM, cantwont, complaint, done, environment, inside, recorded
from tests.servers.scripted import Body, completion, scripted

pytestmark = pytest.mark.slow


SMALL = str(ROOT / "examples" / "small-model")


def commands() -> dict[str, str]:
    """Every command and sub-command by its full name, with its help."""
    found: dict[str, str] = {}

    def collect(command: Any, name: str) -> None:
        found[name] = command.help or ""
        for below, inner in getattr(command, "commands", {}).items():
            collect(inner, f"{name} {below}")

    collect(typer.main.get_command(app), "cantwont")
    del found["cantwont"]
    return found


def example_of(name: str) -> str:
    """The command line that its help shows, without the name of the program."""
    return commands()[name].rpartition("Example: ")[2].removeprefix("cantwont ")


@pytest.mark.parametrize("name", commands())
def test_help_has_an_example(name: str) -> None:
    """The help of each command ends in a whole command line that uses it."""
    assert f"cantwont {example_of(name)}".startswith(name)


def test_help_is_not_cut(tmp_path: Path) -> None:
    """What each command does stands in one whole line of the list, on a terminal of eighty columns."""
    told = done(inside("--help", cwd=tmp_path, COLUMNS="80")).partition("Commands:\n")[2]
    assert len(told.splitlines()) == len([name for name in commands() if name.count(" ") == 1])
    assert "..." not in told


def test_help_names_every_arm(tmp_path: Path) -> None:
    """The help of run, which must not load the arms, names those there are."""
    told = " ".join(done(inside("run", "--help", cwd=tmp_path)).split())
    # Long options are broken across lines.
    about = told[told.index("How to ask:") :].partition("Repeatable")[0].replace(" ", "")
    for name in arm_names():
        given = arm(name).options().model_dump()
        options = ",".join(f"{option}={value}" for option, value in given.items())
        assert f"{name}:{options}" in about if options else name in about


@pytest.mark.parametrize("name", commands())
def test_readme_explains(name: str) -> None:
    """The README shows each command."""
    assert f"`{name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_has_no_other_commands() -> None:
    """What the README shows as a command is one."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [line for line in readme.splitlines() if line.startswith("cantwont ")]
    names = commands()
    assert shown
    for line in shown:
        assert any(line.startswith(f"{name} ") for name in names), line


def test_help_is_light() -> None:
    """The help is shown without pandas, a server, the HTTP client or anything else that takes its time."""
    code = (
        "import sys; from evals.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print(*sorted(name.partition('.')[0] for name in sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, encoding="utf-8", check=True
    )
    loaded = set(shown.stdout.splitlines()[-1].split())
    heavy = {"pandas", "numpy", "matplotlib", "httpx", "aiohttp", "tenacity", "pydantic", "jinja2", "rich"}
    assert "Usage: " in shown.stdout
    assert "typer" in loaded
    assert loaded & (heavy | {"tasks", "reports"}) == set()


# --- bad input: one line, a fitting exit code, and nothing left behind


def test_bad_input_from_outside(tmp_path: Path) -> None:
    """As a process of its own, too, it ends in one line and the code for bad input."""
    ended = cantwont("run", "--model", "ollama/m", "--puzzle", "nope:3", cwd=tmp_path)
    assert "unknown puzzle 'nope'; known are" in complaint(ended, 2)


@pytest.mark.parametrize("arguments", [("report", SMALL), ("compare", SMALL, SMALL)])
def test_an_interrupt_is_told(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands that do not say themselves what it leaves end in one line too, and leave nothing."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evals.replay.open_runs.open_runs", interrupted)
    told = complaint(inside(*arguments, cwd=tmp_path), 130)
    assert told.startswith("interrupted before it was done; no file is left half written")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "known"), [("report", "'html', 'md', 'csv', 'parquet', 'json'"), ("plan", "'text', 'json'")]
)
def test_an_unknown_format(command: str, known: str, tmp_path: Path) -> None:
    """Of all that is known, in our own words alone."""
    ended = inside(command, SMALL, "--format", "nope", cwd=tmp_path)
    assert ended.returncode == 2
    assert f"Error: Invalid value for '--format': 'nope' is not one of {known}." in ended.stderr


SPEC = """
models = ["ollama/m"]
[[puzzles]]
name = "hanoi"
sizes = [3]
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--model", "ollama/m", "--puzzle", "nope:3"], "unknown puzzle 'nope'; known are"),
        (["--model", "ollama/m", "--puzzle", "hanoi:3,31"], "'size' must be from 1 to 30, not 31"),
        (["--model", "ollama/m", "--puzzle", "hanoi"], "--puzzle 'hanoi': write name:sizes"),
        (["--model", "ollama/m", "--puzzle", "hanoi:5-3"], "'5-3' is no range"),
        (
            ["--model", "ollama/m", "--puzzle", "hanoi:3", "--arm", "nope"],
            "unknown arm 'nope'; known are list",
        ),
        (["--model", "nope/m", "--puzzle", "hanoi:3"], "endpoint 'nope' is not known (anthropic,"),
        (["--model", "m", "--puzzle", "hanoi:3"], "model 'm' names no endpoint"),
        (["--model", "sim/m", "--puzzle", "hanoi:3"], "endpoint 'sim' is the simulated server"),
        (["--model", "openai/m", "--puzzle", "hanoi:3"], "OPENAI_API_KEY"),
        (["--model", "ollama/m", "--puzzle", "hanoi:3", "--repeats", "0"], "field 'repeats'"),
        (["--puzzle", "hanoi:3"], "give --model endpoint/model"),
        (["--model", "ollama/m"], "give --puzzle name:sizes"),
        (["--model", "ollama/m", "--instances", "2"], "--instances goes with --puzzle"),
        (["--spec", "missing.toml"], "cannot read spec 'missing.toml': No such file"),
    ],
)
def test_bad_options(arguments: list[str], told: str, tmp_path: Path) -> None:
    """What cannot be asked is said before anything is made."""
    assert told in complaint(inside("run", *arguments, cwd=tmp_path), 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('models = ["ollama/m"]\narms = ["list"\nrepeats = 2\n', "(at line 3, column 1)"),
        ('models = ["ollama/m"]\narms = ["list"\n', "at its end, line 2"),
        (SPEC + "size = [3]\n", "field 'puzzles.0.size': there is no such field; did you mean 'sizes'?"),
        ("repeat = 3\n" + SPEC, "field 'repeat': there is no such field; did you mean 'repeats'?"),
        ('models = ["ollama/m"]\n', "field 'puzzles': it is missing: add it, or give --puzzle name:sizes"),
        ("temperature = 1\n" + SPEC, "field 'temperature': there is no such field"),
        (SPEC + "[sampling]\nmax_tokens = 'many'\n", "field 'sampling.max_tokens'"),
        (
            SPEC + "[endpoints.mine]\nkey = 'sk-secret'\n",
            "field 'endpoints.mine.key': there is no such field",
        ),
        ("name = '../up'\n" + SPEC, "field 'name'"),
        (SPEC + "parameters = {size = 4}\n", "'size' is no parameter here"),
        (SPEC + "parameters = {disks = 4}\n", "unknown parameter 'disks'"),
    ],
)
def test_malformed_spec(text: str, told: str, tmp_path: Path) -> None:
    """A spec's fault is named with its field, or its line; what may be a key is not repeated."""
    (tmp_path / "spec.toml").write_text(text)
    line = complaint(inside("run", "--spec", "spec.toml", cwd=tmp_path), 2)
    assert "spec 'spec.toml'" in line
    assert told in line
    assert "sk-secret" not in line
    assert [entry.name for entry in tmp_path.iterdir()] == ["spec.toml"]


def run(address: str, *more: str) -> list[str]:
    return ["run", "--model", f"{address}#m", "--puzzle", "hanoi:3-6", "--max-retries", "0", *more]


def test_unreachable(tmp_path: Path) -> None:
    """Where nobody listens, the run ends unfinished, says why, and can be started again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    for _ in range(2):
        line = complaint(cantwont(*run(address, "--concurrency", "1", "--out", "made"), cwd=tmp_path), 3)
        assert "4 trials have no reply yet" in line
        assert f"cannot connect to {address} (Connection refused)" in line
    outcomes = (tmp_path / "made" / "outcomes.jsonl").read_text()
    assert outcomes.count('"label":"error"') == 3  # after three alike it was not asked any more
    with scripted(lambda _: (200, completion("moves = [[1, 0, 2]]"))) as other:
        ask = ["run", "--model", f"{other}#m", "--puzzle", "hanoi:3-6", "--out", "other"]
        done(cantwont(*ask, cwd=tmp_path))


def failing(status: int, message: str) -> Callable[[Body], tuple[int, Body]]:
    return lambda _: (status, {"error": {"message": message}})


def test_wrong_key(tmp_path: Path) -> None:
    """A refused key is bad input, the variable that holds it is named, and no directory is left."""
    with scripted(failing(401, "no such key")) as address:
        spec = f'models = ["mine/m"]\n[endpoints.mine]\nbase_url = "{address}"\nkey_variable = "MY_KEY"\n'
        (tmp_path / "spec.toml").write_text(spec)
        asked = ["run", "--spec", "spec.toml", "--puzzle", "hanoi:3-9", "--concurrency", "1", "--out", "made"]
        assert "MY_KEY" in complaint(cantwont(*asked, cwd=tmp_path), 2)
        line = complaint(cantwont(*asked, cwd=tmp_path, MY_KEY="sk-not-the-right-one"), 2)
    assert "mine refused the key: check the environment variable MY_KEY" in line
    assert not (tmp_path / "made").exists()


def test_a_key_that_is_refused_later(tmp_path: Path) -> None:
    """What was answered before is kept, and the key stands in nothing that is written."""
    asked: list[Body] = []

    def reply(body: Body) -> tuple[int, Body]:
        asked.append(body)
        return (200, completion("moves = []")) if len(asked) == 1 else (401, {"error": "no such key"})

    with scripted(reply) as address:
        spec = f'models = ["mine/m"]\n[endpoints.mine]\nbase_url = "{address}"\nkey_variable = "MY_KEY"\n'
        (tmp_path / "spec.toml").write_text(spec)
        run = ["run", "--spec", "spec.toml", "--puzzle", "hanoi:3-9", "--concurrency", "1", "--out", "made"]
        complaint(cantwont(*run, cwd=tmp_path, MY_KEY="sk-not-the-right-one"), 3)
    rows = recorded(tmp_path / "made")
    assert [row["status"] for row in rows] == [200, *[401] * 6]
    assert "sk-not-the-right-one" not in (tmp_path / "made" / "exchanges.jsonl").read_text()
    assert "sk-not-the-right-one" not in (tmp_path / "made" / "run.json").read_text()


def test_the_first_turns_of_a_refused_conversation_are_kept(tmp_path: Path) -> None:
    """A reply is never thrown away, even where no conversation came to its end and a key was refused."""
    asked: list[str] = []

    def reply(body: Body) -> tuple[int, Body]:
        asked.append(str(body["model"]))
        begins = body["model"] == "m" and asked.count("m") == 1
        return (200, completion("1\n2\n3\n4")) if begins else (401, {"error": "no such key"})

    with scripted(reply) as address:
        models = ("--model", f"{address}#m", "--model", f"{address}#n")
        how = ("--puzzle", "counting:40", "--arm", "chunked:p=4", "--concurrency", "1", "--out", "made")
        complaint(inside("run", *models, *how, cwd=tmp_path), 2)
    assert sorted(row["status"] for row in recorded(tmp_path / "made")) == [200, 401, 401]


def test_nothing_is_left_where_sizes_would_be_found_while_asking(tmp_path: Path) -> None:
    """The decisions on what to ask go with the run that nobody answered; other files in it keep it whole."""
    with scripted(failing(401, "no such key")) as address:
        asking = ("run", "--model", f"{address}#m", "--puzzle", "hanoi:auto", "--out", "made")
        complaint(inside(*asking, cwd=tmp_path), 2)
    assert not (tmp_path / "made").exists()


def test_unknown_model(tmp_path: Path) -> None:
    """A model that the endpoint does not have is bad input, and those that it has are listed."""
    with scripted(failing(404, "model not found"), models=("llama", "gemma")) as address:
        line = complaint(inside(*run(address, "--out", "made"), cwd=tmp_path), 2)
    assert "it offers 'llama', 'gemma'" in line or "it offers 'gemma', 'llama'" in line


def test_one_model_of_two_fails(tmp_path: Path) -> None:
    """One model's trouble keeps no other from being asked; the run ends unfinished and names it."""

    def reply(asked: Body) -> tuple[int, Body]:
        return (200, completion("moves = []")) if asked["model"] == "m" else (404, {"error": "no such model"})

    with scripted(reply) as address:
        line = complaint(inside(*run(address, "--model", f"{address}#n", "--out", "made"), cwd=tmp_path), 3)
    assert "4 trials have no reply yet" in line
    assert f"{address}/n: HTTP 404" in line
    assert sum(row["kind"] == "reply" for row in recorded(tmp_path / "made")) == 4


# --- run directories


@pytest.fixture(scope="module")
def simulated() -> Iterator[str]:
    with serve_in_thread() as base_url:
        yield base_url


def small(simulated: str, *more: str) -> list[str]:
    asked = ["--model", "sim/steady", "--puzzle", "hanoi:3", "--out", "made"]
    return ["run", "--sim", simulated, *asked, *more]


def test_newer_schema(simulated: str, tmp_path: Path) -> None:
    """A run directory of a later version is refused by every command, and left as it is."""
    done(inside(*small(simulated), cwd=tmp_path))
    manifest = tmp_path / "made" / "run.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema": SCHEMA + 1, "novel": True}))
    before = manifest.read_text()
    for arguments in (small(simulated), ["replay", "made"], ["report", "made"]):
        line = complaint(inside(*arguments, cwd=tmp_path), 2)
        assert "made/run.json" in line
        assert "later cantwont" in line
    assert manifest.read_text() == before


def test_not_a_run(simulated: str, tmp_path: Path) -> None:
    """A directory that holds something else is not touched, and a place that cannot be written is named."""
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "mine.txt").write_text("mine")
    assert "is not a run" in complaint(inside(*small(simulated), cwd=tmp_path), 2)
    assert [entry.name for entry in (tmp_path / "made").iterdir()] == ["mine.txt"]
    (tmp_path / "file").write_text("")
    line = complaint(inside(*small(simulated, "--out", "file/run"), cwd=tmp_path), 2)
    assert "cannot make a run at 'file/run': Not a directory" in line
    line = complaint(inside(*small(simulated, "--out", "/proc/run"), cwd=tmp_path), 2)
    assert "cannot make a run at '/proc/run'" in line


def test_no_run(simulated: str, tmp_path: Path) -> None:
    """A path that is no run is named, with the runs beside it."""
    done(inside(*small(simulated), cwd=tmp_path))
    for command in ("replay", "report"):
        line = complaint(inside(command, "maid", cwd=tmp_path), 2)
        assert "there is no run at 'maid'; runs beside it: 'made'" in line


# --- the other commands


def test_report_formats(simulated: str, tmp_path: Path) -> None:
    """A report goes to a file or to standard output, in each format, of one run or several."""
    done(inside(*small(simulated), cwd=tmp_path))
    done(inside(*small(simulated, "--out", "other"), cwd=tmp_path))
    said = done(inside("report", "made", cwd=tmp_path))
    assert "the respondents are simulated" in said
    assert "written: made/report.html" in said
    assert "steady" in (tmp_path / "made" / "report.html").read_text()
    markdown = done(inside("report", "made", "other", "--format", "md", "--out", "-", cwd=tmp_path))
    assert "| run | model |" in markdown
    done(inside("report", "made", "--format", "csv", "--out", "table.csv", cwd=tmp_path))
    assert (tmp_path / "table.csv").read_text().startswith('"model","puzzle","arm"')
    line = complaint(inside("report", "made", "--out", "none/page.html", cwd=tmp_path), 2)
    assert "cannot write 'none/page.html': 'none' is not there; name another with --out" in line


def test_output_that_cannot_be_encoded(simulated: str, tmp_path: Path) -> None:
    """A terminal that knows no more than ASCII gets escapes, not a stack trace."""
    done(cantwont(*small(simulated), cwd=tmp_path))
    assert "steady" in done(cantwont("report", "made", cwd=tmp_path, PYTHONIOENCODING="ascii"))


def test_tasks(tmp_path: Path) -> None:
    """The puzzles are listed; one is shown as a model sees it, with its solution."""
    listed = done(inside("tasks", cwd=tmp_path))
    assert "1,023  1,048,575" in next(line for line in listed.splitlines() if line.startswith("hanoi "))
    assert "pegs: pegs; one of 3, 4 (default 3)" in done(inside("tasks", "show", "hanoi", cwd=tmp_path))
    shown = done(inside("tasks", "show", "hanoi", "--size", "3", "--parameter", "base=1", cwd=tmp_path))
    assert "3 pegs, numbered 1 to 3" in shown
    assert "a solution in 7 steps" in shown
    assert shown.endswith("[1, 1, 3]]\n")


@pytest.mark.parametrize(
    "arguments", ["tasks show counting --size 1000000", "tasks show hanoi", "run --help"]
)
def test_reader_that_leaves(arguments: str) -> None:
    """Whoever reads the output may stop at any time, and nothing is complained of."""
    started = subprocess.Popen(
        [*PROGRAM, *arguments.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert started.stdout is not None
    assert started.stderr is not None
    with started, started.stdout:
        assert started.stdout.readline()
        started.stdout.close()
        assert started.stderr.read() == b""
    assert started.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nope", "--size", "3"], "unknown puzzle 'nope'"),
        (["hanoi", "--size", "0"], "'size' must be from 1 to 30, not 0"),
        (["hanoi", "--size", "3", "--parameter", "disks=3"], "unknown parameter 'disks'; known are size,"),
        (["hanoi", "--size", "3", "--parameter", "pegs"], "--parameter 'pegs': write NAME=VALUE"),
        (["hanoi", "--size", "3", "--parameter", "pegs=many"], "'pegs' must be of type int, not 'many'"),
        (["hanoi", "--size", "3", "--parameter", "size=4"], "--parameter 'size=4': write it as --size"),
        (["hanoi", "--size", "3", "--arm", "nope"], "unknown arm 'nope'"),
    ],
)
def test_tasks_bad_input(arguments: list[str], told: str, tmp_path: Path) -> None:
    """What cannot be shown is named."""
    assert told in complaint(inside("tasks", "show", *arguments, cwd=tmp_path), 2)


def test_simulate_port_in_use(simulated: str, tmp_path: Path) -> None:
    """A port that another program holds is named."""
    port = simulated.removesuffix("/v1").rpartition(":")[2]
    line = complaint(inside("simulate", "--port", port, cwd=tmp_path), 2)
    assert f"cannot listen on '127.0.0.1:{port}'" in line
    assert "address already in use" in line


def test_simulate_without_its_key(tmp_path: Path) -> None:
    """A key to demand must be there."""
    line = complaint(inside("simulate", "--key-variable", "NO_SUCH_KEY", cwd=tmp_path), 2)
    assert "the environment variable 'NO_SUCH_KEY' is empty" in line


def test_demo(tmp_path: Path) -> None:
    """The demonstration makes its point in one screen, says that it is simulated, and what to type next."""
    said = done(cantwont("demo", cwd=tmp_path))
    assert "respondents are simulated" in said
    assert "one number calls them equal" in said
    assert "stops by its own choice" in said
    assert "cantwont run --model ollama/" in said
    assert re.search(r"tired, hanoi .* \d+ \[\d+ to \d+\] .* won't \d+ to \d+", said)
    assert re.search(r"careless, hanoi .* \d+ \[\d+ to \d+\] .* can't \d+", said)
    assert len(said[said.index("arm ") :].splitlines()) < 30  # behind the progress, which hangs on the time
    assert (tmp_path / "runs" / "demo" / "report.html").exists()
    assert "label     give_up" in done(inside(*shlex.split(example_of("cantwont show")), cwd=tmp_path))
