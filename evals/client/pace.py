"""How many requests one endpoint gets at once, and when: fewer after it says that they are too many."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Self


class Slot:
    """The right to have one request under way: waited for on entering, given back on leaving."""

    __slots__ = ("_era", "_pace")

    def __init__(self, pace: "ConcurrencyLimit") -> None:
        self._pace, self._era = pace, 0

    async def __aenter__(self) -> Self:
        self._era = await self._pace.enter()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pace.leave()

    def succeeded(self) -> None:
        """The request was answered."""
        self._pace.note_success()

    def refused(self) -> None:
        """The endpoint said that it gets too many requests."""
        self._pace.note_refusal(self._era)


class ConcurrencyLimit:
    """Slots for the requests to one endpoint, given in the order in which they are asked for.

    A refusal halves their number, but those under way when it was halved last tell nothing new; after as many
    successes as there are slots there is one more, up to the ceiling.
    """

    def __init__(
        self,
        ceiling: int,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.width = self._ceiling = max(1, ceiling)
        """How many requests may be under way now."""
        self.under_way = 0
        self._sleep, self._clock = sleep, clock
        self._door = asyncio.Lock()
        self._changed = asyncio.Event()
        self._opens = float("-inf")
        self._era = 0
        self._successes = 0

    def slot(self) -> Slot:
        """A slot, to be held with `async with`."""
        return Slot(self)

    async def enter(self) -> int:
        """Wait for a slot; the era in which it was given."""
        # The lock keeps the order: the first alone waits for a slot; if it is cancelled, the next does.
        async with self._door:
            await self._wait()
            self.under_way += 1
        return self._era

    def leave(self) -> None:
        """Give a slot back."""
        self.under_way -= 1
        self._changed.set()

    def hold(self, seconds: float) -> None:
        """Give no slot for so many seconds from now."""
        self._opens = max(self._opens, self._clock() + seconds)

    def note_success(self) -> None:
        """A request was answered."""
        self._successes += 1
        if self._successes >= self.width:
            self._successes = 0
            self.width = min(self._ceiling, self.width + 1)
            self._changed.set()

    def note_refusal(self, era: int) -> None:
        """A request was one too many that had been sent in this era, of which each ends with a halving."""
        self._successes = 0
        if era == self._era:
            self._era += 1
            # Slots that nobody used were no part of what was too many.
            self.width = max(1, min(self.width, self.under_way) // 2)

    async def _wait(self) -> None:
        """Until there is a slot and no hold; what changes meanwhile counts."""
        slept = None
        while True:
            opens = self._opens
            if self.under_way >= self.width:
                self._changed.clear()
                await self._changed.wait()
            elif opens != slept and (left := opens - self._clock()) > 0:
                await self._sleep(left)
                slept = opens  # to its end, whatever a coarse clock says
            else:
                return
