"""`cantwont run`, whole process, against a bare process that streams and decodes the same replies.

2,000 one-turn trials against one loopback server that streams token by token, 64 and 256 wide: at least 0.7
of the bare one. And with a server that takes 200 ms, 64 wide, where the ideal is 6.25 s: at most 8 s.

The bare process uses the fastest set-up of httpx known: its interface over aiohttp's transport.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TRIALS = 2000
LEAST = 0.7
_TASK = ("--puzzle", "hanoi:3,4", "--repeats", str(TRIALS // 2))
_CLIENT = """
import asyncio, json, sys
from evals.endpoints import EndpointSettings
from evals.arms import arm
from evals.grid import trials as grid
from evals.simulated.headers import describe
from evals.spec import Spec
from httpx_aiohttp import HttpxAiohttpClient
import httpx

async def main(base_url, width, repeats):
    flags = {"models": ["sim/steady"], "puzzles": [{"name": "hanoi", "sizes": [3, 4]}], "repeats": repeats}
    spec = Spec.load(None, flags | {"endpoints": {"sim": {"base_url": base_url, "simulated": True}}}, {})
    trials = iter(list(grid(spec, spec.models_at())))
    limits = httpx.Limits(max_connections=10_000, max_keepalive_connections=10_000)
    told = 0
    async with HttpxAiohttpClient(limits=limits, timeout=60) as client:
        async def work():
            nonlocal told
            for trial in trials:
                [message] = arm("list").open(*trial.instance.restore())
                body = {"model": trial.model, "messages": [message.model_dump()], "stream": True}
                parts = []
                url = base_url + "/chat/completions"
                async with client.stream("POST", url, json=body, headers=describe(trial)) as response:
                    async for line in response.aiter_lines():
                        if line.startswith("data: ") and line != "data: [DONE]":
                            for choice in json.loads(line[6:])["choices"]:
                                parts.append(choice["delta"].get("content") or "")
                assert "".join(parts)
                told += 1
        await asyncio.gather(*(work() for _ in range(width)))
    assert told == repeats * 2

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


_SERVER = """
import sys
from functools import partial
from evals.simulated.server import serve

serve("127.0.0.1", 0, announce=partial(print, flush=True), latency=float(sys.argv[1]), delta=int(sys.argv[2]))
"""
DELTA = 4
"""Characters that a server sends at once: about a token."""


@contextmanager
def served(latency: float = 0.0) -> Iterator[str]:
    """A server of the simulated models, in a process of its own."""
    command = [sys.executable, "-c", _SERVER, str(latency), str(DELTA)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def bare(base_url: str, width: int) -> float:
    """Seconds of the whole bare process."""
    begun = time.perf_counter()
    command = [sys.executable, "-c", _CLIENT, base_url, str(width), str(TRIALS // 2)]
    subprocess.run(command, check=True)
    return time.perf_counter() - begun


def ours(base_url: str, width: int) -> float:
    """Seconds of the whole `cantwont run`."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ("--sim", base_url, "--model", "sim/steady", *_TASK, "--concurrency", str(width))
        begun = time.perf_counter()
        command = [sys.executable, "-m", "evals.cli.main", "run", *asked, "--out", str(Path(folder) / "run")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begun


def main() -> None:
    with served() as base_url:
        for width in (64, 256):
            pairs = [(bare(base_url, width), ours(base_url, width)) for _ in range(3)]
            floor, took = (min(times) for times in zip(*pairs, strict=True))
            print(
                f"{width:4} wide: {TRIALS / took:5.0f} trials/s, bare {TRIALS / floor:5.0f}; "
                f"ratio {floor / took:.2f} (at least {LEAST})"
            )
    with served(0.2) as base_url:
        took = ours(base_url, 64)
        print(f"200 ms, 64 wide: {took:.2f} s (ideal 6.25, at most 8)")


if __name__ == "__main__":
    main()
