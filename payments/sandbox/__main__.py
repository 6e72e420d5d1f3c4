"""`python -m payments.sandbox --port 8001`: the provider's process."""

import argparse
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "payments.sandbox.settings"

from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.wsgi import get_wsgi_application


class PooledServer(WSGIServer):
    """Answers on a few threads that stay, so that each keeps its connection to the database."""

    threads = 8

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="provider")

    def process_request(self, request: Any, client_address: Any) -> None:
        self.pool.submit(self._answer, request, client_address)

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)


class QuietHandler(WSGIRequestHandler):
    """Answers without a line a request; problems still reach the log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the base class names it so
        return


def main() -> None:
    parser = argparse.ArgumentParser(prog="run_sandbox_provider")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    application = get_wsgi_application()

    from payments.sandbox.deliveries import run_forever

    stopped = threading.Event()
    worker = threading.Thread(target=run_forever, args=(stopped,), name="deliveries", daemon=True)
    server = PooledServer(("127.0.0.1", port), QuietHandler)
    server.set_app(application)

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    worker.start()
    server.serve_forever(poll_interval=0.2)
    server.server_close()


if __name__ == "__main__":
    main()
