"""Keeps in `run.json` what servers say of themselves: when a run begins to ask them, and in their replies."""

import asyncio
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evals.client.local.facts import server_facts, weights_hash
from evals.endpoints import Endpoint, ModelAt
from evals.errors import RunError
from evals.record.provenance import ServerFacts, with_facts, with_fingerprint
from evals.record.run import RunDirectory, now
from evals.text import clip, full_name, printable

_PATIENCE = 10.0
"""Seconds after a run for the hashes of weights; what takes longer is left out."""
_LONGEST = 200
"""Characters kept of a fingerprint."""


class ServerLog:
    """What the servers of one run say of themselves; use it as an asynchronous context manager."""

    def __init__(self, run: RunDirectory) -> None:
        self._run = run
        self._hashing: list[asyncio.Task[None]] = []
        self._stopped = threading.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._hashing and error is None:
            await asyncio.wait(self._hashing, timeout=_PATIENCE)
        self._stopped.set()
        await asyncio.gather(*self._hashing)

    async def ask(self, models: Iterable[ModelAt]) -> None:
        """Ask the servers that may be asked; hashes of weights follow while the run goes on."""
        by_endpoint: dict[str, list[ModelAt]] = {}
        for at in models:
            by_endpoint.setdefault(at.endpoint.name, []).append(at)
        await asyncio.gather(
            *(self._ask(ours[0].endpoint, [at.model for at in ours]) for ours in by_endpoint.values())
        )

    def replied(self, who: str, body: Mapping[str, Any]) -> None:
        """Note the fingerprint of a reply."""
        value = body.get("system_fingerprint")
        if not isinstance(value, str) or not value:
            return
        known = self._known(who)
        value = clip(printable(value), _LONGEST)
        if not known or value not in known[-1].fingerprints:
            self._keep(who, with_fingerprint(known, value, now()))

    async def _ask(self, endpoint: Endpoint, models: list[str]) -> None:
        unhashed: dict[Path, list[str]] = {}
        for model, found in (await server_facts(endpoint, models)).items():
            who = full_name(endpoint.name, model)
            self._keep(who, with_facts(self._known(who), found.facts))
            file = self._known(who)[-1].file
            if found.weights is not None and file is not None and file.sha256 is None:
                unhashed.setdefault(found.weights, []).append(who)
        self._hashing += [asyncio.create_task(self._hash(path, whose)) for path, whose in unhashed.items()]

    async def _hash(self, path: Path, whose: Iterable[str]) -> None:
        """Hash a file in another thread, and keep the hash for these models."""
        digest = await asyncio.to_thread(weights_hash, path, self._stopped.is_set)
        for who in whose:
            file = self._known(who)[-1].file
            if digest is not None and file is not None:
                hashed = ServerFacts(at=now(), file=file.model_copy(update={"sha256": digest}))
                with suppress(RunError):  # a disk that is full ends the run elsewhere
                    self._keep(who, with_facts(self._known(who), hashed))

    def _known(self, who: str) -> tuple[ServerFacts, ...]:
        return self._run.manifest.servers.get(who, ())

    def _keep(self, who: str, told: tuple[ServerFacts, ...]) -> None:
        manifest = self._run.manifest
        if told != manifest.servers.get(who, ()):
            self._run.save(manifest.model_copy(update={"servers": {**manifest.servers, who: told}}))
