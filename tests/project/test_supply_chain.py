"""What is installed is what was pinned, by hash; and so are the actions that the sample workflows use."""

import re
import tomllib
from importlib.metadata import distribution
from itertools import chain
from pathlib import Path

import pytest

pytest.importorskip("packaging", reason="it comes with pytest")

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests import ROOT

PIN = re.compile(r"([\w.-]+)==([^\s;]+)")
USES = re.compile(r"^[\s-]*uses:\s*(.+?)\s*$", re.MULTILINE)
PINNED_ACTION = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
CI = ROOT / ".ci"

in_a_checkout = pytest.mark.skipif(not CI.is_dir(), reason="the source distribution has no .ci")


def versions(lines: list[str]) -> dict[str, str]:
    """The version of each pinned package, by its normal name."""
    return {canonicalize_name(pin[1]): pin[2] for line in lines if (pin := PIN.match(line))}


def hashed(file: Path) -> dict[str, list[str]]:
    """The hashes of each requirement, `name==version`, of a file in pip's form."""
    found: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith(" "):
            found[line.removesuffix(" \\")] = []
        else:
            [given] = re.findall(r"^    --hash=sha256:([0-9a-f]{64})(?: \\)?$", line)
            found[list(found)[-1]].append(given)
    return found


def test_hashes_are_of_the_pinned_versions() -> None:
    """`make pin` was run after the last change of constraints.txt, and every version has hashes."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    files = hashed(ROOT / "hashes.txt")
    assert versions(list(files)) == versions(pins)
    assert len(files) == len(pins)
    assert all(files.values())


@in_a_checkout
def test_tools_have_hashes() -> None:
    """The maintainers' tools are installed by hash, too."""
    files = hashed(CI / "tools.txt")
    assert all(files.values())
    assert versions((CI / "tools.in").read_text(encoding="utf-8").splitlines()).items() <= (
        versions(list(files)).items()
    )


@pytest.mark.parametrize("name", ["constraints.txt", "hashes.txt", ".ci/tools.in", ".ci/tools.txt"])
def test_no_address_is_pinned(name: str) -> None:
    """Where the files come from is the business of whoever installs them: no index, no link, no option."""
    if not (ROOT / name).exists():
        pytest.skip("the source distribution has no .ci")
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("# Made by `make pin`"):
            assert "/" not in line
            assert "@" not in line
            assert not re.match(r"-|\s+--(?!hash=)", line)


def needs(project: str, extra: str) -> dict[str, str]:
    """What a package needs here with an extra, and at which version it is installed."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(project, ("", extra))]
    while waiting:
        name, extras = waiting.pop()
        for line in distribution(name).requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": one}) for one in extras):
                normal = canonicalize_name(wanted.name)
                if normal not in found:
                    found[normal] = distribution(normal).version
                    waiting.append((normal, ("", *wanted.extras)))
    return found


def test_pins_are_what_development_needs() -> None:
    """Nothing is missing among the pins: an installation from hashes has all that the extra `dev` needs."""
    pins = versions((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    assert sorted(needs("cantwont", "dev").keys() - pins.keys()) == []


def test_pins_fit_the_project() -> None:
    """What the project asks for admits the version that is pinned; the builder is the pinned one."""
    pins = versions((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = said["project"]
    # Other tools, each with environments of its own: requirements of tests_interop and tests_scale.
    extras = [
        wanted
        for extra, wanted in project["optional-dependencies"].items()
        if extra not in ("inspect", "verifiers", "ray", "s3")
    ]
    for wanted in map(Requirement, chain(project["dependencies"], *extras)):
        assert Version(pins[canonicalize_name(wanted.name)]) in wanted.specifier, wanted
    assert said["build-system"]["requires"] == [f"hatchling=={pins['hatchling']}"]


def test_set_up_asks_for_hashes() -> None:
    """Every installation of the Makefile is by hash, or of this checkout without its dependencies."""
    lines = re.findall(r"pip install .*", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert len(lines) >= 4
    for line in lines:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation --editable ." in line


def actions(text: str) -> list[str]:
    """The actions of others that a text uses."""
    return [name for name in USES.findall(text) if not name.startswith("./")]


@pytest.mark.parametrize(
    "action",
    [
        "actions/checkout@v6",
        "actions/checkout@main",
        "actions/checkout@df4cb1c0 # v6.0.3",
        "actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10",
    ],
)
def test_what_is_no_pinned_action(action: str) -> None:
    """A tag or a branch can be moved, part of a hash met again, and a hash alone tells a reader nothing."""
    [found] = actions(f"    steps:\n      - uses: {action}\n")
    assert not PINNED_ACTION.fullmatch(found)


def test_actions_are_pinned_by_commit() -> None:
    """In every workflow and page, the commit is named in full, with its tag as a comment."""
    pages = [
        file
        for pattern in ("*.md", "docs/**/*.md", "docs/**/*.yml", ".github/**/*.y*ml", "examples/**/*.md")
        for file in ROOT.glob(pattern)
    ]
    found = {name for page in pages for name in actions(page.read_text(encoding="utf-8"))}
    found -= {"OWNER/cantwont@COMMIT"}  # this repository, which has no address here
    assert len(found) >= 3
    assert [name for name in sorted(found) if not PINNED_ACTION.fullmatch(name)] == []
    commits = [name.split(" ")[0].split("@") for name in found]
    assert len({action for action, _ in commits}) == len(commits), "each action at one commit everywhere"
