"""The viewer on a folder of runs, one of which goes on; and what a browser has seen of it."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.record.run import RunDirectory
from tests_servers.serving import environment, free_port, scratch, started

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "small-model"
_BROWSER = shutil.which("chromium")


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with Playwright, made if need be."""
    if _BROWSER is None:
        pytest.skip("there is no browser: install the package `chromium` of the system")
    folder = scratch(tmp_path_factory.mktemp("browser"))
    return environment("browser", folder, HERE / "requirements.txt") / "python"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of the same trials, some of which ended otherwise; one that is broken; one that goes on."""
    runs = tmp_path_factory.mktemp("viewed") / "runs"
    for name in ("may", "june", "broken", "live"):
        shutil.copytree(EXAMPLE, runs / name)
        (runs / name / "labels.jsonl").unlink()
    file = runs / "june" / "outcomes.jsonl"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        row["label"] = "refusal" if row["label"] == "malformed" else row["label"]
    file.write_text("\n".join([header, *map(json.dumps, rows)]) + "\n", encoding="utf-8")
    (runs / "broken" / "run.json").write_text("{", encoding="utf-8")
    (runs / "live" / "outcomes.jsonl").unlink()
    (runs / "live" / "exchanges.jsonl").write_bytes(b"")
    return runs


@pytest.fixture(scope="session")
def _going_on(folder: Path) -> Iterator[None]:
    """Rows come to the run `live`, three a second, while another process has it locked."""
    rows = (EXAMPLE / "exchanges.jsonl").read_bytes().splitlines(keepends=True)
    over = threading.Event()

    def record() -> None:
        with RunDirectory.open(folder / "live").locked():
            for row in rows:
                with (folder / "live" / "exchanges.jsonl").open("ab") as file:
                    file.write(row)
                if over.wait(0.3):
                    return
            over.wait()

    thread = threading.Thread(target=record)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture(scope="session")
def address(folder: Path, _going_on: None) -> Iterator[str]:
    """Where the viewer is."""
    port = free_port()
    command = [sys.executable, "-m", "evals.cli.main", "view", str(folder), "--no-browser"]
    kept = str(folder.parent / "cache")
    with started([*command, "--port", str(port)], port, "/", folder.parent / "log", XDG_CACHE_HOME=kept):
        url = f"http://127.0.0.1:{port}"
        time.sleep(3)  # until all runs are read
        yield url


@pytest.fixture(scope="session")
def seen(python: Path, address: str) -> dict[str, Any]:
    """What the browser has seen, by scene."""
    shots = os.environ.get("CANTWONT_SHOTS", "")
    program = str(HERE / "programs" / "browse.py")
    made = subprocess.run(
        [str(python), program, address, str(_BROWSER), shots],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=400,
    )
    assert made.returncode == 0, made.stderr[-3000:]
    found: dict[str, Any] = json.loads(made.stdout)
    return found
