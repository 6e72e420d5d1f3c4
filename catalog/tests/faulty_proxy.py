"""A TCP proxy that stands before Elasticsearch and breaks its answers, for the tests of the fallback."""

import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOCAL = "127.0.0.1"

GARBAGE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 24\r\n\r\n<html>It works!</html>\r\n"
HALF_AN_ANSWER = 120


@dataclass
class FaultyProxy:
    """
    Forwards to `target` in a way that `mode` names, which may change at any time.

    `pass` forwards, `down` hangs up, `slow` answers after half a second, `garbage` answers what is no JSON, `half`
    stops within an answer, `drip` sends a byte now and then, so that no single read is slow.
    """

    target: str
    mode: str = "pass"
    connections: int = 0
    _server: socket.socket = field(init=False)
    _is_over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "FaultyProxy":
        self._server = socket.create_server((LOCAL, 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://{LOCAL}:{self._server.getsockname()[1]}"

    def _accept(self) -> None:
        while not self._is_over.is_set():
            try:
                client, _address = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        address = urlsplit(self.target)
        with client, socket.create_connection((address.hostname, address.port)) as server:
            threading.Thread(target=self._forward_requests, args=(client, server), daemon=True).start()
            try:
                while answer := server.recv(65536):
                    if not self._answer(client, answer):
                        return
            except OSError:
                return

    def _forward_requests(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while request := client.recv(65536):
                if self.mode == "down":
                    break
                server.sendall(request)
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def _answer(self, client: socket.socket, answer: bytes) -> bool:
        """Send an answer in the way of the mode; tell whether to go on."""
        if self.mode == "slow":
            time.sleep(0.5)
        if self.mode == "garbage":
            client.sendall(GARBAGE)
            return False
        if self.mode == "half":
            client.sendall(answer[:HALF_AN_ANSWER])
            return not self._is_over.wait(30)
        if self.mode == "drip":
            for position in range(len(answer)):
                client.sendall(answer[position : position + 1])
                if self._is_over.wait(0.1):
                    return False
        client.sendall(answer)
        return True
