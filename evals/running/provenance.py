"""Finds out with what a run is asked on this machine. It never fails; what it cannot find is left out."""

import asyncio
import os
import platform
import re
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evals.record.files import text_of
from evals.record.provenance import Checkout, Provenance
from evals.record.run import RunDirectory, now

_PACKAGES = ("cantwont", "aiohttp", "genai-prices", "httpx", "httpx-aiohttp", "pydantic", "pydantic-monty")
"""What a run asks, records and labels with."""
_PATIENCE = 2.0
"""Seconds for git."""
_COMMIT = re.compile("[0-9a-f]{40}(?:[0-9a-f]{24})?")
_STATUS = (
    "git",
    "--no-optional-locks",
    "-c",
    "core.fsmonitor=false",  # a program that a repository may name
    "status",
    "--porcelain=v2",
    "--branch",
    "--untracked-files=no",
    "--ignore-submodules",
)
_PROGRAMS = (
    "git",
    "config",
    "--show-scope",
    "--name-only",
    "--get-regexp",
    r"^(filter\.|lfs\.extension\.|extensions\.partialclone|remote\..*\.promisor)",
)
"""Asks for settings by which `git status` would run other programs, and whose they are."""


async def keep_provenance(run: RunDirectory) -> None:
    """Keep with a run what asks it from now on, if that is not what asked it before."""
    found = await asyncio.to_thread(provenance)
    known = run.manifest.provenance
    if not known or not found.is_like(known[-1]):
        run.save(run.manifest.model_copy(update={"provenance": (*known, found)}))


def provenance() -> Provenance:
    """Return with what this process asks, now and in this working directory."""
    return Provenance(
        at=now(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=platform.platform(),
        packages=_versions(),
        git=_checkout(),
    )


@cache
def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _checkout() -> Checkout | None:
    try:
        here = Path.cwd()
        git = next((folder / ".git" for folder in (here, *here.parents) if (folder / ".git").exists()), None)
        return None if git is None else _by_program(here) or _by_files(git)
    except (OSError, ValueError):
        return None


def _by_program(folder: Path) -> Checkout | None:
    """Ask git, which may be missing, slow, or distrust the folder.

    It is not asked where the repository itself names programs that it would run: somebody may have put them
    there. What the user has set for all repositories is the user's own.
    """
    try:
        named = _git(_PROGRAMS, folder)
        if named.returncode != 1 and (named.returncode or _is_local(named.stdout)):
            return None
        ended = _git(_STATUS, folder)
        ended.check_returncode()
    except (OSError, subprocess.SubprocessError):
        return None
    lines = ended.stdout.decode("utf-8", "replace").splitlines()
    told = [line for line in lines if line.startswith("#")]
    commit = next((line.split()[-1] for line in told if line.startswith("# branch.oid ")), "")
    return Checkout(commit=commit, dirty=len(told) < len(lines)) if _COMMIT.fullmatch(commit) else None


def _git(command: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - fixed words
        command,
        cwd=folder,
        env=os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "none", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )


def _is_local(settings: bytes) -> bool:
    scopes = [line.partition(b"\t")[0] for line in settings.splitlines()]
    return any(scope not in (b"system", b"global", b"command") for scope in scopes)


def _by_files(git: Path) -> Checkout | None:
    """Read the commit from git's own files; raises `OSError` or `ValueError`."""
    if git.is_file():  # of a further working tree, or a submodule
        git = git.parent / text_of(git).removeprefix("gitdir:").strip()
    shared = git / "commondir"
    places = [git, git / text_of(shared).strip()] if shared.exists() else [git]
    head = text_of(git / "HEAD").strip()
    name = head.removeprefix("ref:").strip()
    found = [head] if name == head else [commit for place in places for commit in _commits(place, name)]
    return next((Checkout(commit=commit) for commit in found if _COMMIT.fullmatch(commit)), None)


def _commits(place: Path, name: str) -> list[str]:
    """Return the commits that a name stands for: in a file of its own, or among those packed together."""
    loose, packed = place / name, place / "packed-refs"
    found = [text_of(loose).strip()] if loose.is_file() else []
    lines = text_of(packed).splitlines() if packed.is_file() else []
    return found + [line.partition(" ")[0] for line in lines if line.partition(" ")[2] == name]
