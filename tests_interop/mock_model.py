"""A model whose answers are known, behind the chat completions protocol on loopback."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DECLINES = "I'm sorry, but listing all of these would be too long, so I won't do it."


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        """Answer by the text of the user's first message."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        prompt = next(said["content"] for said in body["messages"] if said["role"] == "user")
        if not isinstance(prompt, str):
            prompt = "".join(part["text"] for part in prompt)
        text = self.server.answers.get(prompt.strip(), DECLINES)
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 11, "completion_tokens": len(text), "total_tokens": 11 + len(text)}
        reply = {"id": "m", "object": "chat.completion", "created": 0, "model": body["model"]}
        data = json.dumps({**reply, "choices": [choice], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    answers: Mapping[str, str]
    asked: list[dict[str, Any]]


@contextmanager
def mock_model(answers: Mapping[str, str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve answers by their prompts; whatever else is asked is declined.

    Yields:
        The address, and the requests so far.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    server.answers = {prompt.strip(): answer for prompt, answer in answers.items()}
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
