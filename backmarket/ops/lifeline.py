"""No process outlives the one that started it, even when that one is killed with -9."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def die_with_parent(sent: int) -> Callable[[], None]:
    """
    Return what a child runs first so that it gets the signal `sent` when its parent is gone.

    Linux only; elsewhere a killed supervisor leaves its children, and the next start ends the database.
    It also gives the child back the signals that its parent ignores.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, sent)

    return prepare


def stop_process(process: subprocess.Popen[bytes], first: int, patience_s: float) -> None:
    """Ask a process to end with the signal `first`, and kill its whole session after `patience_s` seconds."""
    if process.poll() is None:
        process.send_signal(first)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        kill_session(process.pid)
        process.wait()


def kill_session(leader: int) -> None:
    """Kill what is left of a session that this process started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def is_alive(pid: int) -> bool:
    """Tell whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_line(pid: int) -> str:
    """Return how a process was started, or nothing where it is gone."""
    result = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return result.stdout.strip()


def end_leftover(pid_file: Path, belongs: str, sent: int, patience_s: float) -> None:
    """End the process that `pid_file` names if its command line names `belongs`: a killed run left it."""
    words = pid_file.read_text().split() if pid_file.exists() else []
    if not words or not words[0].isdigit():
        return
    pid = int(words[0])
    if belongs not in command_line(pid):
        return
    os.kill(pid, sent)
    until = time.monotonic() + patience_s
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.1)
