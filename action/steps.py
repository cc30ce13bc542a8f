"""The steps of the GitHub action: replay, compare, comment. Standard library only; it installs the rest.

Inputs come as variables of the environment, so that none of them is ever part of a command.
"""

import glob
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MARK = "<!-- cantwont -->"
"""Begins our comment, so that it is found again and changed, and no second one is made."""
_LONGEST = 60_000
"""Characters; a comment holds 65,536."""
_PAGES = 30


def main(environment: Mapping[str, str]) -> int:
    """Carry out all steps; returns the exit code."""
    inputs = {name: environment.get(f"INPUT_{name}", "").strip() for name in _INPUTS}
    for name in ("STRICT", "FAIL_ON_REGRESSION", "COMMENT"):
        if inputs[name] not in ("true", "false", ""):
            return _fail(f"the input {_said(name)} is {inputs[name]!r}: write true or false")
    runs = [path for pattern in inputs["RUNS"].split() for path in _matching(pattern)]
    if not runs:
        return _fail("the input runs names no run directory")
    work = Path(environment.get("RUNNER_TEMP", ".")).absolute() / "cantwont"
    work.mkdir(parents=True, exist_ok=True)
    command = [inputs["COMMAND"]] if inputs["COMMAND"] else _installed(work, environment)
    trusted = [part for digest in inputs["TRUST_PUZZLE"].split() for part in ("--trust-puzzle", digest)]
    junit = work / "replay.xml"
    strict = ["--strict"] if inputs["STRICT"] == "true" else []
    code, told = _run([*command, "replay", "--check", *strict, "--junit", str(junit), *trusted, "--", *runs])
    parts = [_heading("Replay", code), _fenced(told)]
    comparison = ""
    if inputs["BASELINE"]:
        comparison = str(work / "comparison.md")
        failing = ["--fail-on-regression"] if inputs["FAIL_ON_REGRESSION"] == "true" else []
        given = ["--format", "md", "--out", comparison, *failing, *trusted, "--", inputs["BASELINE"], runs[0]]
        worse, told = _run([*command, "compare", *given])
        code = code or worse
        made = Path(comparison).read_text(encoding="utf-8") if Path(comparison).exists() else _fenced(told)
        parts += [_heading("Comparison", worse), made]
        _append(environment.get("GITHUB_STEP_SUMMARY"), made)
    _append(environment.get("GITHUB_OUTPUT"), f"replay={junit}\ncomparison={comparison}\n")
    if inputs["COMMENT"] == "true":
        _comment("\n\n".join([MARK, *parts]), inputs["TOKEN"], environment)
    return code


def _matching(pattern: str) -> list[str]:
    """Return the paths that a pattern stands for, or the pattern itself where there is none."""
    return sorted(glob.glob(pattern)) or [pattern]  # noqa: PTH207 - absolute patterns, too


_INPUTS = ("RUNS", "STRICT", "TRUST_PUZZLE", "BASELINE", "FAIL_ON_REGRESSION", "COMMENT", "TOKEN", "COMMAND")


def _said(name: str) -> str:
    return name.lower().replace("_", "-")


def _fail(why: str) -> int:
    sys.stderr.write(f"cantwont: {why}\n")
    return 2


def _installed(work: Path, environment: Mapping[str, str]) -> list[str]:
    """Install this revision in an environment of its own, with pinned versions."""
    here = Path(environment.get("GITHUB_ACTION_PATH", Path(__file__).parents[1]))
    made = work / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(made)], check=True)  # noqa: S603 - no input is in it
    pip = [str(made / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--constraint", str(here / "constraints.txt"), str(here)], check=True)  # noqa: S603 - no input is in it
    return [str(made / "bin" / "cantwont")]


def _run(command: list[str]) -> tuple[int, str]:
    """Run a command, show what it prints as it is, and return its exit code and text."""
    sys.stdout.flush()
    ended = subprocess.run(  # noqa: S603 - a list, of which no input is the program but `command`
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    sys.stdout.write(ended.stdout)
    sys.stdout.flush()
    lines = [line for line in ended.stdout.splitlines() if not line.startswith("::")]
    return ended.returncode, "\n".join(lines)


def _heading(what: str, code: int) -> str:
    return f"### {what}: {'passed' if code == 0 else 'failed'}"


def _fenced(text: str) -> str:
    """Show a text as it is: nothing in it is markup, a mention or the end of the block."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _append(path: str | None, text: str) -> None:
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def _comment(body: str, token: str, environment: Mapping[str, str]) -> None:
    """Keep one comment on the pull request; a job that may not write there is told, and does not fail."""
    try:
        event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        number = int(event["pull_request"]["number"])
    except (KeyError, TypeError, ValueError, OSError):
        sys.stdout.write("cantwont: no comment: this is no pull request\n")
        return
    if len(body) > _LONGEST:
        body = (
            body[:_LONGEST].rpartition("\n")[0]
            + "\n\n… cut; the whole of it is on the step's page and in its files"
        )
        body = _closed(body)
    api = environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    base = f"{api}/repos/{environment.get('GITHUB_REPOSITORY', '')}/issues"
    try:
        ours = _ours(f"{base}/{number}/comments", token)
        if ours is None:
            _call("POST", f"{base}/{number}/comments", token, {"body": body})
        else:
            _call("PATCH", f"{base}/comments/{ours}", token, {"body": body})
    except (urllib.error.URLError, OSError, ValueError) as error:
        sys.stdout.write(f"cantwont: no comment: {error}; the job needs 'pull-requests: write'\n")


def _closed(body: str) -> str:
    """End a fenced block that was cut."""
    fences = [line for line in body.splitlines() if line.startswith("```")]
    return body if len(fences) % 2 == 0 else f"{body}\n{fences[-1].removesuffix('text')}"


def _ours(address: str, token: str) -> int | None:
    for page in range(1, _PAGES + 1):
        found = _call("GET", f"{address}?per_page=100&page={page}", token, None)
        for comment in found if isinstance(found, list) else ():
            if str(comment.get("body", "")).startswith(MARK):
                return int(comment["id"])
        if not isinstance(found, list) or len(found) < 100:
            return None
    return None


def _call(method: str, address: str, token: str, body: object) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "User-Agent": "cantwont",
    }
    request = urllib.request.Request(address, data=data, headers=headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - the runner's own address
        return json.load(response)


if __name__ == "__main__":
    sys.exit(main(os.environ))
