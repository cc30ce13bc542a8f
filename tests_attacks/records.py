"""Rows, manifests and specs that no command ever wrote, given to every command that opens them."""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.commands import COMMANDS
from tests.fuzz.spec_file import as_toml
from tests_attacks.command import place
from tests_attacks.outcome import Outcome

MORE: tuple[tuple[str, ...], ...] = (
    *(("export", "run", "--to", to, "--out", "exported") for to in ("hf", "inspect", "lm-eval", "promptfoo")),
    *(("export", "run", "--to", to, "--out", "exported") for to in ("every-eval-ever", "verifiers")),
    ("trust", "run", "--yes"),
    ("report", "run", "--figures", "figures"),
    ("report", "run", "--format", "parquet"),
    ("compare", "run", "run", "--fail-on-regression"),
    ("shrink", "run", "--keep", "1", "--out", "shrunk"),
    ("import", "run/answers.jsonl", "--dry-run", "--lenient"),
)
"""What opens a run, or what people bring, beyond the commands of the fuzzer."""
EVERY = (*COMMANDS, *MORE)
OPENS = {"import": ("answers.jsonl",), "agree": ("labels.jsonl", "outcomes.jsonl")}
FILES = ("run.json", "run.json", "exchanges.jsonl", "exchanges.jsonl", "exchanges.jsonl", "outcomes.jsonl")


def attack(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Bend runs, and give each to commands."""
    for number in range(times):
        command = EVERY[number % len(EVERY)]
        with place(base) as there:
            run = draw.choice(runs)
            shutil.copytree(run, there.work / "run")
            shutil.copytree(run, there.work / "other")
            files: tuple[str, ...] = ("spec.json", *FILES) if "run/spec.toml" in command else FILES
            files = OPENS.get(command[0], files)
            told = [
                bend(draw, there.work / "run" / draw.choice(files))
                for _ in range(draw.choice((1, 1, 1, 2, 3)))
            ]
            as_toml(there.work / "run" / "spec.json", there.work / "run" / "spec.toml")
            first = (run / "outcomes.jsonl").read_text().splitlines()[1]
            words = [json.loads(first)["trial"] if word == "ID" else word for word in command]
            there.attack(found, f"{run.name}, {'; '.join(told)}", *words)


def bend(draw: Random, file: Path) -> str:
    """Change a file in one way, and say which."""
    data = file.read_bytes()
    if draw.random() < 0.25 and not file.name.endswith("spec.json"):
        name, change = draw.choice(list(BYTES.items()))
        file.write_bytes(change(draw, data))
        return f"{file.name}: {name}"
    lines = [data] if file.suffix == ".json" else data.splitlines(keepends=True)
    at = draw.randrange(len(lines)) if lines else 0
    try:
        value, other = json.loads(lines[at]), json.loads(draw.choice(lines))
    except (ValueError, IndexError, RecursionError):
        return f"{file.name}: as it was"
    places, others = list(_places(value)), list(_places(other))
    if not places:
        return f"{file.name}: as it was"
    holder, key = draw.choice(places)
    told = f"{file.name}, line {at + 1}, {key!r}"
    match draw.randrange(4):
        case 0:
            of, name = draw.choice(others)
            new = of[name]
            told += f" is what another has under {name!r}"
        case 1 if isinstance(holder, dict):
            holder[draw.choice(NAMES)] = holder.pop(key)
            new, key = None, ""
            told += " has another name"
        case 2:
            name, turn = draw.choice(list(TURNED.items()))
            new = turn(holder[key])
            told += f" {name}"
        case _:
            name, make = draw.choice(list(VALUES.items()))
            new = make()
            told += f" is {name}"
    if key != "":
        holder[key] = new
    lines[at] = json.dumps(value, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass") + b"\n"
    file.write_bytes(b"".join(lines))
    return told


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value that can be set, the outer ones first."""
    waiting = [value]
    while waiting:
        holder = waiting.pop(0)
        keys = holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in islice(keys, 200):
            yield holder, key
            waiting.append(holder[key])


def _nested(value: object, depth: int) -> object:
    for _ in range(depth):
        value = [value]
    return value


VALUES: dict[str, Callable[[], Any]] = {
    "ten thousand names": lambda: {f"name {number}": number for number in range(10_000)},
    "a hundred thousand numbers": lambda: list(range(100_000)),
    "a list 90 deep": lambda: _nested(0, 90),
    "an object 90 deep": lambda: json.loads('{"a":' * 90 + "1" + "}" * 90),
    "a number of 4,000 digits": lambda: 10**4000,
    "a negative number of 300 digits": lambda: -(10**300),
    "the smallest real number": lambda: 5e-324,
    "the largest real number": lambda: 1.7976931348623157e308,
    "minus nought": lambda: -0.0,
    "a real whole number": lambda: 3.0,
    "no number": lambda: float("nan"),
    "without end": lambda: float("-inf"),
    "two to the 53rd and one": lambda: 2**53 + 1,
    "a number as text": lambda: "3",
    "a number as Arabic text": lambda: "\u0663",
    "true": lambda: True,
    "null": lambda: None,
    "nothing": dict,
    "an empty list in lists": lambda: [[[]]],
    "lone surrogates": lambda: "\ud83d\ud83d\udc00",
    "NUL and other controls": lambda: "".join(map(chr, range(32))) + "\x7f\x80\x9b\u2028\u2029",
    "text that runs backwards": lambda: "\u202e\u2066\u200f\u061cabc",
    "a command for a terminal": lambda: "\x1b]52;c;Zm9v\x07\x1b[6n\x9b31m",
    "a command for a runner": lambda: "\n::add-mask::a\n##[error]b\n::stop-commands::c",
    "markup": lambda: "</script><img src=x onerror=alert(1)>]]><!--",
    "a formula": lambda: '=HYPERLINK("http://127.0.0.1")\t+1\r@SUM(1)',
    "markdown": lambda: "](javascript:alert(1)) | a\n\n# b\n```\n",
    "marks on one letter": lambda: "a" + "\u0301" * 5_000,
    "a family": lambda: "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
    "300,000 letters": lambda: "\u00df" * 300_000,
    "300,000 lines": lambda: "\n" * 300_000,
    "a path upwards": lambda: "../" * 40 + "etc/passwd",
    "a path of a device": lambda: "/dev/stdin",
    "a path with NUL": lambda: "a\0b",
    "an address": lambda: "http://user:pass@[::ffff:127.0.0.1]:99999/v1?x#y",
    "another arm": lambda: "chunked:p=0,m=-1",
    "another puzzle": lambda: "river_crossing",
    "another instance": lambda: "counting/size=99999999999/seed=-1",
    "a date of the year 0": lambda: "0000-00-00T99:99:99+99:99",
    "a format": lambda: "{0.__class__} %s %n {}",
    "a step": lambda: [1, 0, 2],
    "an endless list": lambda: "1, 0, 2, " * 30_000,
}
TURNED: dict[str, Callable[[Any], Any]] = {
    "is in a list": lambda value: [value],
    "is in a list twice": lambda value: [value, value],
    "is in an object": lambda value: {"value": value},
    "is text of itself": json.dumps,
    "is read as true": bool,
    "is upside down": lambda value: value[::-1] if isinstance(value, str | list) else value,
    "is doubled": lambda value: value * 2 if isinstance(value, str | list | int) else value,
    "is negative": lambda value: -value if isinstance(value, int | float) else value,
    "has lost its beginning": lambda value: value[1:] if isinstance(value, str | list) else value,
    "has an odd letter": lambda value: value + "\u00ad" if isinstance(value, str) else value,
}
NAMES = (
    "",
    "\0",
    "__class__",
    "constructor",
    "__proto__",
    "schema",
    "kind",
    "trial",
    "turn",
    "what",
    "\ud800",
    "label",
)


def _cut(draw: Random, data: bytes) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _shuffled(draw: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    draw.shuffle(lines)
    return b"".join(lines)


def _spotted(draw: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 3, 30))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


BYTES: dict[str, Callable[[Random, bytes], bytes]] = {
    "cut": _cut,
    "in another order": _shuffled,
    "with other bytes": _spotted,
    "with old Macintosh line ends": lambda _, data: data.replace(b"\n", b"\r"),
    "with Unicode line ends": lambda _, data: data.replace(b"\n", "\u2028".encode()),
    "with blank lines": lambda _, data: data.replace(b"\n", b"\n \t\n\n"),
    "in UTF-16": lambda _, data: data.decode("utf-8", "replace").encode("utf-16"),
    "in UTF-32": lambda _, data: data.decode("utf-8", "replace").encode("utf-32"),
    "with marks of order": lambda _, data: data.replace(b"\n", b"\n\xef\xbb\xbf"),
    "gzipped": lambda _, data: gzip.compress(data, 1),
    "gzipped and cut": lambda draw, data: _cut(draw, gzip.compress(data, 1)),
    "twice": lambda _, data: data + data,
    "as one line": lambda _, data: data.replace(b"\n", b""),
    "empty": lambda *_: b"",
    "nothing but NUL": lambda _, data: bytes(len(data)),
    "with NUL at the end": lambda _, data: data + bytes(4096),
    "without its first line": lambda _, data: data.partition(b"\n")[2],
    "in a list": lambda _, data: b"[" + data.rstrip().replace(b"\n", b",") + b"]\n",
    "with names doubled": lambda _, data: data.replace(b'{"', b'{"schema":9,"', 3),
}
