"""The same outcomes on a cluster, with a worker killed; and runs that are copied to S3 and read there."""

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

from evals.plan.spec import Spec
from tests.program import outcome_rows
from tests.samples.runs import whole

RUN = Path(__file__).parents[1] / "examples" / "small-model"
ASKED = """
models = ["sim/tired", "sim/careless"]
arms = ["list", "nudge:k=2", "code"]
repeats = 10
[[puzzles]]
name = "hanoi"
sizes = [3, 5, 7]
[[puzzles]]
name = "counting"
sizes = [64, 256]
[endpoints.sim]
simulated = true
base_url = "{base_url}"
"""


def cantwont(
    programs: Path, environment: dict[str, str], cwd: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(programs / "cantwont"), *arguments],
        cwd=cwd,
        env={**os.environ, **environment, "XDG_CACHE_HOME": str(cwd / "cache")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def kill_a_worker(over: threading.Event, killed: list[int]) -> None:
    """Kill the first worker that has been at a shard for a moment."""
    while not over.is_set() and not killed:
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if b"ray::_ask_shard" in line.read_bytes():
                    time.sleep(0.5)
                    os.kill(int(line.parent.name), signal.SIGKILL)
                    killed.append(int(line.parent.name))
                    return
            except OSError:
                continue
        time.sleep(0.02)


def test_a_run_on_ray(programs: Path, cluster: dict[str, str], base_url: str, tmp_path: Path) -> None:
    """Four workers, one of them killed in the middle: the outcomes of a run without a cluster, none twice."""
    (tmp_path / "study.toml").write_text(ASKED.format(base_url=base_url))
    over, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=kill_a_worker, args=(over, killed))
    killer.start()
    try:
        ended = cantwont(
            programs,
            cluster,
            tmp_path,
            "run",
            "--spec",
            "study.toml",
            "--on",
            "ray",
            "--shards",
            "8",
            "--out",
            "run",
        )
    finally:
        over.set()
        killer.join()
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert killed
    assert "8 of 8 shards merged" in ended.stdout
    whole(Spec.load(tmp_path / "study.toml", {}, {}), tmp_path / "alone")
    assert outcome_rows(tmp_path / "run") == outcome_rows(tmp_path / "alone")
    told = cantwont(programs, cluster, tmp_path, "replay", "run", "--on", "ray", "--check")
    assert (told.returncode, "all outcomes are the same" in told.stdout) == (0, True), told.stderr[-2000:]
    again = cantwont(
        programs, cluster, tmp_path, "run", "--spec", "study.toml", "--on", "ray", "--out", "run"
    )
    assert again.returncode == 2
    assert "there is a run at 'run' already" in again.stderr


def test_trials_that_fail_are_asked_again(
    programs: Path, cluster: dict[str, str], base_url: str, tmp_path: Path
) -> None:
    """With no server nothing is merged; the same command goes on with the shards that are there."""
    (tmp_path / "study.toml").write_text(ASKED.format(base_url="http://127.0.0.1:9/v1"))
    command = (
        "run",
        "--spec",
        "study.toml",
        "--on",
        "ray",
        "--max-retries",
        "0",
        "--shards",
        "3",
        "--out",
        "run",
    )
    ended = cantwont(programs, cluster, tmp_path, *command)
    assert ended.returncode in (2, 3), ended.stderr
    assert "without a reply; the same command goes on" in ended.stdout
    assert not (tmp_path / "run").exists()
    (tmp_path / "study.toml").write_text(ASKED.format(base_url=base_url))
    ended = cantwont(programs, cluster, tmp_path, *command)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "3 of 3 shards merged" in ended.stdout


def test_a_cluster_that_is_not_there(programs: Path, tmp_path: Path) -> None:
    """One line with its address."""
    (tmp_path / "study.toml").write_text(ASKED.format(base_url="http://127.0.0.1:9/v1"))
    nowhere = {"RAY_ADDRESS": "127.0.0.1:1", "RAY_AUTH_MODE": "disabled", "RAY_NUM_REDIS_GET_RETRIES": "1"}
    ended = cantwont(
        programs, nowhere, tmp_path, "run", "--spec", "study.toml", "--on", "ray", "--out", "run"
    )
    assert ended.returncode == 2
    assert "cantwont: no Ray cluster at '127.0.0.1:1'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_runs_at_s3(programs: Path, s3: dict[str, str], tmp_path: Path) -> None:
    """Copied whole, read like any other, and copied back byte for byte; no key is told or kept."""
    shutil.copytree(RUN, tmp_path / "run")
    made = subprocess.run(
        [str(programs / "python"), "-c", "import s3fs; s3fs.S3FileSystem().mkdir('bucket')"],
        env={**os.environ, **s3},
        check=False,
    )
    assert made.returncode == 0
    for arguments, told in (
        (("copy", "run", "s3://bucket/runs/may"), "copied to s3://bucket/runs/may"),
        (("replay", "s3://bucket/runs/may", "--check"), "all outcomes are the same"),
        (("report", "s3://bucket/runs", "--format", "csv"), "written: report.csv"),
        (("show", "s3://bucket/runs/may"), "trials; show one with"),
        (("copy", "s3://bucket/runs/may", "back"), "copied to back"),
    ):
        ended = cantwont(programs, s3, tmp_path, *arguments)
        assert ended.returncode == 0, ended.stderr
        assert told in ended.stdout
    for name in ("run.json", "exchanges.jsonl", "outcomes.jsonl"):
        assert (tmp_path / "back" / name).read_bytes() == (RUN / name).read_bytes()
    wrong = cantwont(programs, {**s3, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, tmp_path, "show", "s3://b/r")
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)
    assert "'s3://b/r' cannot be read" in wrong.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"not-a-real-secret" not in path.read_bytes()
