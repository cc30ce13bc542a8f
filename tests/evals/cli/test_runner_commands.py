"""In GitHub Actions no command of ours passes on what others wrote as a command to the runner."""

import io
import json
import re
import subprocess
from pathlib import Path

import pytest

from evals.cli.runner_commands import Harmless
from tests.evals.cli.test_github_actions import COMMANDS
from tests.program import PROGRAM, environment, inside
from tests.samples.committed_runs import of_hostile
from tests.servers.misbehaving import in_thread, says

pytestmark = pytest.mark.slow

NAME = "##[set-output name=a]b"


def obeyed(*outputs: str) -> list[str]:
    """What the runner would take for commands in these outputs of one step, each with its own order.

    Standard error is read as if nothing were stopped: the two arrive one beside the other.
    """
    found = []
    for output in outputs:
        stopped = None
        for line in re.split(r"\r\n|\r|\n", output):
            begun = line.lstrip()
            if stopped is not None:
                stopped = None if begun == f"::{stopped}::" else stopped
            elif token := re.fullmatch("::stop-commands::([0-9a-f]{32})", begun):
                stopped = token[1]
            elif re.match(r"::\S", begun) or "##[" in line:
                found.append(line)
        assert stopped is None, "the commands of later steps would be ignored"
    return found


def within(*arguments: str, cwd: Path) -> list[str]:
    """What a command prints makes the runner do; it does print something."""
    ended = inside(*arguments, cwd=cwd, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY="")
    assert ended.stdout + ended.stderr
    return obeyed(ended.stdout, ended.stderr)


@pytest.mark.parametrize("text", [f"{COMMANDS}\n ::set-env name=a::{NAME}", NAME])
def test_of_a_run_that_others_made(text: str, tmp_path: Path) -> None:
    of_hostile(tmp_path, text)
    trial = json.loads((tmp_path / "hostile" / "exchanges.jsonl").read_text().splitlines()[0])["trial"]
    commands = [
        ("report", "hostile"),
        ("report", "hostile", "--format", "csv", "--out", "-"),
        ("report", "hostile", "--format", "md", "--out", "-"),
        ("report", "hostile", "--format", "json", "--out", "-"),
        ("compare", "hostile", "hostile"),
        ("show", "hostile", trial, "--prompt", "--full"),
        ("replay", "hostile"),
        ("replay", "hostile", "--check", "--update"),
        ("shrink", "hostile", "--out", f"small {NAME}"),
    ]
    for command in commands:
        assert within(*command, cwd=tmp_path) == [], command


def test_json_stays_json(tmp_path: Path) -> None:
    of_hostile(tmp_path, COMMANDS)
    read = ("report", "hostile", "--format", "json", "--out", "-")
    ours, theirs = (inside(*read, cwd=tmp_path, GITHUB_ACTIONS=where).stdout for where in ("true", ""))
    assert json.loads(ours) == json.loads(theirs)


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", f"no run {NAME}"),
        ("show", "hostile", NAME),
        ("run", "--model", NAME),
        ("run", "--model", f"\n::set-output name=a::{NAME}", "--puzzle", "hanoi:3"),
        (NAME,),
        ("run", f"--{NAME}"),
        ("report", "hostile", "--format", f"\n::error::{NAME}"),
        ("doctor", f"http://127.0.0.1:9/v1#{NAME}"),
        ("tasks", "show", NAME),
    ],
)
def test_errors(arguments: tuple[str, ...], tmp_path: Path) -> None:
    of_hostile(tmp_path, COMMANDS)
    assert within(*arguments, cwd=tmp_path) == []


def test_what_a_server_says(tmp_path: Path) -> None:
    error = {"error": {"message": f"\n::error::no {NAME}\r::set-env name=a::b"}}
    with in_thread(lambda asked: says(400, error)) as server:
        model = f"{server.endpoint.base_url}#m{NAME}"
        assert within("doctor", model, cwd=tmp_path) == []
        asked = ("run", "--model", model, "--puzzle", "hanoi:2,3", "--out", "run")
        assert within(*asked, cwd=tmp_path) == []
        assert server.asked


@pytest.mark.parametrize("to_a_file", [False, True])
def test_a_process(to_a_file: bool, tmp_path: Path) -> None:
    """Also where the outputs are real; what goes to a file is not read by the runner, and stays as it is."""
    of_hostile(tmp_path, COMMANDS)
    out = tmp_path / "out"
    command = [*PROGRAM, "report", "hostile", "--format", "csv", "--out", "-"]
    with out.open("wb") as file:
        ended = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(GITHUB_ACTIONS="true"),
            stdout=file if to_a_file else subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=60,
            check=True,
        )
    assert ended.stderr == b""
    if to_a_file:
        assert b"stop-commands::" not in out.read_bytes().splitlines()[0]
    else:
        assert obeyed(ended.stdout.decode()) == []


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_however_it_is_written(size: int) -> None:
    text = f"a ##[x]\n::y::\r \t{' ' * 99}::z::\n\n:: a::b ### [c] #\n#[ {NAME}::"
    stream = io.StringIO(newline="")
    harmless = Harmless(stream)
    harmless.writelines(text[at : at + size] for at in range(0, len(text), size))
    written = stream.getvalue()
    assert obeyed(written) == []
    assert written.replace(" ", "") == text.replace(" ", "")
    assert "a::b" in written


def test_elsewhere_nothing_is_changed(tmp_path: Path) -> None:
    of_hostile(tmp_path, NAME)
    ended = inside("show", "hostile", NAME, cwd=tmp_path, GITHUB_ACTIONS="")
    assert NAME in ended.stderr
    assert "::" not in ended.stdout
