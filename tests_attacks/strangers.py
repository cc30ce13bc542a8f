"""Runs, puzzle files, specs and mappings of strangers who want something executed that nobody looked at."""

import hashlib
import importlib.util
import json
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.program import environment
from tests.samples.own_puzzles import marking, own_run, unmarked
from tests_attacks.command import Place, place
from tests_attacks.outcome import Harm, Outcome

_EVIL_IMPORT = "open('{marks}', 'a').write('imported')\n"
Planted = Callable[[Place, str], None]
"""Puts something into the folder of a stranger's run, with the code that must not be executed."""


def _manifest(there: Place, edit: Callable[[dict[str, Any]], object]) -> None:
    file = there.work / "runs" / "mine" / "run.json"
    value = json.loads(file.read_text())
    edit(value)
    file.write_text(json.dumps(value))


def _names(path: str, data: bytes) -> Callable[[dict[str, Any]], None]:
    def edit(value: dict[str, Any]) -> None:
        value["spec"]["puzzle_paths"] = {"mine": path}
        value["puzzle_files"] = {"mine": hashlib.sha256(data).hexdigest()}

    return edit


def _compiled(there: Place, code: str, target: Path) -> None:
    source = there.work / "compiled.py"
    source.write_text(code)
    target.parent.mkdir(parents=True, exist_ok=True)
    py_compile.compile(
        str(source), str(target), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    source.unlink()


def _beside(name: str) -> Planted:
    return lambda there, code: _compiled(there, code, there.work / name)


def _sourceless(there: Place, code: str) -> None:
    file = there.work / "runs" / "mine" / "notes.pyc"
    _compiled(there, code, file)
    _manifest(there, _names("notes.pyc", file.read_bytes()))


def _trusting_itself(there: Place, code: str) -> None:
    """Hashes where a stranger may hope that they are taken for the user's."""
    del code
    sha256 = hashlib.sha256((there.work / "mine.py").read_bytes()).hexdigest()
    for name in ("cantwont/trusted", "runs/mine/trusted", ".local/state/cantwont/trusted", "trusted"):
        file = there.work / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{sha256} now mine\n")


def _modules(there: Place, code: str) -> None:
    for name in ("rich", "typer", "json", "pandas", "evals", "cantwont"):
        _file(f"{name}.py", _EVIL_IMPORT)(there, code)


def _cached(level: int | str) -> Planted:
    def plant(there: Place, code: str) -> None:
        source = str(there.work / "mine.py")
        _compiled(there, code, Path(importlib.util.cache_from_source(source, optimization=level)))

    return plant


def _at(name: str, *, stored: str | None = None) -> Planted:
    """Another file that the run names."""

    def plant(there: Place, code: str) -> None:
        path = there.work / "runs" / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
        named = stored or name
        _manifest(there, _names(named.format(here=path.resolve()), code.encode()))

    return plant


def _outside(how: str) -> Planted:
    def plant(there: Place, code: str) -> None:
        file = there.outside / "evil.py"
        file.write_text(code)
        named = {
            "absolute": str(file),
            "above": "../../../outside/evil.py",
            "link": "evil.py",
            "folder": "there/evil.py",
        }
        if how == "link":
            (there.work / "runs" / "mine" / "evil.py").symlink_to(file)
        if how == "folder":
            (there.work / "runs" / "mine" / "there").symlink_to(there.outside)
        _manifest(there, _names(named[how], code.encode()))

    return plant


def _file(name: str, text: str = "{code}") -> Planted:
    def plant(there: Place, code: str) -> None:
        path = there.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{code}", code).replace("{marks}", str(there.outside / "marks")))
        path.chmod(0o755)

    return plant


def _plugin(there: Place, code: str) -> None:
    (there.work / "evil.py").write_text(code)
    for folder in ("evil.egg-info", "evil-1.dist-info"):
        (there.work / folder).mkdir()
        name = "PKG-INFO" if folder.endswith("egg-info") else "METADATA"
        (there.work / folder / name).write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1\n")
        points = "[cantwont.puzzles]\nevil = evil:PUZZLE\n[pytest11]\nevil = evil\n"
        (there.work / folder / "entry_points.txt").write_text(points)


def _git(there: Place, code: str) -> None:
    """A repository whose settings name programs."""
    del code
    run = ["git", "-C", str(there.work)]
    if shutil.which("git") is None:
        return
    subprocess.run([*run, "init", "-q"], check=True, capture_output=True)  # noqa: S603
    program = there.work / "evil.sh"
    program.write_text(f"#!/bin/sh\necho git >> {there.outside / 'marks'}\n")
    program.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "diff.external",
        "core.hooksPath",
        "filter.x.clean",
    ):
        subprocess.run([*run, "config", name, str(program)], check=True, capture_output=True)  # noqa: S603
    (there.work / ".gitattributes").write_text("* filter=x diff=x\n")


def _edited(edit: Callable[[dict[str, Any]], object]) -> Planted:
    return lambda there, _: _manifest(there, edit)


def _rows(field: str, value: object) -> Planted:
    """The trials of the record have another arm, puzzle or the like."""

    def plant(there: Place, code: str) -> None:
        (there.work / "runs" / "mine" / "evil.py").write_text(code)
        file = there.work / "runs" / "mine" / "exchanges.jsonl"
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        for row in rows:
            if row.get("what"):
                target = row["what"]["instance"] if field == "puzzle" else row["what"]
                target[field] = value
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))

    return plant


RUNS: dict[str, Planted] = {
    "as it was sent": lambda *_: None,
    "byte code in the cache": _cached(""),
    "byte code in the cache, optimised": _cached(1),
    "byte code beside": _beside("mine.pyc"),
    "byte code in the run": _beside("runs/mine/mine.pyc"),
    "byte code without a source": _sourceless,
    "a folder with __init__": _file("mine/__init__.py"),
    "a native module beside": _file("mine.abi3.so"),
    "a changed file": _file("mine.py"),
    "a file in the run": _at("evil.py"),
    "a file in a folder of the run": _at("deep/er/evil.py"),
    "a file by dots": _at("evil.py", stored="./x/../evil.py"),
    "a file by its whole path": _at("evil.py", stored="{here}"),
    "a file with another suffix": _at("evil.txt"),
    "a file with a blank suffix": _at("evil.py "),
    "a file without a suffix": _at("evil"),
    "a file in capitals": _at("EVIL.PY"),
    "a file named like an option": _at("--help.py"),
    "an address": _at("evil.py", stored="file://{here}"),
    "a module": _at("evil.py", stored="evil:PUZZLE"),
    "NUL in the name": _at("evil.py", stored="evil.py\0.txt"),
    "outside, by its whole path": _outside("absolute"),
    "outside, by ../": _outside("above"),
    "outside, by a link": _outside("link"),
    "outside, by a link of a folder": _outside("folder"),
    "paths in a list": _edited(lambda value: value["spec"].update(puzzle_paths=["../../mine.py"])),
    "paths in an object": _edited(
        lambda value: value["spec"].update(puzzle_paths={"mine": {"file": "../../mine.py"}})
    ),
    "another name for the puzzle": _edited(
        lambda value: value["spec"].update(puzzle_paths={"counting": "../../mine.py"})
    ),
    "the hash in capitals": _edited(
        lambda value: value.update(
            puzzle_files={name: sha.upper() for name, sha in value["puzzle_files"].items()}
        )
    ),
    "no hash": _edited(lambda value: value.update(puzzle_files={"mine": ""})),
    "trust in the run": _edited(
        lambda value: value.update(trusted=True, trust=[value["puzzle_files"]["mine"]])
    ),
    "a store of trust in the run": _trusting_itself,
    "an arm by its module": _rows("arm", "evil:ARM"),
    "an arm by its path": _rows("arm", "../../evil"),
    "an arm by its file": _rows("arm", "runs/mine/evil.py"),
    "an arm of Python": _rows("arm", "__import__('os').system('id')"),
    "a private arm": _rows("arm", "__init__"),
    "a puzzle by its module": _rows("puzzle", "os.path"),
    "a puzzle by its path": _rows("puzzle", "runs/mine/evil.py"),
    "a puzzle upwards": _rows("puzzle", "../evil"),
    "options of Python": _rows("options", {"k": "__import__('os').system('id')"}),
    "a plugin in the folder": _plugin,
    "modules in the folder": _modules,
    "sitecustomize": _file("sitecustomize.py", _EVIL_IMPORT),
    "usercustomize": _file("usercustomize.py", _EVIL_IMPORT),
    "a path file": _file("evil.pth", "import os; open('{marks}', 'a')\n"),
    "conftest": _file("conftest.py", _EVIL_IMPORT),
    "settings of matplotlib": _file("matplotlibrc", "backend: module://evil\n"),
    "settings of Python": _file("pyvenv.cfg", "home = {marks}\ninclude-system-site-packages = true\n"),
    "an environment file": _file(".env", "PYTHONSTARTUP={marks}\n"),
    "settings of git": _git,
}
"""What a stranger may have put into a run, or into the folder in which it comes."""

OPENING: tuple[tuple[str, ...], ...] = (
    ("replay", "runs/mine"),
    ("replay", "runs/mine", "--check"),
    ("replay", "runs/mine", "--update"),
    ("report", "runs/mine", "--format", "md", "--out", "-"),
    ("report", "runs/mine", "--figures", "figures"),
    ("compare", "runs/mine", "runs/mine"),
    ("shrink", "runs/mine", "--out", "small"),
    ("show", "runs/mine", "a"),
    ("agree", "runs/mine", "labels.jsonl"),
    ("export", "runs/mine", "--to", "promptfoo", "--out", "exported"),
    ("trust", "runs/mine"),
    ("run", "--model", "mine/m", "--puzzle", "counting:3", "--out", "runs/mine", "--extend", "--dry-run"),
    ("replay", "runs/mine", "--judge", "ollama/none"),
)

DATA: dict[str, tuple[tuple[str, ...], Planted]] = {
    "a mapping that names a module": (
        ("import", "rows.jsonl", "--mapping", "map.toml", "--out", "made"),
        _file("map.toml", 'from = "rows"\nreader = "evil:READER"\n[fields]\nanswer = "a"\n'),
    ),
    "a mapping that names a file": (
        ("import", "rows.jsonl", "--mapping", "map.toml", "--out", "made"),
        _file("map.toml", '[join]\nfile = "/proc/self/environ"\nby = "a"\n[fields]\nanswer = "a"\n'),
    ),
    "a mapping that is Python": (
        ("import", "rows.jsonl", "--mapping", "evil.py", "--out", "made"),
        _file("evil.py"),
    ),
    "a mapping with Python in it": (
        ("import", "rows.jsonl", "--mapping", "map.toml", "--out", "made"),
        _file(
            "map.toml",
            '[fields]\nanswer = "a.__class__.__init__.__globals__"\n[constants]\npuzzle = "{x.__class__}"\n',
        ),
    ),
    "a mapping by its path upwards": (
        ("import", "rows.jsonl", "--mapping", "../outside/victim.txt", "--out", "made"),
        _file("map.toml"),
    ),
    "a mapping that reads Python's literals": (
        ("import", "rows.jsonl", "--mapping", "map.toml", "--out", "made"),
        _file("map.toml", 'reader = "python"\n[fields]\nanswer = "a"\ninstance = "b"\n'),
    ),
    "an importer by its module": (
        ("import", "rows.jsonl", "--from", "evil", "--out", "made"),
        _file("evil.py"),
    ),
    "an importer by its path": (
        ("import", "rows.jsonl", "--from", "../evil", "--out", "made"),
        _file("evil.py"),
    ),
    "an arm of one's own": (
        ("import", "rows.jsonl", "--arm", "a=evil:ARM", "--out", "made"),
        _file("evil.py"),
    ),
    "an exporter by its module": (
        ("export", "runs/mine", "--to", "evil:x", "--out", "made"),
        _file("evil.py"),
    ),
    "a spec with an arm of one's own": (
        ("run", "--spec", "own.toml", "--dry-run"),
        _file(
            "own.toml",
            'models = ["ollama/m"]\narms = ["evil:ARM", "./evil.py"]\n'
            '[[puzzles]]\nname="counting"\nsizes=[3]\n',
        ),
    ),
    "a spec with a puzzle by its module": (
        ("run", "--spec", "own.toml", "--dry-run"),
        _file("own.toml", 'models = ["ollama/m"]\n[[puzzles]]\nname="evil:PUZZLE"\nsizes=[3]\n'),
    ),
    "a spec with a puzzle that is no .py": (
        ("run", "--spec", "own.toml", "--dry-run"),
        _file("own.toml", 'models = ["ollama/m"]\n[[puzzles]]\nname="mine"\nfile="rows.jsonl"\nsizes=[3]\n'),
    ),
    "labels with Python": (
        ("agree", "runs/mine", "labels.jsonl"),
        _file(
            "labels.jsonl",
            '{"id": "__import__(\'os\')", "label": "solved", "!!python/object/apply:os.system": "id"}\n',
        ),
    ),
    "YAML with Python": (
        ("import", "results.yaml", "--out", "made"),
        _file("results.yaml", "results: !!python/object/apply:os.system ['echo yaml >> {marks}']\n"),
    ),
    "a pickle for a table": (
        ("import", "table.parquet", "--out", "made"),
        _file("table.parquet", "cos\nsystem\n(S'echo pickle >> {marks}'\ntR."),
    ),
    "a log that is an archive": (
        ("import", "log.eval", "--out", "made"),
        _file("log.eval", "PK\x03\x04../../../outside/new.txt"),
    ),
    "an instance with Python": (
        ("label", "hanoi", "rows.jsonl", "--instance", '{"__class__": "os", "disks": "__import__(\'os\')"}'),
        _file("evil.py"),
    ),
}
"""What people bring that is data, and the commands that read it."""


def attacks() -> list[tuple[str, tuple[str, ...], Planted]]:
    """Every planted thing, with every command that may meet it."""
    opened = [(name, command, plant) for name, plant in RUNS.items() for command in OPENING]
    return opened + [(name, command, plant) for name, (command, plant) in DATA.items()]


def attack(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Open what strangers have sent, who want something executed."""
    del runs
    chosen = attacks()
    draw.shuffle(chosen)
    owner = base / "owner"
    for number, (name, command, plant) in enumerate(chosen[:times]):
        with place(base) as there:
            shutil.copytree(owner, there.work, dirs_exist_ok=True)
            # Only `mine.py` as it was sent may one day be trusted; it marks its owner's folder.
            marks = there.outside / "marks"
            code = marking(there.outside, "executed")
            (there.work / "mine.py").write_text(code)
            _manifest(there, _names("../../mine.py", code.encode()))
            plant(there, code)
            if number % 10 == 0:
                _in_a_process(there, name, command, found)
            else:
                ended = there.run(*command)
                harm = Harm.ESCAPE if marks.exists() else ended.harm
                found.note(harm, f"{name}: {' '.join(command)}: {ended.what}")


def _in_a_process(there: Place, name: str, command: tuple[str, ...], found: Outcome) -> None:
    """The same with a Python of its own, which looks for modules and settings by itself."""
    before = sorted(there.outside.rglob("*"))
    state = str(there.work / "state")
    try:
        ran = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "cantwont", *command],
            cwd=there.work,
            env=environment(XDG_STATE_HOME=state, HOME=state),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=240,
            check=False,
        )
    except subprocess.TimeoutExpired:
        found.note(Harm.HANG, f"{name}: {' '.join(command)}, in a process of its own")
        return
    harm = None
    if sorted(there.outside.rglob("*")) != before:
        harm = Harm.ESCAPE
    elif "Traceback" in ran.stderr or ran.returncode < 0:
        harm = Harm.TRACEBACK
    elif ran.returncode not in (0, 1, 2, 3):
        harm = Harm.OTHER
    found.note(
        harm, f"{name}: {' '.join(command)}, in a process of its own: {ran.returncode} {ran.stderr[-500:]}"
    )


def furnish(base: Path) -> None:
    """Make the folder of an owner with a run; in the main thread, as the command minds signals."""
    folder = base / "owner"
    folder.mkdir()
    own_run(folder, state=folder / "state")
    unmarked(folder)
    shutil.rmtree(folder / "state")
    row = '{"a": "x", "b": "[1, (2, 3), __import__(\'os\')]", "puzzle": "hanoi"}\n'
    (folder / "rows.jsonl").write_text(row)
    (folder / "labels.jsonl").write_text('{"id": "a", "label": "solved"}\n')
    (folder / "mine.toml").unlink()
