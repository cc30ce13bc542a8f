"""The GitHub action: its one script, run as the action runs it, against an API on this machine."""

import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
RUN = ROOT / "examples" / "small-model"
MARK = "<!-- cantwont -->"


class Api(ThreadingHTTPServer):
    """Comments of a pull request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments: list[dict[str, Any]] = [{"id": number, "body": "hello"} for number in range(130)]
        self.refuses = False
        self.tokens: set[str | None] = set()


class Handler(BaseHTTPRequestHandler):
    server: Api

    def log_message(self, *_: Any) -> None:
        """Stay silent."""

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path, _, query = self.path.partition("?")
        self.server.tokens.add(self.headers.get("authorization"))
        answer: Any = {}
        if self.command == "GET" and path == "/repos/o/r/issues/7/comments":
            page = int(query.rpartition("page=")[2])
            answer = self.server.comments[100 * (page - 1) : 100 * page]
        elif self.command == "POST" and path == "/repos/o/r/issues/7/comments":
            self.server.comments.append({"id": 900, **json.loads(body)})
        elif self.command == "PATCH" and path == "/repos/o/r/issues/comments/900":
            self.server.comments[-1].update(json.loads(body))
        else:
            self.server.refuses = True
        self.send_response(403 if self.server.refuses else 200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    do_GET = do_POST = do_PATCH = _do  # noqa: N815 - the names that the base class calls


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def act(tmp_path: Path, api: Api, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's step with these inputs, and the others at the defaults of `action.yml`."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    defaults = {name: given.get("default", "") for name, given in action["inputs"].items()}
    (step,) = action["runs"]["steps"]
    assert set(step["env"]) == {f"INPUT_{name.upper().replace('-', '_')}" for name in defaults}
    (tmp_path / "event.json").write_text('{"pull_request": {"number": 7}}')
    given = defaults | {"command": str(Path(sys.executable).parent / "cantwont"), "token": "t0ken"} | inputs
    environment = {f"INPUT_{name.upper().replace('-', '_')}": value for name, value in given.items()}
    environment |= {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_API_URL": f"http://127.0.0.1:{api.server_address[1]}",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "no_proxy": "*",
    }
    script = step["run"].replace("exec python3", f"exec {sys.executable}")
    return subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )


def test_replay_compare_comment(tmp_path: Path, api: Api) -> None:
    """All passes: one comment, which the next push changes; the files are named for later steps."""
    shutil.copytree(RUN, tmp_path / "runs" / "may")
    for baseline in ("", str(RUN)):
        ended = act(tmp_path, api, runs="runs/*", baseline=baseline, comment="true")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "all outcomes are the same" in ended.stdout
        assert len(api.comments) == 131
    body = api.comments[-1]["body"]
    assert body.startswith(MARK)
    assert "### Replay: passed" in body
    assert "### Comparison: passed" in body
    assert "changed clearly" in body
    assert "::stop-commands" not in body
    assert api.tokens == {"Bearer t0ken"}
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines()[-2:])
    assert Path(outputs["replay"]).read_text().startswith("<?xml")
    assert "changed clearly" in Path(outputs["comparison"]).read_text()
    assert "changed clearly" in (tmp_path / "summary.md").read_text()


def test_a_changed_label_fails_and_is_told(tmp_path: Path, api: Api) -> None:
    """With the trial and both labels; and where the job has no right to comment, all the same."""
    run = tmp_path / "runs" / "may"
    shutil.copytree(RUN, run)
    outcomes = run / "outcomes.jsonl"
    outcomes.write_text(outcomes.read_text().replace('"label":"truncated"', '"label":"solved"', 1))
    ended = act(tmp_path, api, runs="runs/may", comment="true")
    assert ended.returncode == 1
    assert "### Replay: failed" in api.comments[-1]["body"]
    assert "solved -> truncated" in api.comments[-1]["body"]
    api.refuses = True
    ended = act(tmp_path, api, runs="runs/may", comment="true")
    assert ended.returncode == 1
    assert "no comment: HTTP Error 403" in ended.stdout
    assert "t0ken" not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"runs": " "}, "names no run directory"),
        ({"runs": "x", "strict": "yes"}, "the input strict is 'yes': write true or false"),
        ({"runs": "nowhere"}, "nowhere"),
        ({"runs": "$(touch hacked)", "baseline": "; touch hacked"}, "there is no run at '; touch hacked'"),
    ],
)
def test_bad_inputs(tmp_path: Path, api: Api, inputs: dict[str, str], told: str) -> None:
    """One line and exit code 2; no input is ever a command."""
    ended = act(tmp_path, api, **inputs)
    assert ended.returncode == 2
    assert told in ended.stdout + ended.stderr
    assert not (tmp_path / "hacked").exists()


def test_fences_hold() -> None:
    """Whatever backticks a model wrote; and a comment that is cut ends its block."""
    spec = importlib.util.spec_from_file_location("steps", ROOT / "action" / "steps.py")
    assert spec is not None
    assert spec.loader is not None
    steps = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(steps)
    made = steps._fenced("a\n````\nb @someone")
    assert made.splitlines()[0] == "`````text"
    assert made.splitlines()[-1] == "`````"
    assert steps._closed("x\n```text\ny").splitlines()[-1] == "```"
    assert steps._closed("x\n```text\ny\n```") == "x\n```text\ny\n```"
