"""A PostgreSQL that keeps the scale catalogue, beside the demo's: loaded once, then used again and again."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator

from backmarket.ops.cluster import open_cluster
from backmarket.ops.console import OpsError, Steps, require_disk
from backmarket.ops.environment import Addresses, demo_environment
from backmarket.ops.paths import ROOT, RUN, venv_tool
from backmarket.ops.ports import LOCAL, free_port
from backmarket.ops.sqs import QueueEndpoint

NAME = "pg-scale"
DISK_GIB = 4
STEPS = 3


@contextlib.contextmanager
def scale_environment(steps: Steps) -> Iterator[tuple[Addresses, dict[str, str]]]:
    """
    Start the database of SCALE_DATABASE_URL or one of our own, load it if it is empty, and end it with the block.

    :raises OpsError: it could not be made or loaded
    """
    RUN.mkdir(parents=True, exist_ok=True)
    require_disk(RUN, DISK_GIB)
    with contextlib.ExitStack() as stack:
        queue = QueueEndpoint()
        stack.callback(queue.stop)
        queue.launch()
        with steps.step("Database and queue") as note:
            url = os.environ.get("SCALE_DATABASE_URL", "")
            if not url:
                cluster = open_cluster(NAME, durable=False)
                stack.callback(cluster.stop)
                cluster.start()
                url = cluster.url
                note(cluster.binaries.describe())
            queue.wait()
        addresses = Addresses(free_port(), free_port(), url, queue.url)
        env = demo_environment(addresses)
        with steps.step("Tables"):
            _manage(env, "migrate", "--verbosity", "0")
        with steps.step("Scale catalogue"):
            _manage(env, "load_scale", "--if-empty")
        yield addresses, env


def _manage(env: dict[str, str], *arguments: str) -> None:
    command = [venv_tool("python"), "manage.py", *arguments]
    if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode != 0:
        raise OpsError(f"manage.py {arguments[0]} failed on {LOCAL}; the reason is above.")
