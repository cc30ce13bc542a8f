"""The contexts of a run's models: asked for at local servers, told, and kept with the run."""

import asyncio
from collections.abc import Mapping, Sequence

from evals.client.local.context import Room, room
from evals.client.local.server import is_local
from evals.endpoints import ModelAt
from evals.plan.fit import misfit
from evals.plan.spec import Spec
from evals.record.run import RunDirectory
from evals.running.summary import Progress

_LAST = 1.0
"""Seconds for the last answers, when a run ends."""


class Contexts:
    """What local servers say about the contexts of their models; close it when the run ends."""

    def __init__(self, run: RunDirectory, models: Sequence[ModelAt]) -> None:
        """Begin with nothing known.

        Args:
            run: Where it is kept.
            models: Those that are going to be asked; only local ones matter.
        """
        self._run = run
        self._local = {at.who: at for at in models if is_local(at.endpoint)}
        self._used: dict[str, int] = {}
        self._later: dict[str, asyncio.Task[None]] = {}

    async def find(self, spec: Spec, progress: Progress) -> None:
        """Ask all local servers, and say which tasks do not fit."""
        found = await asyncio.gather(*(room(at.endpoint, at.model, load=True) for at in self._local.values()))
        rooms = {who: each for who, each in zip(self._local, found, strict=True) if each is not None}
        self._keep(rooms)
        for who, each in rooms.items():
            too_long = misfit(spec, self._local[who], each.tokens)
            if too_long is not None:
                do = each.remedy(too_long.longest.tokens)
                progress.noted(who, f"warning: {each.describe()}: {too_long.describe()}; {do}")

    def of(self, who: str) -> int | None:
        """Return the context that a model has just answered in, in tokens; `None` if it is not known."""
        if who in self._local and who not in self._used and who not in self._later:
            # Some servers load a model with the first request, and tell only then.
            self._later[who] = asyncio.create_task(self._look_again(who))
        return self._used.get(who)

    async def close(self) -> None:
        """Stop looking: what was just asked may still be answered."""
        if self._later:
            await asyncio.wait(self._later.values(), timeout=_LAST)
        for task in self._later.values():
            task.cancel()
        await asyncio.gather(*self._later.values(), return_exceptions=True)

    async def _look_again(self, who: str) -> None:
        at = self._local[who]
        found = await room(at.endpoint, at.model)
        if found is not None:
            self._keep({who: found})

    def _keep(self, rooms: Mapping[str, Room]) -> None:
        self._used |= {who: each.tokens for who, each in rooms.items() if each.used}
        manifest = self._run.manifest
        contexts = manifest.contexts | {who: each.stored() for who, each in rooms.items()}
        if contexts != manifest.contexts:
            self._run.save(manifest.model_copy(update={"contexts": contexts}))
