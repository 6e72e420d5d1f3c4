"""A server on this machine in Stripe's place: it keeps what it hears, and answers what a test or stripe-mock says."""

import json
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests


@dataclass
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, str]
    status: int = 0

    @property
    def key(self) -> str:
        return self.headers.get("Idempotency-Key", "")

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


# A status and a JSON body; no answer at all where there is None.
Answer = tuple[int, dict[str, Any]] | None


@dataclass
class StripeServer:
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], Answer] = lambda _heard: (500, {})

    def always(self, status: int, body: dict[str, Any]) -> None:
        self.answer = lambda _heard: (status, body)

    @property
    def writes(self) -> list[Heard]:
        return [one for one in self.heard if one.method == "POST"]


def forward_to(upstream: str) -> Callable[[Heard], Answer]:
    """Have stripe-mock answer; where its samples leave open what Stripe always says, it is filled in."""

    def answer(heard: Heard) -> Answer:
        headers = {name: value for name, value in heard.headers.items() if name.lower() not in ("host", "connection")}
        said = requests.request(heard.method, upstream + heard.path, data=heard.body, headers=headers, timeout=10)
        return said.status_code, _completed(said.json())

    return answer


ALWAYS_SAID: dict[str, dict[str, Any]] = {
    "checkout.session": {"amount_total": 1099, "currency": "eur", "status": "open", "url": "https://checkout.test/c/1"},
    "charge": {"payment_intent": "pi_1"},
}


def _completed(body: dict[str, Any]) -> dict[str, Any]:
    body |= ALWAYS_SAID.get(body.get("object", ""), {})
    if body.get("object") == "list":
        body["data"] = [_completed(one) for one in body["data"]]
    return body


@contextmanager
def stripe_server():
    """Run one while the block lasts."""
    spoken_with = StripeServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._hear()

        def do_GET(self) -> None:
            self._hear()

        def do_DELETE(self) -> None:
            self._hear()

        def _hear(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = dict(parse_qsl(urlsplit(self.path).query))
            heard = Heard(self.command, self.path, dict(self.headers), body, query)
            spoken_with.heard.append(heard)
            answer = spoken_with.answer(heard)
            if answer is None:
                self.close_connection = True
                return
            heard.status, content = answer
            written = json.dumps(content).encode()
            self.send_response(heard.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    spoken_with.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield spoken_with
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
