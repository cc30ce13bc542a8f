"""The wheel: one package `cantwont`, in which all that the checkout has works beside packages of others.

`.ci/wheel` installs it into an empty environment. Here it is unpacked, and Python is started so that it does
not see the checkout, which is quicker.
"""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import ROOT
from tests.project.test_docs import blocks

pytest.importorskip("hatchling", reason="hatchling builds the wheel; it is in the extra 'dev'")

from hatch_build import BESIDE, MOVED, moved

pytestmark = pytest.mark.slow

OWN = """import os
if "WANTED" not in os.environ:
    raise ImportError(f"somebody imports {__name__!r} of the user, who did not ask for it")
MINE = True
"""


def built(root: Path, target: str, into: Path) -> Path:
    """What hatchling makes of the project that is there."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    subprocess.run(command, cwd=root, capture_output=True, check=True)
    [made] = into.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as built from the checkout."""
    return built(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@dataclass(frozen=True)
class Form:
    """One of the two ways in which the packages can be had, seen from a user's folder."""

    path: str
    home: Path

    def run(self, *arguments: str | Path, **changes: str) -> str:
        """What Python prints that sees nothing but this; the `.pth` file of the checkout is not read."""
        ended = subprocess.run(
            [sys.executable, "-S", *map(str, arguments)],
            cwd=self.home,
            env=os.environ | {"PYTHONPATH": self.path} | changes,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files."""
    into = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(into)
    return into


def form(first: Path, home: Path) -> Form:
    """With what is installed in this environment."""
    return Form(os.pathsep.join([str(first), sysconfig.get_path("purelib")]), home)


@pytest.fixture
def installed(unpacked: Path, tmp_path: Path) -> Form:
    """The wheel, in a folder with packages of the user's own that have our short names."""
    for name in MOVED:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(OWN)
    return form(unpacked, tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tasks import a", "from cantwont.tasks import a"),
        ("from tasks.x import (\n    a,  # why\n)", "from cantwont.tasks.x import (\n    a,  # why\n)"),
        (
            "def f():\n    from evals import a; import os",
            "def f():\n    from cantwont.evals import a; import os",
        ),
        ("from \\\n  reports.x import a", "from \\\n  cantwont.reports.x import a"),
        ("import tasks", "import cantwont.tasks as tasks"),
        ("import os, tasks, evals as e", "import os, cantwont.tasks as tasks, cantwont.evals as e"),
        ("import tasks.x as y  # why", "import cantwont.tasks.x as y  # why"),
        ("import tasks.x, os", "import cantwont.tasks.x, cantwont.tasks as tasks, os"),
        ("é = 'é'; from tasks import a", "é = 'é'; from cantwont.tasks import a"),
        (
            "if a: import evals\r\nfrom tasks import b\r\n",
            "if a: import cantwont.evals as evals\r\nfrom cantwont.tasks import b\r\n",
        ),
    ],
)
def test_imports_are_moved(before: str, after: str) -> None:
    """Wherever an import statement stands, it names the packages as they are in the wheel."""
    assert moved(before.encode()).decode() == after


@pytest.mark.parametrize(
    "source",
    [
        '"""An example.\n\nfrom tasks import puzzle\n"""',
        "# from tasks import puzzle",
        "text = 'import tasks'",
        "from . import tasks\nfrom .tasks import a\nfrom x.tasks import b\nimport x.tasks, tasks_of_others",
        "from tasks_of_others import tasks",
        "def f():\n    yield from tasks",
        "raise error from tasks",
    ],
)
def test_nothing_else_is_moved(source: str) -> None:
    """Strings, comments, relative imports and other packages stay as they are."""
    assert moved(source.encode()).decode() == source


def test_content(wheel: Path) -> None:
    """All files of the packages, under one name, with lines where they were; and nothing else."""
    with zipfile.ZipFile(wheel) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    ours = {name for name in files if not name.startswith("cantwont-")}
    assert {name.partition("/")[0] for name in ours} == {"cantwont", *BESIDE}
    there = {
        file
        for package in ("cantwont", *MOVED)
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    named = {file: file.relative_to(ROOT).as_posix() for file in there}
    inside = {
        file: name if name.startswith("cantwont/") else f"cantwont/{name}" for file, name in named.items()
    }
    assert {*inside.values(), *BESIDE} == ours
    assert {Path(name).suffix for name in ours} >= {".py", ".html", ".css", ".js", ".toml", ".typed"}
    for file, name in inside.items():
        if file.suffix == ".py":
            assert files[name].count(b"\n") == file.read_bytes().count(b"\n"), name
        else:
            assert files[name] == file.read_bytes(), name
    [entry] = [text for name, text in files.items() if name.endswith("entry_points.txt")]
    assert "cantwont = cantwont:main" in entry.decode()


def test_no_short_names_are_left(unpacked: Path) -> None:
    """No module of the wheel imports a package of somebody else's by mistake."""
    for file in (unpacked / "cantwont").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names.append(node.module or "")
            assert not {name.partition(".")[0] for name in names} & set(MOVED), file


def test_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """A second build, and one from the source distribution, give the same wheel."""
    again = built(ROOT, "wheel", tmp_path / "again")
    assert again.read_bytes() == wheel.read_bytes()
    with tarfile.open(built(ROOT, "sdist", tmp_path / "sdist")) as opened:
        opened.extractall(tmp_path / "source", filter="data")
    [source] = (tmp_path / "source").iterdir()
    assert built(source, "wheel", tmp_path / "from_source").read_bytes() == wheel.read_bytes()


def test_editable_is_the_checkout(tmp_path: Path) -> None:
    """An editable installation points to the checkout and holds no module."""
    made = built(ROOT, "wheel:editable", tmp_path)
    with zipfile.ZipFile(made) as opened:
        [pointer] = [name for name in opened.namelist() if ".dist-info/" not in name]
        lines = opened.read(pointer).decode().split()
    assert pointer.endswith(".pth")
    assert {Path(line).resolve() for line in lines} == {ROOT.resolve()}


EVERYTHING = """
import importlib, pkgutil, sys
import cantwont
found = [module.name for module in pkgutil.walk_packages(cantwont.__path__, "cantwont.")]
for name in found:
    if not name.endswith(("__main__", "sandbox.child", "cantwont._inspect", "cantwont._verifiers")):
        importlib.import_module(name)
print(len(found), sorted({"evals", "reports", "tasks"} & set(sys.modules)))
print([name for name in sys.modules if name.startswith("cantwont.") and name != sys.modules[name].__name__])
for name in cantwont.__all__:
    getattr(cantwont, name)
"""


def test_every_module(installed: Form) -> None:
    """Each can be imported, once, and none of the user's packages is."""
    count, same, _ = installed.run("-c", EVERYTHING).split("\n")
    assert count.endswith(" []")
    assert int(count.split()[0]) > 150
    assert same == "[]"


def test_user_packages_stay(installed: Form) -> None:
    """Who wants packages of these names of their own has both side by side."""
    installed.run(
        "-c",
        "import cantwont.tasks, cantwont.evals, cantwont.reports\nimport tasks, evals, reports\n"
        "assert tasks.MINE and evals.MINE and reports.MINE\nassert tasks is not cantwont.tasks\n"
        "assert tasks.__name__ == 'tasks'",
        WANTED="1",
    )


def test_reader_process_starts(installed: Form) -> None:
    """The process that reads long answers finds its own module; without input it ends well."""
    installed.run(
        "-c",
        "from cantwont.evals.running.reader_process import AnswerReader\n"
        "process = AnswerReader([])._started()\nprocess.stdin.close()\nassert process.wait() == 0",
    )


@pytest.mark.parametrize("command", [("-m", "cantwont"), ("-c", "import cantwont; cantwont.main()")])
def test_command(installed: Form, command: tuple[str, ...]) -> None:
    """The command works from a folder with the user's own packages."""
    assert "Usage: " in installed.run(*command, "--help")
    assert "hanoi" in installed.run(*command, "tasks")


STYLES = {
    "long": "from cantwont.tasks import ",
    "short": "from tasks import ",
    "inner": (
        "import tasks.contract.puzzle\nimport tasks.contract.parameters as parameters\n"
        "from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Puzzle\n"
        "assert tasks.puzzle and parameters.integer\nfrom tasks import "
    ),
}
USED = """
import sys
from pathlib import Path
from cantwont import problem, label, tasks as ours
puzzle = ours.load_file(Path("countdown.py"))
assert ours.Puzzle in type(puzzle).__mro__
print(label(problem("countdown", size=4), "4\\n3\\n2\\n1").label)
assert puzzle.late() is ours
if {own}:
    assert "tasks" not in sys.modules
    import tasks
    assert tasks.MINE
"""
LATE = """
    def late(self) -> object:
        import tasks
        return tasks


PUZZLE ="""


def with_style(style: str, home: Path) -> str:
    """Write the guide's puzzle with such imports, one of them in a function; returns the text."""
    [code] = [code for code in blocks("CONTRIBUTING.md", "python") if "\nPUZZLE = " in code]
    code = re.sub(r"^from (cantwont\.)?tasks import ", STYLES[style], code, count=1, flags=re.MULTILINE)
    code = code.replace("\n\nPUZZLE =", LATE, 1)
    (home / "countdown.py").write_text(code)
    return code


@pytest.mark.parametrize("style", STYLES)
def test_puzzle_file_in_the_wheel(style: str, installed: Form) -> None:
    """A user's puzzle file finds our `tasks` under either name, and the user's own stays what it is."""
    code = with_style(style, installed.home)
    assert installed.run("-c", USED.format(own=True), WANTED="1") == "solved\n"
    assert (installed.home / "countdown.py").read_text() == code


@pytest.mark.parametrize("style", STYLES)
def test_puzzle_file_in_a_checkout(style: str, tmp_path: Path) -> None:
    """The same in a checkout."""
    with_style(style, tmp_path)
    assert form(ROOT, tmp_path).run("-c", USED.format(own=False)) == "solved\n"


def test_what_a_puzzle_file_has_wrong(installed: Form) -> None:
    """A fault in a puzzle file is told with its line."""
    (installed.home / "broken.py").write_text("from tasks import Puzzle\n\n1 / 0\n")
    told = installed.run(
        "-c",
        "import traceback\nfrom pathlib import Path\nimport cantwont\n"
        "try:\n    cantwont.tasks.load_file(Path('broken.py'))\n"
        "except cantwont.CantwontError:\n    print(traceback.format_exc())",
    )
    assert re.search(r'File ".*broken\.py", line 3, in <module>\n    1 / 0', told)
    assert "BadPuzzleFile: puzzle file 'broken.py' fails to load: ZeroDivisionError" in told
