"""llama.cpp's own server, started by a script of ours with a small model."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests_servers.serving import HERE, Server, started

MODEL = "gemma-3-270m"


@dataclass(frozen=True, slots=True)
class LlamaCpp:
    """The program, with the environment that it needs."""

    programs: Path
    folder: Path
    """Where its words go."""

    @contextmanager
    def up(
        self, port: int, *, context: int = 4096, slots: int = 4, shared: bool = False
    ) -> Iterator[tuple[Server, subprocess.Popen[bytes]]]:
        """A server and its process, while it is up.

        Args:
            port: Where it listens.
            context: The tokens that all slots have together.
            slots: How many answers it writes at once.
            shared: Whether each slot may use the whole context, as far as the others leave it.
        """
        script = [str(self.programs / "python"), str(HERE / "llamacpp_server.py"), str(port)]
        wanted = ["--name", MODEL, "--context", str(context), "--slots", str(slots)]
        more = ["--shared"] if shared else []
        with started([*script, *wanted, *more], port, "/health", self.folder / f"log-{port}") as process:
            yield Server("llamacpp", f"http://127.0.0.1:{port}/v1", MODEL), process
