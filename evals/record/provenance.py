"""With what a run was asked: the machine and the packages here, and what the servers said of themselves.

`run.json` keeps it for the reader. Nothing is derived from it, and a run without it is as good.
"""

from collections.abc import Sequence
from typing import Self

from pydantic import Field

from evals.record.model import Closed

MOST_FINGERPRINTS = 10
"""Fingerprints kept of one model; with so many it is clear that they change."""


class Checkout(Closed):
    """The git checkout of the working directory."""

    commit: str
    """The hash of the commit, as hexadecimal digits."""
    dirty: bool | None = None
    """Whether tracked files differ from it; `None` if that is not known."""


class Provenance(Closed):
    """What asked, from one moment on. Holds no path, and no name of a user or a machine."""

    at: str
    """ISO 8601, UTC."""
    python: str
    """E.g. `CPython 3.12.4`."""
    platform: str
    packages: dict[str, str] = Field(default_factory=dict)
    """Version by name, of cantwont and of what it asks with."""
    git: Checkout | None = None

    def is_like(self, other: Self) -> bool:
        """Return whether the other differs in its moment alone."""
        return self == other.model_copy(update={"at": self.at})

    def describe(self) -> str:
        """Summarize in one line."""
        told = [self.python, self.platform, *(f"{name} {number}" for name, number in self.packages.items())]
        if self.git is not None:
            changed = {True: " with changes", False: "", None: ", perhaps with changes"}[self.git.dirty]
            told.append(f"git {self.git.commit[:12]}{changed}")
        return ", ".join(told)


class ModelFile(Closed):
    """The file of weights that a server has loaded."""

    name: str
    """Without its folder."""
    bytes: int | None = None
    """`None`, like what follows, where the file cannot be read on this machine."""
    modified: str | None = None
    """ISO 8601, UTC."""
    sha256: str | None = None
    """`None` also where there was no time to read it, or it is too large."""


class ServerFacts(Closed):
    """What the server of a model said of itself and of the model, from one moment on."""

    at: str
    """ISO 8601, UTC."""
    software: str | None = None
    """E.g. `ollama`."""
    version: str | None = None
    header: str | None = None
    """The header `server` of its responses."""
    digest: str | None = None
    """The digest of the model that Ollama has under its name."""
    file: ModelFile | None = None
    fingerprints: tuple[str, ...] = ()
    """The first values of `system_fingerprint` in its replies, in the order in which they came."""

    def describe(self) -> str:
        """Summarize in one line; empty if nothing is known."""
        told = [" ".join(filter(None, (self.software, self.version)))]
        if self.header is not None and self.header != self.software:
            told.append(f"server {self.header}")
        if self.digest is not None:
            told.append(f"digest {self.digest[:12]}")
        if self.file is not None:
            digest = "" if self.file.sha256 is None else f" (sha256 {self.file.sha256[:12]})"
            told.append(f"file {self.file.name}{digest}")
        match self.fingerprints:
            case [only]:
                told.append(f"fingerprint {only}")
            case [first, *others]:
                told.append(f"fingerprint {first} at first, {len(others)} more later")
        return ", ".join(filter(None, told))


def with_facts(known: Sequence[ServerFacts], found: ServerFacts) -> tuple[ServerFacts, ...]:
    """Return what is known of a server with what was found now: a new entry only if something has changed."""
    last = known[-1] if known else None
    told = {name: value for name in _FOUND if (value := getattr(found, name)) is not None}
    if last is None or any(_is_changed(getattr(last, name), value) for name, value in told.items()):
        return (*known, found)
    if last.file is not None and found.file is not None and found.file.sha256 is None:
        del told["file"]
    return (*known[:-1], last.model_copy(update=told))


def with_fingerprint(known: Sequence[ServerFacts], value: str, at: str) -> tuple[ServerFacts, ...]:
    """Return what is known of a server with the fingerprint of a reply."""
    last = known[-1] if known else ServerFacts(at=at)
    if value in last.fingerprints or len(last.fingerprints) >= MOST_FINGERPRINTS:
        return tuple(known)
    return (*known[:-1], last.model_copy(update={"fingerprints": (*last.fingerprints, value)}))


_FOUND = ("software", "version", "header", "digest", "file")


def _is_changed(before: object, after: object) -> bool:
    match before, after:
        case (ModelFile(sha256=one), ModelFile(sha256=other)) if None in (one, other):
            return before.model_copy(update={"sha256": other}) != after
    return before is not None and before != after
