"""Servers that send without end, or what unpacks to far more; and files that do."""

import asyncio
import gzip
import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from random import Random

from tests.servers.misbehaving import Asked, Plan, Script, chunk, in_thread, says
from tests_attacks.command import place
from tests_attacks.outcome import Harm, Outcome

MEGABYTE = 1 << 20
SPEC = """\
models = ["mine/m", "mine/n"]
max_retries = 0
arms = ["list", "nudge"]
[[puzzles]]
name = "counting"
sizes = [3]
[endpoints.mine]
base_url = "{url}"
api = "{api}"
stream = {stream}
idle_seconds = 20
total_seconds = 60
"""
APIS = ("chat", "responses", "messages")
_DELTA = {"choices": [{"delta": {"content": "1, 2, 3\n" * 50}, "index": 0}]}
_TOOL = {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "x" * 5_000}}]}}]}
_LOGPROBS = {"choices": [{"delta": {}, "logprobs": {"content": [{"token": "x" * 500}] * 10}}]}
_PING = {"type": "ping", "x": "y" * 1_000}

UNITS: dict[str, tuple[bytes, bytes]] = {
    "spaces": (b"", b" "),
    "letters in a text": (b'{"choices":[{"message":{"content":"', b"x"),
    "escapes in a text": (b'{"choices":[{"message":{"content":"', b"\\u0041"),
    "surrogates": (b'{"choices":[{"message":{"content":"', b"\\ud83d"),
    "lists": (b'{"choices":', b"["),
    "objects": (b"", b'{"a":'),
    "digits": (b'{"created":', b"9"),
    "many choices": (b'{"choices":[', b'{"message":{"content":"1"}},'),
    "names": (b"{", b'"a":1,'),
    "NUL": (b"", b"\0"),
    "markup": (b"<html>", b"<p>"),
    "UTF-8 of four bytes": (b'{"choices":[{"message":{"content":"', "\U0001f468".encode()),
    "bytes that are no UTF-8": (b'{"choices":[{"message":{"content":"', b"\xff\xfe"),
    "a line of events": (b"data: ", b"x"),
    "events of text": (b"", f"data: {json.dumps(_DELTA)}\n\n".encode()),
    "events of tools": (b"", f"data: {json.dumps(_TOOL)}\n\n".encode()),
    "events of probabilities": (b"", f"data: {json.dumps(_LOGPROBS)}\n\n".encode()),
    "events of nothing": (b"", f"event: ping\ndata: {json.dumps(_PING)}\n\n".encode()),
    "lines of one event": (b"", b"data: {\n"),
    "comments": (b"", b":\n"),
    "old line ends": (b"", b"\r"),
    "empty lines": (b"", b"\n"),
    "done again and again": (b"", b"data: [DONE]\n\n"),
}
PACKINGS = ("", "gzip", "deflate", "raw deflate", "gzip, gzip", "deflate, gzip", "many gzips")
STATUSES = (200, 200, 200, 200, 201, 400, 401, 404, 413, 429, 500, 503, 529)


def _packed(packing: str, begin: bytes, unit: bytes) -> Iterator[bytes]:
    """Pieces without end; packed ones are small, and hold very much."""
    size = MEGABYTE if packing else 1 << 16
    block = unit * (size // len(unit) + 1)
    if packing == "many gzips":
        yield gzip.compress(begin)
        member = gzip.compress(block * 8)
        while True:
            yield member
    layers = [name.strip() for name in packing.split(",") if name]
    first, again = begin + block, block
    for name in layers:
        bits = {"gzip": 31, "deflate": 15, "raw deflate": -15}[name]
        packer = zlib.compressobj(9, zlib.DEFLATED, bits)
        first = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
        again = packer.compress(again) + packer.flush(zlib.Z_FULL_FLUSH)
    yield first
    while True:
        yield again


def _header_of(packing: str) -> bytes:
    named = {"": "", "raw deflate": "deflate", "many gzips": "gzip"}.get(packing, packing)
    return f"Content-Encoding: {named}\r\n".encode() if named else b""


def flood(draw: Random) -> tuple[str, Script]:
    """Draw a server's answer that does not end, and say what it is."""
    name, (begin, unit) = draw.choice(list(UNITS.items()))
    packing, status = draw.choice(PACKINGS), draw.choice(STATUSES)
    events = unit.startswith((b"data:", b"event:", b":", b"\r", b"\n")) or begin == b"data: "
    kind = b"text/event-stream" if events else draw.choice((b"application/json", b"text/html", b""))
    framing = draw.choice(("chunked", "chunked", "length", "until it closes"))
    head = b"HTTP/1.1 %d X\r\nContent-Type: %s\r\n%s" % (status, kind, _header_of(packing))
    head += {
        "chunked": b"Transfer-Encoding: chunked\r\n",
        "length": b"Content-Length: 99999999999\r\n",
        "until it closes": b"Connection: close\r\n",
    }[framing]
    if draw.random() < 0.15:
        head += b"Retry-After: 9\r\nX-RateLimit-Reset: 99999999999999999999\r\n" * 20

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.write(head + b"\r\n")
        with suppress(ConnectionError):
            for piece in _packed(packing, begin, unit):
                writer.write(chunk(piece) if framing == "chunked" else piece)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    return f"{name}, {packing or 'not packed'}, {status}, {framing}", script


def attack_bodies(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Ask servers that send without end."""
    del runs
    for _ in range(times):
        told, script = flood(draw)
        models, models_script = (
            flood(draw) if draw.random() < 0.3 else ("", says(200, {"data": [{"id": "m"}]}))
        )
        api, streamed = draw.choice(APIS), draw.choice(("true", "false"))
        with in_thread(_plan(script, models_script)) as server, place(base) as there:
            spec = SPEC.format(url=server.endpoint.base_url, api=api, stream=streamed)
            (there.work / "spec.toml").write_text(spec)
            command = draw.choice(
                (("run", "--spec", "spec.toml", "--out", "made"), ("doctor", "mine/m", "--spec", "spec.toml"))
            )
            told = f"{told}; {api}, stream {streamed}" + (f"; models: {models}" if models else "")
            there.attack(found, told, *command)
            rows = there.work / "made" / "outcomes.jsonl"
            if command[0] == "run" and rows.exists():
                labels = [json.loads(row)["label"] for row in rows.read_text().splitlines()[1:]]
                # A stream that says that it is done has an answer, however much follows.
                if len(labels) not in (0, 4) and "done" not in told:
                    found.note(Harm.OTHER, f"{told}: {len(labels)} outcomes of 4")


def _plan(script: Script, models: Script) -> Plan:
    def plan(asked: Asked) -> Script:
        return models if asked.method == "GET" else script

    return plan


# --- files


def _members(*parts: tuple[bytes, int]) -> Callable[[bytes], Iterator[bytes]]:
    """Gzip of these blocks, each so many times."""

    def pieces(data: bytes) -> Iterator[bytes]:
        for block, times in parts:
            member = gzip.compress(block or data, 6)
            yield from (member for _ in range(times))

    return pieces


_BLOCK = 8 * MEGABYTE
FILES: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "a line of 4 GB": _members((b"x" * _BLOCK, 512)),
    "spaces of 4 GB": _members((b" " * _BLOCK, 512)),
    "NUL of 4 GB": _members((bytes(_BLOCK), 512)),
    "a text of 4 GB": _members((b'{"kind":"reply","trial":"', 1), (b"y" * _BLOCK, 512)),
    "a list of 4 GB": _members((b'{"kind":', 1), (b"[" * _BLOCK, 512)),
    "numbers of 4 GB": _members((b'{"turn":', 1), (b"1" * _BLOCK, 512)),
    "names of 4 GB": _members((b"{", 1), (b'"a":1,' * (_BLOCK // 6), 512)),
    "empty lines of 4 GB": _members((b"\n" * _BLOCK, 512)),
    "empty objects of 4 GB": _members((b"{}\n" * (_BLOCK // 3), 512)),
    "the rows, and then 4 GB": _members((b"", 1), (b"z" * _BLOCK, 512)),
    "the rows again and again": _members((b"", 2000)),
    "gzip in gzip": lambda _: iter(
        [gzip.compress(b"".join(islice(_members((bytes(_BLOCK), 128))(b""), 128)))]
    ),
    "a million empty gzips": lambda _: iter([gzip.compress(b"") * 1_000_000]),
    "gzip and rubbish": lambda data: iter([gzip.compress(data), b"\xff" * 1000]),
    "a cut gzip": lambda data: iter([gzip.compress(data)[:-6]]),
    "a wrong sum": lambda data: iter([gzip.compress(data)[:-8] + bytes(8)]),
    "a header without end": lambda _: iter([b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 50_000_000]),
    "only a header": lambda _: iter([b"\x1f\x8b\x08\x00"]),
}
PLACES: dict[str, tuple[tuple[str, ...], ...]] = {
    "run/exchanges.jsonl.gz": (
        ("replay", "run"),
        ("report", "run"),
        ("show", "run", "a"),
        ("shrink", "run", "--out", "s"),
    ),
    "run/outcomes.jsonl": (("replay", "run", "--check"), ("report", "run")),
    "labels.jsonl.gz": (("agree", "run", "labels.jsonl.gz"),),
    "answers.jsonl.gz": (
        ("import", "answers.jsonl.gz", "--out", "imported"),
        ("import", "answers.jsonl.gz", "--dry-run"),
    ),
    "answers.csv.gz": (("import", "answers.csv.gz", "--out", "imported"),),
    "instances.jsonl.gz": (("run", "--spec", "given.toml", "--dry-run"),),
    "run/run.json": (("replay", "run"),),
}


def attack_files(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Open files that unpack to far more than they are."""
    chosen = [(kind, name, command) for name, every in PLACES.items() for command in every for kind in FILES]
    draw.shuffle(chosen)
    for kind, name, command in chosen[:times]:
        with place(base) as there:
            run = draw.choice(runs)
            shutil.copytree(run, there.work / "run")
            shutil.copy(run / "labels.jsonl", there.work / "labels.jsonl")
            plain = there.work / name.removesuffix(".gz")
            data = plain.read_bytes() if plain.exists() else b"{}\n"
            plain.unlink(missing_ok=True)
            with (there.work / name).open("wb") as file:
                file.writelines(FILES[kind](data))
            (there.work / "given.toml").write_text(
                SPEC.format(url="http://127.0.0.1:9/v1", api="chat", stream="true").replace(
                    'name = "counting"\nsizes = [3]', 'name = "hanoi"\ninstances_file = "instances.jsonl.gz"'
                )
            )
            there.attack(found, f"{kind} as {name}", *command)
