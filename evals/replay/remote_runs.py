"""Runs at addresses such as `s3://bucket/run`: copied whole into the user's cache, and read there.

Any file system of fsspec does. Nothing is written through an address while a run goes on: a run is written on
this machine, and copied when it is done.
"""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.endpoints import mask
from evals.errors import RunError
from evals.record.files import is_vacant, unfinished_folder, user_folder, write
from evals.record.run import COPY_OF, RunDirectory
from evals.text import clip, printable
from tasks import CantwontError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,30}://", re.IGNORECASE)
_FILES = ("exchanges.jsonl", "exchanges.jsonl.gz", "outcomes.jsonl", "placements.jsonl", "run.json")
"""What a run consists of; the manifest last, so that a copy that breaks off is no run."""
_MANIFEST = "run.json"
_DEEPEST, _MOST = 3, 10_000
_NAME = re.compile(r"[^/\0]{1,200}")


def is_address(text: str) -> bool:
    """Return whether a text is an address, and no path of this machine."""
    return _ADDRESS.match(text) is not None


def local_path(text: str) -> Path:
    """Return the path on this machine of a run, or of a folder of runs, that may be at an address.

    What is at an address is fetched; what was fetched before only where it has changed.

    Raises:
        RunError: The address cannot be read, or there is no run.
    """
    return fetch(text) if is_address(text) else Path(text)


def is_fetched(path: Path) -> bool:
    """Return whether a path leads into what was fetched."""
    return path.absolute().is_relative_to(_cache())


def fetch(address: str) -> Path:
    """Copy a run, or all runs below a folder, from an address into the cache; returns the folder there."""
    with _at(address) as (files, root):
        runs = list(_runs(files, root, _DEEPEST))
        if not runs:
            raise RunError(
                f"there is no run at {mask(address)!r}, and none below it: it has no {_MANIFEST!r}"
            )
        base = _cache() / sha256(address.encode()).hexdigest()[:20] / _last(root)
        for run in runs:
            below = run.removeprefix(root).strip("/")
            parts = below.split("/") if below else []
            _fetch_run(files, run, base.joinpath(*map(_safe, parts)), mask(address))
    return base


def _fetch_run(files: Any, run: str, target: Path, address: str) -> None:
    """Copy a run, unless what is there is as it was."""
    stamps = {}
    for name in _FILES:
        path = f"{run}/{name}"
        if files.isfile(path):
            info = files.info(path)
            told = [info.get(key) for key in ("size", "ETag", "etag", "LastModified", "mtime", "created")]
            stamps[name] = json.dumps(told, default=str)
    marker = target / COPY_OF
    before = _read_marker(marker)
    if before.get("files") == stamps and all((target / name).is_file() for name in stamps):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    with unfinished_folder(target, ".fetching-") as beside:
        made = beside / "made"
        made.mkdir()
        for name in stamps:
            files.get_file(f"{run}/{name}", str(made / name))
        write(made / COPY_OF, [json.dumps({"address": address, "files": stamps}).encode()])
        made.rename(target)


def _read_marker(marker: Path) -> dict[str, Any]:
    try:
        found = json.loads(marker.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def copy(source: str, target: str) -> str:
    """Copy a run whole, from or to an address; returns in words what was done.

    Raises:
        RunError: There is a run at the target already, the source is none, or a file cannot be copied.
    """
    found = local_path(source)
    run = RunDirectory.open(found)
    if not is_address(target):
        out = Path(target)
        if not is_vacant(out):
            raise RunError(f"there is something at {target!r} already: name another directory")
        with unfinished_folder(out, ".copying-") as beside:
            made = beside / "made"
            made.mkdir()
            for name in _present(run.path):
                shutil.copyfile(run.path / name, made / name)
            made.rename(out)
        return f"copied to {target}"
    with _at(target) as (files, root):
        if any(files.exists(f"{root}/{name}") for name in _FILES):
            raise RunError(f"there is a run at {mask(target)!r} already: name another address")
        with _held(run):
            names = _present(run.path)
            files.makedirs(root, exist_ok=True)
            for name in names:
                files.put_file(str(run.path / name), f"{root}/{name}")
                size = (run.path / name).stat().st_size
                if files.info(f"{root}/{name}")["size"] != size:
                    raise RunError(f"{name!r} at {mask(target)!r} is not as long as here: copy it again")
    return f"copied to {mask(target)}"


@contextmanager
def _held(run: RunDirectory) -> Iterator[None]:
    """Keep others from writing to a run meanwhile, unless it is a copy, which nobody writes to."""
    if is_fetched(run.path):
        yield
        return
    with run.locked():
        yield


def _present(path: Path) -> list[str]:
    return [name for name in _FILES if (path / name).is_file()]


def _runs(files: Any, root: str, deep: int) -> Iterator[str]:
    """Yield the runs at a path and below it."""
    if files.isfile(f"{root}/{_MANIFEST}"):
        yield root
        return
    if not deep or not files.isdir(root):
        return
    for entry in sorted(files.ls(root, detail=True), key=lambda entry: str(entry["name"]))[:_MOST]:
        name = str(entry["name"]).rstrip("/")
        if entry["type"] == "directory" and name != root and not _last(name).startswith("."):
            yield from _runs(files, f"{root}/{_last(name)}", deep - 1)


def _last(path: str) -> str:
    return _safe(path.rstrip("/").rpartition("/")[2] or "run")


def _safe(name: str) -> str:
    """Return a name of a folder; raises `RunError` if it would lead elsewhere."""
    if name in (".", "..") or _NAME.fullmatch(name) is None or not name.isprintable():
        raise RunError(f"the folder {clip(printable(name), 100)!r} cannot be kept here: rename it there")
    return name


@contextmanager
def _at(address: str) -> Iterator[tuple[Any, str]]:
    """Yield the file system of an address, and the path in it; what fails there is a `RunError`."""
    shown = mask(address)
    scheme = address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra

        files, root = url_to_fs(address)
    except ImportError as error:
        extra = "s3" if scheme == "s3" else "remote"
        raise RunError(
            f"{shown!r} cannot be read here: install {f'cantwont[{extra}]'!r} ({clip(str(error), 200)})"
        ) from None
    except ValueError as error:
        raise RunError(f"{shown!r} cannot be read: {clip(printable(str(error)), 200)}") from None
    try:
        files.invalidate_cache()
        yield files, str(root).rstrip("/")
    except CantwontError:
        raise
    # What a file system raises is its own affair: botocore, aiohttp and others have their own errors.
    except Exception as error:
        told = clip(printable(mask(str(error) or type(error).__name__)), 300)
        raise RunError(f"{shown!r} cannot be read or written: {told}") from None


def _cache() -> Path:
    """Return where runs from elsewhere are kept; raises `RunError` if there is no home directory."""
    cache = user_folder("XDG_CACHE_HOME", ".cache")
    if cache is None:
        raise RunError("there is no home directory to keep fetched runs in: set XDG_CACHE_HOME")
    return cache / "cantwont" / "fetched"
