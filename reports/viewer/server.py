"""Serves the viewer until it is stopped."""

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from evals.errors import RunError
from evals.run_index import RunIndex
from reports.viewer.application import application
from reports.viewer.keeper import Keeper


def serve(folder: Path, host: str, port: int | None, opened: Callable[[str], None]) -> None:
    """Serve the viewer of a folder of runs until Ctrl-C.

    Args:
        folder: It holds runs, or is one.
        host: The address to listen at.
        port: The port, or 0 for any that is free; `None` for the usual one, or another where that is taken.
        opened: Is given the address of the first page as soon as it is there.

    Raises:
        RunError: There is no such folder, or nobody can listen there.
    """
    with RunIndex.at(folder) as index, _listening(host, port) as listening:
        keeper = Keeper(index)
        found = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        app = application(index, host, keeper)
        # No proxy stands before it whose headers would count.
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
        )
        keeper.start()
        try:
            opened(f"http://{shown}:{found}/")
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            pass  # the usual end
        finally:
            keeper.stop()


PORT = 8765
"""The usual one."""


def _listening(host: str, port: int | None) -> socket.socket:
    if port is None:
        with suppress(RunError):
            return _listening(host, PORT)
        return _listening(host, 0)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise RunError(
            f"cannot listen at {host!r}, port {port}: {why}; name another with --host or --port"
        ) from None
