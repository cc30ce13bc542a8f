"""Imports of many rows of each text format, of ordinary size: time beside that of parsing, and memory.

Goals: at most 6 times `json.loads` over the same rows (for CSV: `csv.reader`), in time of the processor, and
memory that does not grow with the number of rows. YAML is left out: parsing it takes many times as long.

    python -m benchmarks.importing [ROWS]
"""

import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evals.importers import import_run

ROWS = 50_000
INSTANCES = 500
_PROMPT = "Move the tower from peg 0 to peg 2, one disk at a time, and write out every move. " * 10
_WORDS = "First the smaller disks make way, then the largest one moves, and the others follow it. " * 6


def answer(number: int) -> str:
    """An answer of some 1.5 KB; no two are alike."""
    return f"{_WORDS}Answer {number}:\n" + "[[1, 0, 2], [2, 0, 1], [1, 2, 1], [3, 0, 2]]\n" * 20


def ours(number: int) -> dict[str, Any]:
    """What leads back to us."""
    return {
        "puzzle": "counting",
        "instance": {"parameters": {"size": 3 + number % INSTANCES}},
        "variant": "base",
    }


def messages(number: int) -> list[dict[str, str]]:
    """What was asked."""
    return [{"role": "user", "content": f"{_PROMPT} {number}"}]


def own(number: int) -> dict[str, Any]:
    response = {
        "content": answer(number),
        "finish_reason": "stop",
        "prompt_tokens": 200,
        "completion_tokens": 500,
    }
    return {
        "id": f"trial-{number}",
        "task": "counting",
        "instance": ours(number)["instance"],
        "prompt_variant": "base",
        "model": "m",
        "request": {"messages": messages(number), "max_tokens": 1000},
        "response": response,
    }


def chat(number: int) -> dict[str, Any]:
    said = {"role": "assistant", "content": answer(number)}
    return {"id": f"c{number}", "messages": [*messages(number), said], "model": "m", "cantwont": ours(number)}


def lm_eval(number: int) -> dict[str, Any]:
    arguments = {
        "gen_args_0": {"arg_0": messages(number)[0]["content"], "arg_1": {"until": [], "max_gen_toks": 9}}
    }
    return {
        "doc_id": number,
        "doc": {"cantwont": ours(number)},
        "target": "",
        "arguments": arguments,
        "resps": [[answer(number)]],
        "filtered_resps": [answer(number)[:100]],
        "filter": "none",
    }


def promptfoo(number: int) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "testIdx": number,
        "promptIdx": 0,
        "provider": {"id": "openai:m"},
        "prompt": {"raw": messages(number)[0]["content"], "label": "base"},
        "vars": {"cantwont": ours(number)},
        "response": {
            "output": answer(number),
            "tokenUsage": {"prompt": 200, "completion": 500, "total": 700},
        },
    }


def asked(number: int) -> dict[str, Any]:
    body = {"model": "m", "messages": messages(number), "max_tokens": 1000}
    return {"custom_id": f"r{number}", "method": "POST", "url": "/v1/chat/completions", "body": body} | {
        "cantwont": ours(number)
    }


def answered(number: int) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer(number)}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    body = {
        "object": "chat.completion",
        "model": "m",
        "choices": choices,
        "usage": {"completion_tokens": 500},
    }
    return {"id": f"b{number}", "custom_id": f"r{number}", "response": {"status_code": 200, "body": body}}


def _lines(path: Path, rows: int, make: Callable[[int], dict[str, Any]]) -> Path:
    with path.open("w") as file:
        file.writelines(f"{json.dumps(make(number))}\n" for number in range(rows))
    return path


def _document(path: Path, rows: int) -> Path:
    with path.open("w") as file:
        file.write('{"evalId": "e", "results": {"version": 3, "results": [\n')
        for number in range(rows):
            file.write((",\n" if number else "") + json.dumps(promptfoo(number)))
        file.write('\n], "stats": {}}}\n')
    return path


def _table(path: Path, rows: int) -> Path:
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ["id", "puzzle", "instance", "variant", "model", "prompt", "response", "completion_tokens"]
        )
        for number in range(rows):
            instance = json.dumps(ours(number)["instance"])
            prompt = messages(number)[0]["content"]
            table.writerow([f"c{number}", "counting", instance, "base", "m", prompt, answer(number), 500])
    return path


def files_of(kind: str, folder: Path, rows: int) -> list[Path]:
    """Write the files of a format."""
    if kind == "promptfoo":
        return [_document(folder / "results.json", rows)]
    if kind == "csv":
        return [_table(folder / "table.csv", rows)]
    if kind == "openai_batch":
        return [_lines(folder / "in.jsonl", rows, asked), _lines(folder / "out.jsonl", rows, answered)]
    return [_lines(folder / f"{kind}.jsonl", rows, {"own": own, "chat": chat, "lm_eval": lm_eval}[kind])]


def _parsed(files: list[Path]) -> float:
    """Seconds of parsing the rows and nothing else."""
    begun = time.process_time()
    for path in files:
        if path.suffix == ".csv":
            with path.open(newline="") as file:
                for _ in csv.reader(file):
                    pass
            continue
        for line in _rows(path):
            json.loads(line)
    return time.process_time() - begun


def _rows(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            row = line.strip().removesuffix(b",")
            if path.suffix == ".jsonl" or (row.endswith(b"}") and row.startswith(b'{"id"')):
                yield row


def _measure(kind: str, rows: int) -> None:
    with TemporaryDirectory() as folder:
        files = files_of(kind, Path(folder), rows)
        parsing = min(_parsed(files) for _ in range(2))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.process_time()
        assert import_run(files, Path(folder) / "run", {}).answers == rows
        took = time.process_time() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        size = sum(path.stat().st_size for path in files) / rows
    print(
        f"{kind:13} {rows:8,} rows of {size:5,.0f} bytes: {took:6.2f} s, {1e6 * took / rows:5.1f} µs a row, "
        f"{took / parsing:4.1f} x parsing, {grown:4.0f} MB",
        flush=True,
    )


KINDS = ("own", "chat", "lm_eval", "promptfoo", "openai_batch", "csv")


def main() -> None:
    if len(sys.argv) > 2:
        _measure(sys.argv[2], int(sys.argv[1]))
        return
    rows = sys.argv[1] if len(sys.argv) > 1 else str(ROWS)
    for kind in KINDS:
        subprocess.run([sys.executable, "-m", "benchmarks.importing", rows, kind], check=True)


if __name__ == "__main__":
    main()
