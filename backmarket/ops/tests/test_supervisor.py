"""The supervisor of `make demo` with real processes: restarts, the order of stopping, and no orphans."""

import os
import signal
import subprocess
import sys
import time

import pytest

from backmarket.ops.lifeline import is_alive
from backmarket.ops.paths import ROOT

# Each process writes its pid and waits; asked to end, it says so in the shared log and goes.
SLEEPER = """
import os, signal, sys, time
name, folder = sys.argv[1:]
def end(*_):
    with open(f"{folder}/ends", "a") as ends:
        ends.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
open(f"{folder}/{name}.tmp", "w").write(str(os.getpid()))
os.rename(f"{folder}/{name}.tmp", f"{folder}/{name}.pid")
while True:
    time.sleep(0.1)
"""
HOST = """
import os, sys
from pathlib import Path
from backmarket.ops.supervisor import LogPrinter, Supervisor
folder = Path(sys.argv[1])
supervisor = Supervisor(LogPrinter(folder / "log"), [["web"], ["worker"]])
for name in ("worker", "web"):
    supervisor.add(name, [sys.executable, str(folder / "sleeper.py"), name, str(folder)], dict(os.environ), folder)
supervisor.loop()
"""


@pytest.fixture
def supervised(tmp_path):
    """A supervisor in a process of its own, with a web and a worker that only wait."""
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    host = subprocess.Popen([sys.executable, "-c", HOST, str(tmp_path)], cwd=ROOT, start_new_session=True)
    assert soon(lambda: (tmp_path / "web.pid").exists() and (tmp_path / "worker.pid").exists())
    yield tmp_path, host
    if host.poll() is None:
        host.kill()
    host.wait(timeout=10)


def soon(holds, seconds=15):
    until = time.monotonic() + seconds
    while time.monotonic() < until and not holds():
        time.sleep(0.05)
    return holds()


def pid_of(folder, name):
    return int((folder / f"{name}.pid").read_text())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_ends_the_web_before_the_worker_and_leaves_nobody(supervised, number):
    folder, host = supervised
    pids = [pid_of(folder, "web"), pid_of(folder, "worker")]

    host.send_signal(number)
    host.wait(timeout=15)

    assert (folder / "ends").read_text().split() == ["web", "worker"]
    assert [pid for pid in pids if is_alive(pid)] == []


def test_a_killed_process_is_started_again(supervised):
    folder, _ = supervised
    first, web = pid_of(folder, "worker"), pid_of(folder, "web")

    os.kill(first, signal.SIGKILL)

    assert soon(lambda: pid_of(folder, "worker") != first)
    assert is_alive(pid_of(folder, "worker"))
    assert pid_of(folder, "web") == web


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_no_process_outlives_a_killed_supervisor(supervised):
    folder, host = supervised
    pids = [pid_of(folder, "web"), pid_of(folder, "worker")]

    host.kill()

    assert soon(lambda: not any(is_alive(pid) for pid in pids))
