"""The real thing for tests: an SQS endpoint, a Celery worker and a relay in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from backmarket.core.queues import Queue
from backmarket.ops.paths import ROOT
from backmarket.ops.sqs import QueueEndpoint


def database_url() -> str:
    """Return the address of the test database that this process uses."""
    parts = connection.settings_dict
    return f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


@dataclass
class QueueStack:
    env: dict[str, str]
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        """Start a Python process of the project."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.env, **env},
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def start_worker(self, app: str = "backmarket", **env: str) -> subprocess.Popen[bytes]:
        """Start a worker of one child on every queue."""
        queues = ",".join(queue.value for queue in Queue)
        options = ["--queues", queues, "--concurrency", "1", "--loglevel", "INFO"]
        return self.run("-m", "celery", "-A", app, "worker", *options, **env)

    def start_relay(self) -> subprocess.Popen[bytes]:
        return self.run("manage.py", "run_relay")

    def kill(self, process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
        """Signal a process and its children, and wait for its end."""
        if process.poll() is None:
            os.killpg(process.pid, number)
        process.wait(timeout=30)


def wait_until(holds: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Ask every 0.2 s; return whether it held in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.2)
    return holds()


@contextmanager
def queue_stack(folder: Path) -> Iterator[QueueStack]:
    """Run an SQS endpoint with the project's queues; end it and all processes of the stack with the block."""
    endpoint = QueueEndpoint(name=f"test-sqs-{os.getpid()}")
    endpoint.launch()
    endpoint.wait()
    env = {**os.environ, "SQS_ENDPOINT_URL": endpoint.url, "DATABASE_URL": database_url(), "PYTHONPATH": str(ROOT)}
    env |= {"DJANGO_SETTINGS_MODULE": "backmarket.settings.test"}
    stack = QueueStack(env, folder / "processes.log")
    try:
        assert stack.run("manage.py", "ensure_queues").wait(timeout=60) == 0, stack.log.read_text()
        yield stack
    finally:
        for process in stack.processes:
            stack.kill(process)
        endpoint.stop()
