"""A server on this machine with OpenAI's files and batches endpoints; what it does wrong is set by a test."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Row = dict[str, Any]


@dataclass
class BatchServer:
    """What the server knows, and how it fails."""

    answer: Callable[[Row], Row]
    """Gives the result row of a request row."""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, Row] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=lambda: ["completed"])
    """The status that a batch has the next times it is looked at; the last one stays."""
    fails: list[tuple[str, int]] = field(default_factory=list)
    """The beginning of `METHOD path` and the status of the next refusals; 0 drops it after acting."""
    expired: int = 0
    """How many requests of a batch expire."""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    base_url: str = ""

    def batch(self, asked: Row) -> Row:
        """Create a batch."""
        name = f"batch_{len(self.batches) + 1}"
        rows = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        self.batches[name] = {**asked, "id": name, "object": "batch", "status": "validating", "looks": 0}
        self.batches[name]["rows"] = rows
        return self.shown(name)

    def look(self, name: str) -> Row:
        """Return a batch, one step further."""
        batch = self.batches[name]
        batch["status"] = self.statuses[min(batch["looks"], len(self.statuses) - 1)]
        batch["looks"] += 1
        rows = batch["rows"]
        if batch["status"] in ("completed", "expired", "cancelled") and "output_file_id" not in batch:
            done = rows[: len(rows) - self.expired]
            results = [self.answer(row) for row in done]
            late = {"code": "batch_expired", "message": "This request could not be executed in time."}
            errors = [
                {"id": "r", "custom_id": row["custom_id"], "response": None, "error": late}
                for row in rows[len(done) :]
            ]
            for kind, found in (("output", results), ("error", errors)):
                file = f"file-{kind}-{name}" if found else None
                if file:
                    self.files[file] = "".join(f"{json.dumps(row)}\n" for row in found).encode()
                batch[f"{kind}_file_id"] = file
            batch["request_counts"] = {
                "total": len(rows),
                "completed": len(results),
                "failed": len(errors),
            }
        if batch["status"] == "failed":
            fault = {"code": "invalid_json_line", "message": "Line 3 is not JSON.", "line": 3, "param": None}
            batch["errors"] = {"object": "list", "data": [fault]}
        return self.shown(name)

    def shown(self, name: str) -> Row:
        """Return what is told of a batch."""
        return {key: value for key, value in self.batches[name].items() if key not in ("rows", "looks")}

    def told(self, what: str, query: str, body: bytes, kind: str) -> Any:
        """Return the answer to a request, `None` if nothing is there."""
        match what.split(" /", maxsplit=1)[0], what.split("/")[1:]:
            case "POST", ["files"]:
                name = f"file-{len(self.files) + 1}"
                self.files[name] = _file_in(kind, body)
                return {"id": name, "object": "file", "purpose": "batch"}
            case "POST", ["batches"]:
                return self.batch(json.loads(body))
            case "GET", ["batches"]:
                names = list(self.batches)
                after = parse_qs(query).get("after")
                names = names[names.index(after[0]) + 1 :] if after else names
                data = [self.shown(name) for name in names[:2]]
                return {"object": "list", "data": data, "has_more": len(names) > 2}
            case "GET", ["batches", name]:
                return self.look(name)
            case "GET", ["files", name, "content"]:
                return self.files[name]
        return None


def _file_in(content_type: str, body: bytes) -> bytes:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        if part.get_filename():
            return bytes(part.get_payload(decode=True))
    raise AssertionError("no file was sent")


@contextmanager
def serving(server: BatchServer) -> Iterator[str]:
    """Serve on this machine; yields the base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.send_header("retry-after-ms", "1")
            self.end_headers()
            self.wfile.write(body)

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            url = urlsplit(self.path)
            what = f"{self.command} {url.path.removeprefix('/v1')}"
            server.asked.append(what)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            status = None
            if server.fails and what.startswith(server.fails[0][0]):
                status = server.fails.pop(0)[1]
            if status:
                message = f"no: {self.headers.get('authorization')}"
                self._send(status, json.dumps({"error": {"message": message}}).encode())
                return
            told = server.told(what, url.query, body, self.headers["content-type"] or "")
            if told is None:
                self._send(404, b"{}")
                return
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            self._send(200, told if isinstance(told, bytes) else json.dumps(told).encode())

        do_GET = do_POST = _do  # noqa: N815 - the names that the base class calls

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    try:
        server.base_url = f"http://127.0.0.1:{http.server_address[1]}/v1"
        yield server.base_url
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
