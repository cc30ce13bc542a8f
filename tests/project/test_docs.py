"""What the README, the guide and the pages of docs/ show can be typed as it stands there.

Each command of each page is run, in the order of the pages, in one folder: a model at a real address is
replaced by a simulated one, and what takes minutes is made short. `tests/project/test_replay_docs.py` does
the same for replay-in-ci.md.
"""

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from evals.cli.main import app
from evals.plan.spec import Spec
from evals.record.run import RunDirectory
from evals.replay.open_runs import outcomes_of
from evals.simulated.server import serve_in_thread
from reports import load
from tests import ROOT
from tests.program import done, environment, inside

pytestmark = pytest.mark.slow

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")),
]
OF_PYTHON = [
    "README.md",
    "docs/instances.md",
    "docs/measures.md",
    "docs/records.md",
    "docs/report.md",
    "docs/verdicts.md",
]

ELSEWHERE = {
    "make demo": "test_cli.py runs the demo; the Makefile only sets up",
    "make test": "it is what runs this",
    "CANTWONT_SCRATCH=~/scratch make test-servers": "it installs servers of others",
    "make test-servers": "it installs servers of others",
    "cantwont view runs": "it serves until Ctrl-C; tests/reports/viewer asks it",
    "cantwont simulate --port 8123": "it serves until Ctrl-C; test_simulated_server.py runs it",
    ".venv/bin/cantwont simulate --puzzle countdown.py": "test_own_puzzle_is_served below",
}
"""Commands that are not run here, and why."""

MADE_SHORT = {
    "cantwont plan --puzzle hanoi:3-7 --repeats 10 --arm list --arm insist --max-tokens 4000": (
        "cantwont plan --puzzle hanoi:3-7 --repeats 10 --arm list --arm insist --max-tokens 4000 --studies 1"
    ),
    "cantwont plan --spec quick": "cantwont plan --puzzle copying:4,8 --studies 1",
    "cantwont plan --spec quick --model ollama/llama3.2": (
        "cantwont plan --puzzle copying:4,8 --model ollama/llama3.2 --studies 1"
    ),
    "cantwont run --spec quick --model ollama/llama3.2 --out runs/first": (
        "cantwont run --puzzle hanoi:3-5 --arm list --arm insist --model ollama/llama3.2 --out runs/first"
    ),
    "cantwont run --spec traits --model ollama/llama3.2 --out runs/traits": (
        "cantwont run --puzzle hanoi:3 --arm list --arm insist --model ollama/llama3.2 --out runs/traits"
    ),
    "cantwont calibrate": "cantwont calibrate --studies 1 --scenario start",
    "cantwont calibrate --studies 1000 --seed 1": "cantwont calibrate --studies 1 --seed 1 --scenario start",
    "cantwont calibrate --only compare": (
        'cantwont calibrate --studies 1 --only compare --scenario "more words"'
    ),
    'cantwont calibrate --scenario spikes --scenario "cap 600"': (
        'cantwont calibrate --studies 1 --scenario spikes --scenario "cap 600"'
    ),
}
CHECKS_THAT_MAY_FAIL = ("calibrate", "agree")
"""One study may miss the truth, and these labels may differ: then they end with 1."""


def blocks(page: str, language: str) -> list[str]:
    """The blocks of code in this language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    """The command lines, without what stands behind them as a comment."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines() if line.strip()]
    return [re.sub(r"\s+# .*", "", line) for line in lines]


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Where simulated respondents answer."""
    with serve_in_thread() as base_url:
        yield base_url


@pytest.fixture(scope="module")
def home(served: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a user: runs, answers recorded elsewhere, labels, and the files that the pages show."""
    home = tmp_path_factory.mktemp("home")
    asked = ("--sim", served, "--puzzle", "hanoi:3-5", "--arm", "list", "--arm", "insist", "--repeats", "2")
    for name, model in (("demo", "tired"), ("may", "tired"), ("june", "tired"), ("second", "tired")):
        done(inside("run", *asked, "--model", f"sim/{model}", "--out", f"runs/{name}", cwd=home))
    shutil.copytree(home / "runs" / "demo", home / "runs" / "first")
    labels = [
        {"id": outcome.trial, "label": outcome.label}
        for outcome in outcomes_of(RunDirectory.open(home / "runs/first"))
    ]
    (home / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in labels))
    [records] = blocks("docs/importing.md", "json")
    (home / "answers.jsonl.gz").write_bytes(gzip.compress(records.encode()))
    [spec] = blocks("README.md", "toml")
    (home / "study.toml").write_text(simulated(spec))
    puzzle, _ = blocks("CONTRIBUTING.md", "python")
    (home / "countdown.py").write_text(puzzle)
    [spec] = blocks("CONTRIBUTING.md", "toml")
    (home / "countdown.toml").write_text(spec)
    return home


def simulated(text: str) -> str:
    """The same with simulated models in place of real ones."""
    return re.sub(r"(?:ollama/llama3\.2|mine/qwen3-8b)", lambda found: MODELS[found[0]], text)


MODELS = {"ollama/llama3.2": "sim/tired", "mine/qwen3-8b": "sim/steady"}


def runs_as(line: str, served: str) -> list[str]:
    """The arguments with which a command line is run here."""
    program, *arguments = shlex.split(simulated(MADE_SHORT.get(line, line)))
    assert Path(program).name in ("cantwont", "python"), line
    if "--sim" in arguments:
        arguments[arguments.index("--sim") + 1] = served
    elif any(name in line for name in MODELS) or "study.toml" in line:
        arguments += ["--sim", served]
    return arguments


@pytest.mark.parametrize("page", [page for page in PAGES if page != "docs/replay-in-ci.md"])
def test_commands(page: str, home: Path, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the page, in its order, ends well."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # so little is sooner done in this process
    for line in commands(page):
        if line in ELSEWHERE:
            continue
        arguments = runs_as(line, served)
        if arguments[:2] == ["-m", "tests.contract"]:
            continue  # test_contract_outside.py runs the suite on the file of the guide
        fresh = "--out" in arguments and arguments[0] in ("run", "import", "shrink")
        if fresh:
            shutil.rmtree(home / arguments[arguments.index("--out") + 1], ignore_errors=True)
        ended = inside(*arguments, cwd=home, MPLBACKEND="agg")
        if arguments[0] in CHECKS_THAT_MAY_FAIL and ended.returncode == 1:
            continue
        done(ended)


def test_what_is_run_elsewhere_is_shown() -> None:
    """No exception outlives the line that it is made for."""
    shown = {line for page in PAGES for line in commands(page)}
    assert {*ELSEWHERE, *MADE_SHORT} <= shown


@pytest.mark.parametrize("page", PAGES)
def test_commands_within_sentences(page: str) -> None:
    """What a sentence or table calls a command is one, and has these options."""
    known: dict[str, set[str]] = {}

    def collect(command: object, name: str) -> None:
        known[name] = {option for part in command.params for option in part.opts}  # type: ignore[attr-defined]
        for below, inner in getattr(command, "commands", {}).items():
            collect(inner, f"{name} {below}")

    collect(typer.main.get_command(app), "cantwont")
    text = (ROOT / page).read_text(encoding="utf-8")
    for shown in re.findall(r"`(cantwont [a-z][^`]*)`", text):
        name = max((name for name in known if f"{shown} ".startswith(f"{name} ")), key=len)
        assert name != "cantwont", shown
        assert set(re.findall(r"--[a-z0-9-]+", shown)) <= known[name], shown


@pytest.mark.parametrize("page", OF_PYTHON)
def test_python(
    page: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every block of Python runs; the label that the README shows is the one that comes."""
    monkeypatch.chdir(home)
    for code in blocks(page, "python"):
        exec(compile(code, page, "exec"), {"rows": load("runs/first")})
        told = re.search(r"# (give_up)$", code, re.MULTILINE)
        assert told is None or capsys.readouterr().out.endswith(f"{told[1]}\n")


def test_every_page_with_python_is_run() -> None:
    """Others are run by tests of their own: the puzzle of the guide, pytest, calibration, the face."""
    others = {"CONTRIBUTING.md", "docs/replay-in-ci.md", "docs/calibration.md", "docs/python.md"}
    pages = {page for page in PAGES if blocks(page, "python")} - others
    assert pages == set(OF_PYTHON)


def test_the_spec_of_the_readme(home: Path) -> None:
    """As it stands there, and with the prices that two pages show."""
    [spec] = blocks("README.md", "toml")
    [prices] = blocks("docs/report.md", "toml")
    (home / "shown.toml").write_text(f"{spec}\n{prices}")
    loaded = Spec.load(home / "shown.toml", {}, {})
    assert loaded.models == ("mine/qwen3-8b", "ollama/llama3.2")
    assert loaded.endpoints["mine"].key_variable == "MY_SERVER_KEY"


def test_own_puzzle_is_served(home: Path) -> None:
    """`simulate --puzzle` answers for a puzzle that it would not know; the run is replayed and reported."""
    command = [sys.executable, "-m", "evals.cli.main", "simulate", "--port", "0", "--puzzle", "countdown.py"]
    with subprocess.Popen(
        command, cwd=home, env=environment(PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address is not None
            arguments = ("run", "--spec", "countdown.toml", "--model", "sim/steady", "--sim", address[0])
            assert "2 trials: solved 2" in done(inside(*arguments, "--out", "runs/own", cwd=home))
        finally:
            server.terminate()
    done(inside("replay", "runs/own", "--check", cwd=home))
    done(inside("report", "runs/own", cwd=home))


def test_links() -> None:
    """Every link to a file of the repository leads to one, and to a heading where it names one."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if "://" in target:
                continue
            file, _, anchor = target.partition("#")
            there = (ROOT / page).parent / file if file else ROOT / page
            assert there.exists(), f"{page}: {target}"
            if anchor:
                headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
                names = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
                assert anchor in names, f"{page}: {target}"


def test_own_puzzle_is_shown(home: Path) -> None:
    """By its file: the parameters, and the prompt with the solution."""
    assert "size: how many numbers" in done(inside("tasks", "show", "countdown.py", cwd=home))
    assert "a solution in 4 steps" in done(inside("tasks", "show", "countdown.py", "--size", "4", cwd=home))
