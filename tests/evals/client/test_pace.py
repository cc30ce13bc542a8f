"""An endpoint gets as many requests at once as it bears, in order, and none while it wants to be left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from evals.client.pace import ConcurrencyLimit, Permit

pytestmark = pytest.mark.anyio


class Time:
    """A clock that runs only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def paced(ceiling: int) -> tuple[ConcurrencyLimit, Time]:
    time = Time()
    return ConcurrencyLimit(ceiling, sleep=time.sleep, clock=time.clock), time


async def settle() -> None:
    """Let all tasks go as far as they can."""
    for _ in range(50):
        await asyncio.sleep(0)


@asynccontextmanager
async def full(pace: ConcurrencyLimit) -> AsyncIterator[list[Permit]]:
    """All slots taken."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(pace.slot()) for _ in range(pace.width)]


async def refuse(pace: ConcurrencyLimit) -> None:
    """All slots taken, and all of them refused."""
    async with full(pace) as slots:
        for slot in slots:
            slot.refused()


async def succeed(pace: ConcurrencyLimit, times: int) -> None:
    for _ in range(times):
        async with pace.slot() as slot:
            slot.succeeded()


class Queue:
    """Requests that note when they are let through, and stay until they are told to go."""

    def __init__(self, pace: ConcurrencyLimit) -> None:
        self.pace = pace
        self.entered: list[int] = []
        self.go = [asyncio.Event() for _ in range(100)]

    async def wait(self, number: int) -> None:
        async with self.pace.slot():
            self.entered.append(number)
            await self.go[number].wait()


@pytest.mark.parametrize("seconds", [0.25, 1, 30])
async def test_a_hold_is_slept_out_however_short(seconds: float) -> None:
    pace, time = paced(2)
    pace.hold(seconds)
    async with pace.slot():
        assert time.slept == [seconds]


async def test_no_more_than_the_ceiling_are_under_way_and_they_come_in_order() -> None:
    pace, _ = paced(3)
    queue = Queue(pace)
    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(queue.wait(number))
        await settle()
        assert queue.entered == [0, 1, 2]
        queue.go[1].set()
        await settle()
        assert queue.entered == [0, 1, 2, 3]
        for event in queue.go:
            event.set()
    assert queue.entered == list(range(8))
    assert pace.under_way == 0


async def test_a_refusal_halves_the_slots_once_for_all_that_were_under_way() -> None:
    pace, _ = paced(64)
    await refuse(pace)
    assert pace.width == 32
    await refuse(pace)
    assert pace.width == 16
    for _ in range(9):
        await refuse(pace)
    assert pace.width == 1


async def test_slots_that_nobody_used_do_not_count() -> None:
    pace, _ = paced(1000)
    async with AsyncExitStack() as stack:
        slots = [await stack.enter_async_context(pace.slot()) for _ in range(8)]
        slots[0].refused()
        assert pace.width == 4


async def test_after_a_round_of_successes_there_is_one_slot_more_up_to_the_ceiling() -> None:
    pace, _ = paced(8)
    await refuse(pace)
    widths = []
    for _ in range(4 + 5 + 6 + 7 + 20):
        await succeed(pace, 1)
        widths.append(pace.width)
    assert widths == [4] * 3 + [5] * 5 + [6] * 6 + [7] * 7 + [8] * 21


async def test_a_refusal_begins_the_round_anew() -> None:
    pace, _ = paced(8)
    await refuse(pace)
    await succeed(pace, 3)
    async with pace.slot() as slot:
        slot.refused()
    assert pace.width == 1
    await succeed(pace, 1)
    assert pace.width == 2


async def test_a_new_slot_is_given_at_once() -> None:
    pace, _ = paced(2)
    async with full(pace) as slots:
        slots[0].refused()
    queue = Queue(pace)
    async with asyncio.TaskGroup() as group:
        async with pace.slot() as slot:
            for number in range(2):
                group.create_task(queue.wait(number))
            await settle()
            assert queue.entered == []
            slot.succeeded()
            await settle()
            assert (pace.width, queue.entered) == (2, [0])
        for event in queue.go:
            event.set()


async def test_while_it_is_held_nobody_is_let_through_and_nobody_is_busy_waiting() -> None:
    pace, time = paced(4)
    pace.hold(7)
    pace.hold(3)
    await asyncio.gather(*(succeed(pace, 1) for _ in range(4)))
    assert time.slept == [7]


async def test_a_hold_that_grows_while_somebody_sleeps_is_slept_to_its_end() -> None:
    pace, time = paced(4)
    pace.hold(7)
    task = asyncio.create_task(succeed(pace, 1))
    await asyncio.sleep(0)
    pace.hold(10)
    await task
    assert time.slept == [7, 3]


async def test_a_slot_that_goes_while_a_hold_is_slept_out_is_waited_for() -> None:
    pace, _ = paced(4)
    queue = Queue(pace)
    async with asyncio.TaskGroup() as group:
        async with AsyncExitStack() as stack:
            slots = [await stack.enter_async_context(pace.slot()) for _ in range(3)]
            pace.hold(7)
            group.create_task(queue.wait(0))
            await asyncio.sleep(0)
            slots[0].refused()
            await settle()
            assert queue.entered == []
        queue.go[0].set()
    assert queue.entered == [0]


async def test_a_clock_that_stands_still_is_no_endless_loop() -> None:
    async def sleep(seconds: float) -> None:
        pass

    pace = ConcurrencyLimit(1, sleep=sleep, clock=lambda: 5.0)
    pace.hold(7)
    await succeed(pace, 2)


@pytest.mark.parametrize("cancelled", [0, 1, 2])
async def test_a_cancelled_waiter_neither_keeps_a_slot_nor_swallows_anothers_turn(cancelled: int) -> None:
    pace, _ = paced(1)
    queue = Queue(pace)
    async with pace.slot():
        tasks = [asyncio.create_task(queue.wait(number)) for number in range(3)]
        await settle()
        tasks[cancelled].cancel()
        await settle()
    for event in queue.go:
        event.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert queue.entered == [number for number in range(3) if number != cancelled]
    assert pace.under_way == 0


async def test_a_cancellation_in_the_moment_of_being_let_through_loses_nothing() -> None:
    pace, _ = paced(1)
    queue = Queue(pace)
    async with pace.slot():
        tasks = [asyncio.create_task(queue.wait(number)) for number in range(2)]
        await settle()
    tasks[0].cancel()  # the slot is free, and the first waiter has not yet run
    queue.go[1].set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert queue.entered == [1]
    assert pace.under_way == 0


async def test_a_cancelled_holder_gives_its_slot_back() -> None:
    pace, _ = paced(1)
    queue = Queue(pace)
    holder = asyncio.create_task(queue.wait(0))
    waiter = asyncio.create_task(queue.wait(1))
    await settle()
    holder.cancel()
    queue.go[1].set()
    await waiter
    assert queue.entered == [0, 1]
    assert pace.under_way == 0


async def test_a_waiter_cancelled_while_it_sleeps_out_a_hold_leaves_the_hold_in_force() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            await asyncio.Event().wait()

    pace = ConcurrencyLimit(1, sleep=sleep, clock=lambda: 5.0)
    pace.hold(7)
    first = asyncio.create_task(succeed(pace, 1))
    await settle()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await succeed(pace, 1)
    assert slept == [7, 7]
