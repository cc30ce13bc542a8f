"""An environment with Ray and S3, a cluster of four workers, and an S3 server; each once for all tests."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.simulated.server import serve_in_thread
from tests_servers.serving import call, environment, free_port, scratch, started

HERE = Path(__file__).parent
ROOT = HERE.parent


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that has cantwont, Ray, s3fs and moto; made if need be."""
    folder = scratch(tmp_path_factory.mktemp("scale"))
    made = environment("scale", folder, HERE / "requirements.txt")
    # This tree as it is now, whatever the environment had before.
    call(str(made / "python"), "-m", "pip", "install", "--quiet", str(ROOT))
    return made


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Simulated models."""
    with serve_in_thread() as address:
        yield address


@pytest.fixture(scope="session")
def cluster(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Ray cluster of four workers; yields what names it in the environment."""
    port, folder = free_port(), Path(f"/tmp/ray-{os.getpid()}")
    log = tmp_path_factory.mktemp("ray") / "log"
    command = [str(programs / "ray"), "start", "--head", "--block", f"--port={port}", "--num-cpus=4"]
    command += ["--include-dashboard=false", "--disable-usage-stats", f"--temp-dir={folder}"]
    environment = {**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_DISABLE_IMPORT_WARNING": "1"}
    with log.open("wb") as file:
        head = subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, env=environment, start_new_session=True
        )
    try:
        yield {"RAY_ADDRESS": f"127.0.0.1:{port}", "RAY_AUTH_MODE": "disabled"}
    finally:
        head.terminate()
        head.wait(60)


@pytest.fixture(scope="session")
def s3(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An S3 server; yields what its clients need in the environment."""
    port = free_port()
    command = [str(programs / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with started(command, port, "/moto-api/", tmp_path_factory.mktemp("s3") / "log"):
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "not-a-real-secret-0123",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
