"""`cantwont run`, whole process, against a bare process that asks and decodes the same replies.

2,000 one-turn trials against one loopback server that streams token by token, 64 and 256 wide: at least 0.7
of the bare one. The same with one-word answers in one piece from a server that answers at once, 64 wide: at
least 0.75. And with a server that takes 200 ms, 64 wide, where the ideal is 6.25 s: at most 8 s.

The bare process uses the fastest set-up of httpx known: its interface over aiohttp's transport.
"""

import compileall
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import evals
import tasks

TRIALS = 2000
LEAST = 0.7
_TASK = ("--puzzle", "hanoi:3,4", "--repeats", str(TRIALS // 2))
_CLIENT = """
import asyncio, json, sys
from evals.endpoints import EndpointSettings
from evals.arms import arm
from evals.plan.grid import trials as grid
from evals.simulated.trial_headers import describe
from evals.plan.spec import Spec
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
                [message] = arm("list").open(trial.instance.restore())
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


_INSTANT = """
import asyncio, json
from aiohttp import web

WORD = json.dumps({
    "id": "1", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "1"}}],
    "usage": {"prompt_tokens": 20, "completion_tokens": 1, "total_tokens": 21},
}).encode()

async def answer(request):
    await request.read()
    return web.Response(body=WORD, content_type="application/json")

async def main():
    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/v1", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
_PLAIN_CLIENT = """
import asyncio, json, sys
from httpx_aiohttp import HttpxAiohttpClient
import httpx

async def main(base_url, width, count):
    limits = httpx.Limits(max_connections=10_000, max_keepalive_connections=10_000)
    left = iter(range(count))
    async with HttpxAiohttpClient(limits=limits, timeout=60) as client:
        async def work():
            for at in left:
                messages = [{"role": "user", "content": f"Count to {at}, one number a line."}]
                body = {"model": "m", "messages": messages, "max_tokens": 4096, "temperature": 0.0}
                response = await client.post(base_url + "/chat/completions", json=body)
                assert json.loads(response.content)["choices"][0]["message"]["content"] == "1"
        await asyncio.gather(*(work() for _ in range(width)))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


@contextmanager
def _process(*command: str) -> Iterator[str]:
    """A process that prints its address."""
    with subprocess.Popen([sys.executable, "-c", *command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def served(latency: float = 0.0) -> AbstractContextManager[str]:
    """A server of the simulated models, in a process of its own."""
    return _process(_SERVER, str(latency), str(DELTA))


def _timed(*command: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - begun


def one_word(base_url: str) -> tuple[float, float]:
    """Seconds of the bare process and of ours, for one-word answers in one piece."""
    floor = _timed("-c", _PLAIN_CLIENT, base_url, "64", str(TRIALS))
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.toml"
        spec.write_text(
            f'name = "words"\nmodels = ["near/m"]\nrepeats = {TRIALS}\nconcurrency = 64\n'
            f'[endpoints.near]\nbase_url = "{base_url}"\nstream = false\n'
            '[[puzzles]]\nname = "counting"\nsizes = [1]\n'
        )
        out = str(Path(folder) / "run")
        return floor, _timed("-m", "evals.cli.main", "run", "--spec", str(spec), "--out", out)


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
    # As pip leaves an installation; else, where Python may not write bytecode, every process compiles it all.
    for package in (evals, tasks):
        compileall.compile_dir(package.__path__[0], quiet=1)
    with served() as base_url:
        for width in (64, 256):
            pairs = [(bare(base_url, width), ours(base_url, width)) for _ in range(3)]
            floor, took = (min(times) for times in zip(*pairs, strict=True))
            print(
                f"{width:4} wide: {TRIALS / took:5.0f} trials/s, bare {TRIALS / floor:5.0f}; "
                f"ratio {floor / took:.2f} (at least {LEAST})"
            )
    with _process(_INSTANT) as base_url:
        floor, took = (min(times) for times in zip(*(one_word(base_url) for _ in range(3)), strict=True))
        ratio = f"ratio {floor / took:.2f} (at least 0.75)"
        print(f"one word in one piece, 64 wide: {took:.2f} s, bare {floor:.2f}; {ratio}")
    with served(0.2) as base_url:
        took = ours(base_url, 64)
        print(f"200 ms, 64 wide: {took:.2f} s (ideal 6.25, at most 8)")


if __name__ == "__main__":
    main()
