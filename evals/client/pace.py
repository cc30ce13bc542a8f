"""How many requests one endpoint gets at once, and when: fewer after it reports too many."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Self


class Permit:
    """Permission for one request in flight: awaited on entry, released on exit."""

    __slots__ = ("_era", "_pace")

    def __init__(self, pace: "ConcurrencyLimit") -> None:
        self._pace, self._era = pace, 0

    async def __aenter__(self) -> Self:
        self._era = await self._pace.enter()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pace.leave()

    def succeeded(self) -> None:
        """Note that the request was answered."""
        self._pace.note_success()

    def refused(self) -> None:
        """Note that the endpoint reported too many requests."""
        self._pace.note_refusal(self._era)


class ConcurrencyLimit:
    """Slots for the requests to one endpoint, granted in the order in which they are requested.

    A refusal halves the number of slots, unless the request was sent before the last halving: it then says
    nothing new. After as many successes as there are slots, one slot is added, up to the ceiling.
    """

    def __init__(
        self,
        ceiling: int,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.width = self._ceiling = max(1, ceiling)
        """How many requests may currently be in flight."""
        self.under_way = 0
        self._sleep, self._clock = sleep, clock
        self._door = asyncio.Lock()
        self._changed = asyncio.Event()
        self._opens = float("-inf")
        self._era = 0
        self._successes = 0

    def slot(self) -> Permit:
        """Return a slot, to be used with `async with`."""
        return Permit(self)

    async def enter(self) -> int:
        """Wait for a slot and return the era in which it was granted."""
        # The lock keeps the order: only the first waits for a slot; if it is cancelled, the next one does.
        async with self._door:
            await self._wait()
            self.under_way += 1
        return self._era

    def leave(self) -> None:
        """Release a slot."""
        self.under_way -= 1
        self._changed.set()

    def hold(self, seconds: float) -> None:
        """Grant no slot for this many seconds from now."""
        self._opens = max(self._opens, self._clock() + seconds)

    def note_success(self) -> None:
        """Note that a request was answered."""
        self._successes += 1
        if self._successes >= self.width:
            self._successes = 0
            self.width = min(self._ceiling, self.width + 1)
            self._changed.set()

    def note_refusal(self, era: int) -> None:
        """Note that a request sent in this era was refused as one too many; each halving begins a new era."""
        self._successes = 0
        if era == self._era:
            self._era += 1
            # Unused slots did not contribute to what was too many.
            self.width = max(1, min(self.width, self.under_way) // 2)

    async def _wait(self) -> None:
        """Wait until there is a slot and no hold, taking account of changes in the meantime."""
        slept = None
        while True:
            opens = self._opens
            if self.under_way >= self.width:
                self._changed.clear()
                await self._changed.wait()
            elif opens != slept and (left := opens - self._clock()) > 0:
                await self._sleep(left)
                slept = opens  # this hold is over, whatever a coarse clock says
            else:
                return
