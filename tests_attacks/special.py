"""Pipes, devices, sockets, folders and links of all kinds in the place of files, read and written."""

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from tests_attacks.command import Place, place
from tests_attacks.outcome import Outcome


def _pipe(path: Path, there: Place) -> None:
    del there
    os.mkfifo(path)


def _socket(path: Path, there: Place) -> None:
    del there
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def _link_to(target: str) -> Callable[[Path, Place], None]:
    return lambda path, there: path.symlink_to(target.format(outside=there.outside, here=path.parent))


def _chain(path: Path, there: Place) -> None:
    """A link that ends in a pipe, after many others."""
    os.mkfifo(there.work / "pipe")
    last = there.work / "pipe"
    for number in range(20):
        link = there.work / f"link{number}"
        link.symlink_to(last)
        last = link
    path.symlink_to(last)


def _sparse(path: Path, there: Place) -> None:
    """A file of a terabyte that has no content."""
    del there
    with path.open("wb") as file, suppress(OSError):
        file.truncate(1 << 40)


def _hard(path: Path, there: Place) -> None:
    os.link(there.victim, path)


KINDS: dict[str, Callable[[Path, Place], None]] = {
    "pipe": _pipe,
    "socket": _socket,
    "folder": lambda path, _: path.mkdir(),
    "folder with something": lambda path, _: (path / "inner").mkdir(parents=True),
    "zeros": _link_to("/dev/zero"),
    "randomness": _link_to("/dev/urandom"),
    "full device": _link_to("/dev/full"),
    "nothing": _link_to("/dev/null"),
    "terminal": _link_to("/dev/tty"),
    "standard input": _link_to("/dev/stdin"),
    "own memory": _link_to("/proc/self/mem"),
    "own environment": _link_to("/proc/self/environ"),
    "kernel's log": _link_to("/proc/kmsg"),
    "link to a victim": _link_to("{outside}/victim.txt"),
    "link to a new file outside": _link_to("{outside}/new.txt"),
    "link to a folder outside": _link_to("{outside}/folder"),
    "link to a missing folder": _link_to("{outside}/none/new.txt"),
    "link upwards": _link_to("../../outside/victim.txt"),
    "link to itself": lambda path, _: path.symlink_to(path.name),
    "link of links to a pipe": _chain,
    "sparse file": _sparse,
    "second name of a victim": _hard,
    "nothing at all": lambda *_: None,
}

READ: dict[str, tuple[tuple[str, ...], ...]] = {
    "run/run.json": (
        ("replay", "run"),
        ("report", "run"),
        ("show", "run", "a"),
        ("shrink", "run", "--out", "s"),
    ),
    "run/exchanges.jsonl": (
        ("replay", "run"),
        ("report", "run"),
        ("compare", "run", "other"),
        ("trust", "run"),
    ),
    "run/outcomes.jsonl": (("replay", "run", "--check"), ("report", "run"), ("agree", "run", "labels.jsonl")),
    "labels.jsonl": (("agree", "run", "labels.jsonl"),),
    "answers.jsonl": (
        ("import", "answers.jsonl", "--out", "imported"),
        ("import", "answers.jsonl", "--dry-run"),
    ),
    "answers.json": (("import", "answers.json", "--from", "inspect", "--out", "imported"),),
    "answers.csv": (("import", "answers.csv", "--out", "imported"),),
    "answers.parquet": (("import", "answers.parquet", "--out", "imported"),),
    "mapping.toml": (("import", "rows.jsonl", "--mapping", "mapping.toml", "--out", "imported"),),
    "spec.toml": (("run", "--spec", "spec.toml", "--dry-run"), ("replay", "run", "--spec", "spec.toml")),
    "mine.py": (
        ("tasks", "show", "mine.py"),
        ("trust", "mine.py", "--yes"),
        ("label", "mine.py", "answer.txt"),
    ),
    "answer.txt": (("label", "hanoi", "answer.txt", "--size", "3"),),
    "instance.json": (("label", "hanoi", "answer.txt", "--instance", "@instance.json"),),
    "instances.jsonl": (("run", "--spec", "given.toml", "--dry-run"),),
    "key.txt": (("doctor", "mine/m", "--spec", "key.toml"),),
    "ca.pem": (("doctor", "mine/m", "--spec", "ca.toml"),),
    "state/cantwont/trusted": (("tasks", "show", "own.py"), ("trust", "own.py", "--yes")),
    "run": (("replay", "run"), ("report", "run"), ("import", "answers.jsonl", "--out", "run")),
}
"""What is put in the place of what, and the commands that read it."""

WRITTEN: dict[str, tuple[tuple[str, ...], ...]] = {
    **{
        f"run/report.{kind}": (("report", "run", "--format", kind),)
        for kind in ("html", "md", "csv", "parquet", "json")
    },
    "run/outcomes.jsonl": (("replay", "run", "--update"),),
    "run/.lock": (("replay", "run", "--update"), ("run", "--spec", "again.toml", "--out", "run")),
    "run/exchanges.jsonl": (("run", "--spec", "again.toml", "--out", "run", "--extend"),),
    "run/run.json": (("run", "--spec", "again.toml", "--out", "run", "--extend"),),
    "run/.outcomes.jsonl.new": (("replay", "run", "--update"),),
    "run/.run.json.new": (("run", "--spec", "again.toml", "--out", "run", "--extend"),),
    "run/provenance": (("run", "--spec", "again.toml", "--out", "run", "--extend"),),
    "junit.xml": (("replay", "run", "--junit", "junit.xml"),),
    "page.html": (("report", "run", "--out", "page.html"),),
    "figures": (("report", "run", "--figures", "figures"),),
    "figures/fates.svg": (("report", "run", "--figures", "figures"),),
    "shrunk": (("shrink", "run", "--out", "shrunk"),),
    "imported": (("import", "answers.jsonl", "--out", "imported"),),
    "refused.jsonl": (("import", "answers.jsonl", "--out", "imported", "--refused", "refused.jsonl"),),
    "exported": (("export", "run", "--to", "promptfoo", "--out", "exported"),),
    "state/cantwont/trusted": (("trust", "own.py", "--yes"),),
    "state/cantwont": (("trust", "own.py", "--yes"),),
    "summary.md": (("replay", "run"), ("report", "run", "--format", "md", "--out", "-")),
}
"""The same of what is written. A link on the way to it is the user's own: a folder `runs` may be one."""

_ANSWER = "moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1]]"
_SPEC = 'models = ["mine/m"]\nmax_retries = 0\n[endpoints.mine]\nbase_url = "http://127.0.0.1:9/v1"\n'
_PUZZLES = '[[puzzles]]\nname = "counting"\nsizes = [3]\n'


def attacks() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every kind, place and command."""
    return [
        (kind, name, command)
        for table in (READ, WRITTEN)
        for name, commands in table.items()
        for command in commands
        for kind in KINDS
    ]


def attack(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Put something in the place of a file, and run a command that reads or writes it."""
    chosen = attacks()
    draw.shuffle(chosen)
    for kind, name, command in chosen[:times]:
        with place(base) as there:
            _furnish(there, draw.choice(runs))
            path = there.work / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                KINDS[kind](path, there)
            except OSError as error:
                found.notes.append(f"{kind} cannot be made here: {error.strerror}")
                continue
            there.attack(
                found, f"{kind} for {name}", *command, GITHUB_STEP_SUMMARY=str(there.work / "summary.md")
            )


def _furnish(there: Place, run: Path) -> None:
    """What all these commands need."""
    for name in ("run", "other"):
        shutil.copytree(run, there.work / name)
    for name in ("labels.jsonl", "answers.jsonl"):
        shutil.copy(run / name, there.work / name)
    write = {
        "again.toml": _SPEC + _PUZZLES,
        "spec.toml": _SPEC + _PUZZLES,
        "given.toml": _SPEC + '[[puzzles]]\nname = "hanoi"\ninstances_file = "instances.jsonl"\n',
        "key.toml": _SPEC + 'key_file = "key.txt"\n' + _PUZZLES,
        "ca.toml": _SPEC + 'ca_file = "ca.pem"\n' + _PUZZLES,
        "answer.txt": _ANSWER,
        "rows.jsonl": '{"a": "x", "b": 3}\n',
        "own.py": "PUZZLE = 1\n",
    }
    for name, text in write.items():
        (there.work / name).write_text(text)
