"""A demo of its own for browser tests: fresh data, free ports, gone with the test run."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from backmarket.ops.paths import ROOT
from backmarket.ops.ports import LOCAL, free_port
from backmarket.ops.postgres import server_account, server_home

FIRST_START_S = 240
STOP_S = 60
# The database and the settings of the test run are not the demo's.
LEFT_OUT = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "MEDIA_ROOT", "ELASTICSEARCH_URL"}


@dataclass
class Demo:
    """A demo that keeps its things in `run`; restarts keep its port and its data."""

    run: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The shop's address."""
        return f"http://{LOCAL}:{self.port}"

    @property
    def output(self) -> str:
        """What it printed since its last start."""
        return (self.run / "output").read_text(errors="replace")

    def start(self) -> float:
        """Start it, wait for the box with its addresses, and return the seconds that this took."""
        env = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
        env |= {"BACKMARKET_RUN": str(self.run), "PORT": str(self.port)}
        command = [sys.executable, "-m", "backmarket.ops.demo"]
        with (self.run / "output").open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        started = time.monotonic()
        while "Ctrl-C" not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() - started < FIRST_START_S, self.output
            time.sleep(0.1)
        return time.monotonic() - started

    def pid(self, name: str) -> int:
        """Return the process id of `web`, `worker`, `relay`, `beat` or `provider`, as it runs now."""
        log = (self.run / "log" / "demo.log").read_text(errors="replace")
        return int(re.findall(rf"\| {name} started \(pid=(\d+)\)", log)[-1])

    def family(self) -> set[int]:
        """Return the ids of all its processes, whatever started them."""
        assert self.process is not None
        rows = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, rows.splitlines())}
        found, level = {self.process.pid}, {self.process.pid}
        while level:
            level = {pid for pid, parent in parents.items() if parent in level}
            found |= level
        return found

    def stop(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=STOP_S)


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Start a demo with fresh data, and end and forget it with the block."""
    # Where the database's account can reach it: pytest's own temporary folders are closed to others.
    run = server_home(server_account()) / f"test-demo-{os.getpid()}"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    demo = Demo(run)
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()
        shutil.rmtree(run, ignore_errors=True)
