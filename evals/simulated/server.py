"""Runs the simulated endpoint: alongside other tasks, in a thread of its own, or until it is told to stop."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from aiohttp import web

from evals.errors import EndpointError
from evals.simulated.application import SimulatedEndpoint
from evals.simulated.respondents import NAMED, Respondent

DELTA = 16_384
"""Characters per streamed delta: a few milliseconds of work, after which other tasks get a turn."""

_LARGEST_HEADER = 1 << 16
_GRACE = 0.25
"""Seconds allowed for requests under way when the server stops; aiohttp may take twice as long."""


class SimulatedServer:
    """The endpoint on loopback.

    >>> async with SimulatedServer() as server:  # doctest: +SKIP
    ...     print(server.base_url)
    http://127.0.0.1:54321/v1
    """

    def __init__(  # noqa: PLR0913 - each is one thing a test may want to set
        self,
        respondents: Iterable[Respondent] = NAMED,
        *,
        key: str | None = None,
        latency: float = 0.0,
        delta: int = DELTA,
        fingerprint: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Prepare a server that is not yet running.

        Args:
            respondents: Who answers, by name.
            key: What clients must send as bearer token; `None`: nothing.
            latency: Seconds before each answer.
            delta: Characters per streamed delta, at least 1.
            fingerprint: The `system_fingerprint` of all replies; `None`: they have none.
            host: The address to listen on.
            port: The port to listen on; 0 lets the system choose.
        """
        if delta < 1:
            raise ValueError(f"delta must be at least 1 character, not {delta!r}")
        self._endpoint = SimulatedEndpoint(
            respondents, key=key, latency=latency, delta=delta, fingerprint=fingerprint
        )
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """The base URL for an OpenAI client. Its port is known once the server runs."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/v1"

    async def __aenter__(self) -> Self:
        runner = web.AppRunner(
            self._endpoint.application(),
            access_log=None,
            shutdown_timeout=_GRACE,
            max_field_size=_LARGEST_HEADER,
        )
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port, backlog=1024)
        try:
            await site.start()
        except (OSError, OverflowError, UnicodeError) as error:
            await runner.cleanup()
            where = f"{self._host}:{self._port}"
            raise EndpointError(
                f"cannot listen on {where!r}: {error}; choose another address or port"
            ) from error
        self._runner, self._port = runner, site.port
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


@contextmanager
def serve_in_thread(
    respondents: Iterable[Respondent] = NAMED,
    *,
    key: str | None = None,
    latency: float = 0.0,
    delta: int = DELTA,
    fingerprint: str | None = None,
) -> Iterator[str]:
    """Run the endpoint in a thread of its own, for synchronous callers; yields its base URL."""
    server = SimulatedServer(respondents, key=key, latency=latency, delta=delta, fingerprint=fingerprint)
    loop, started, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    failures: list[BaseException] = []

    async def run() -> None:
        async with server:
            started.set()
            await stop.wait()

    def work() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(run())
        except BaseException as error:  # raised again in the caller's thread
            failures.append(error)
        finally:
            started.set()

    thread = threading.Thread(target=work, name="simulated endpoint", daemon=True)
    thread.start()
    started.wait()
    try:
        if failures:
            raise failures[0]
        yield server.base_url
    finally:
        if thread.is_alive():
            loop.call_soon_threadsafe(stop.set)
        thread.join()


def serve(  # noqa: PLR0913 - the options of the command
    host: str,
    port: int,
    *,
    announce: Callable[[str], None],
    respondents: Iterable[Respondent] = NAMED,
    key: str | None = None,
    latency: float = 0.0,
    delta: int = DELTA,
) -> None:
    """Serve until Ctrl-C or SIGTERM, from the main thread.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 lets the system choose.
        announce: Called once with the base URL, when requests are accepted.
        respondents: Who answers, by name.
        key: What clients must send as bearer token; `None`: nothing.
        latency: Seconds before each answer.
        delta: Characters per streamed delta.

    Raises:
        EndpointError: it cannot listen on this address.
    """
    server = SimulatedServer(respondents, key=key, latency=latency, delta=delta, host=host, port=port)

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        async with server:
            announce(server.base_url)
            await stop.wait()

    asyncio.run(run())
