"""The local SQS endpoint of the demo and the tests: moto's server in its own process, with its queues in memory."""

from __future__ import annotations

import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field

from .console import OpsError
from .lifeline import die_with_parent, stop_process
from .paths import LOGS, venv_tool
from .ports import LOCAL, free_port

START_S = 40
STOP_S = 3


@dataclass
class QueueEndpoint:
    """A server that speaks SQS on this machine."""

    name: str = "sqs"
    port: int = field(default=0, init=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The SQS_ENDPOINT_URL."""
        return f"http://{LOCAL}:{self.port}"

    def launch(self) -> None:
        """Start the server without waiting for it, because it takes seconds that other work can use."""
        self.port = free_port()
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / f"{self.name}.log").open("w") as output:
            self.process = subprocess.Popen(
                [venv_tool("moto_server"), "-H", LOCAL, "-p", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )

    def wait(self) -> None:
        """
        Return once the server answers.

        :raises OpsError: it ended or did not answer in time
        """
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.process is not None and self.process.poll() is None:
            if answers(f"{self.url}/moto-api/data.json"):
                return
            time.sleep(0.1)
        raise OpsError(f"The local SQS endpoint does not start (log: {LOGS / self.name}.log)")

    def stop(self) -> None:
        """End the server and forget its queues."""
        if self.process is not None:
            stop_process(self.process, signal.SIGTERM, STOP_S)


def answers(url: str) -> bool:
    """Tell whether an HTTP server on this machine answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            status: int = response.status
    except (OSError, ValueError):
        return False
    return status == 200
