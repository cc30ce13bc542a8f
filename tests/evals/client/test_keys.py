"""A key stands in nothing that is written or said, whatever its endpoint makes of it."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from tests.program import inside
from tests.servers.misbehaving import (
    CHUNKED,
    Asked,
    Misbehaving,
    Script,
    chunk,
    in_thread,
    says,
    sse,
    streams,
    writes,
)

pytestmark = pytest.mark.slow

KEY = "sk-test-0123456789abcdef"
TENANT = "tenant-fedcba9876543210"
"""In a header of its own, from the environment."""


def echo(asked: Asked, turns: Iterator[int]) -> Script:
    """Everything is sent back: in answers and their deltas, in errors and in broken streams."""
    heads = json.dumps(dict(asked.headers))
    said = f"Here it is: {heads}\nmoves = [[1, 0, 2]] ..."
    pieces = [said[start : start + 3] for start in range(0, len(said), 3)]
    deltas = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    error = {"error": {"message": f"what is this? {heads}", "param": heads}}
    overflow = {"error": {"message": f"maximum context length is 9 tokens. {heads}", "code": 400}}
    if asked.method == "GET":
        return says(200, {"data": [{"id": f"model-{heads}"}]})
    if not asked.path.endswith("/chat/completions"):
        return says(404, error)
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}], heads: heads}
    return (
        streams(*deltas, end),
        says(400, error),
        writes(CHUNKED, chunk(sse(*deltas, done=False)), end="close"),
        says(400, overflow),
        says(401, error),
        says(200, error),
        says(200, heads.encode()),
        says(404, error),
    )[next(turns)]


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with in_thread(partial(echo, turns=cycle(range(8)))) as server:
        yield server


@pytest.mark.parametrize("place", ["environment", "file"])
def test_a_key_stands_nowhere(place: str, server: Misbehaving, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret").write_text(f"{KEY}\n")
    named = 'key_variable = "MY_KEY"' if place == "environment" else f'key_file = "{tmp_path / "secret"}"'
    (home / "spec.toml").write_text(
        f"""
        models = ["mine/m"]
        concurrency = 1
        max_retries = 0
        [[puzzles]]
        name = "hanoi"
        sizes = [2, 3, 4, 5, 6, 7, 8]
        instances = 1
        [endpoints.mine]
        base_url = "{server.endpoint.base_url}"
        {named}
        header_variables = {{ X-Tenant = "TENANT" }}
        """
    )
    keys = {"MY_KEY": KEY} if place == "environment" else {}
    runs = [("run", "--spec", "spec.toml", "--out", "run")] * 4
    said = [inside(*command, cwd=home, TENANT=TENANT, **keys) for command in runs]
    trial = json.loads((home / "run" / "exchanges.jsonl").read_text().splitlines()[0])["trial"]
    looks = (
        ("report", "run"),
        ("report", "run", "--format", "html", "--out", "report.html"),
        ("replay", "run", "--update"),
        ("show", "run", trial),
    )
    said += [inside(*command, cwd=home) for command in looks]

    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.asked[0].headers["x-tenant"] == TENANT
    assert len(server.asked) >= 8
    told = "".join(ended.stdout + ended.stderr for ended in said)
    assert "***" in told
    written = {file: file.read_text() for file in home.rglob("*") if file.is_file()}
    assert {"run.json", "exchanges.jsonl", "outcomes.jsonl", "report.html"} <= {file.name for file in written}
    assert "what is this?" in written[home / "run" / "exchanges.jsonl"]
    assert "Here it is" in written[home / "run" / "exchanges.jsonl"]
    for text in (told, *written.values()):
        for secret in (KEY, TENANT):
            assert secret not in text
            assert secret[:12] not in text
