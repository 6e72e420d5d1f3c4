"""
Run the demo's processes: honcho's manager, plus restarts and an order for stopping.

A process that dies is started again, because a demo whose worker was killed must go on by itself. Stopping goes in
stages: first what takes new work in, then the worker once its tasks are done, then what they call.
"""

from __future__ import annotations

import multiprocessing
import os
import shlex
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from .lifeline import die_with_parent, kill_session

QUICK_S = 10
QUICK_DEATHS = 5
STAGE_S = 25
IMPATIENT_S = 1.0


class LogPrinter(Printer):  # type: ignore[misc]
    """Writes every line to a file, and to the screen once `loud` is set."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = Printer(log.open("w"), colour=False)
        self.loud = False

    def write(self, message: Message) -> None:
        self._log.width = self.width
        self._log.write(message)
        if self.loud:
            super().write(message)


class KeptProcess(Process):  # type: ignore[misc]
    """A process that is started again when it dies, until it is told to stop or dies too often."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stopping = multiprocessing.Event()

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        self._events = events
        die_with_parent(signal.SIGKILL)()
        if ignore_signals:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        quick_deaths = 0
        while True:
            started = time.monotonic()
            code = self._run_once()
            quick_deaths = quick_deaths + 1 if time.monotonic() - started < QUICK_S else 0
            if self.stopping.is_set() or quick_deaths >= QUICK_DEATHS:
                break
            self._send_message(f"ended with code {code}; starting it again\n")
            if self.stopping.wait(quick_deaths):
                break
        self._send_message({"returncode": 0 if self.stopping.is_set() else code or 1}, type="stop")

    def _run_once(self) -> int:
        child = Popen(self.cmd, env=self.env, cwd=self.cwd, preexec_fn=die_with_parent(signal.SIGTERM))
        self._send_message({"pid": child.pid}, type="start")
        threading.Thread(target=_clear_up_after, args=(child,), daemon=True).start()
        for line in iter(child.stdout.readline, b""):
            self._send_message(line)
        code: int = child.wait()
        return code


def _clear_up_after(child: Any) -> None:
    # What a killed process leaves behind would keep its output open and its restart waiting.
    child.wait()
    kill_session(child.pid)


class Supervisor(Manager):  # type: ignore[misc]
    """honcho's manager with stages of stopping."""

    def __init__(self, printer: LogPrinter, stages: Sequence[Sequence[str]]) -> None:
        super().__init__(printer)
        self._process_ctor = KeptProcess
        self._stages = stages
        self._asked_at: float | None = None
        self.asked_to_stop = threading.Event()

    def add(self, name: str, command: list[str], env: dict[str, str], cwd: Path) -> None:
        """Add a process; it starts with `loop()`."""
        self.add_process(name, f"exec {shlex.join(command)}", env=env, cwd=cwd)

    def terminate(self) -> None:
        """Stop in stages; asked again by an impatient person, kill."""
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
            self._terminating = True
            self.asked_to_stop.set()
            for entry in self._processes.values():
                entry["obj"].stopping.set()
            threading.Thread(target=self._stop_in_stages, daemon=True).start()
        elif now - self._asked_at > IMPATIENT_S:
            self._kill_all()

    def given_up(self) -> list[str]:
        """Name the processes that died too often to be started again."""
        return [name for name, entry in self._processes.items() if entry.get("returncode")]

    def kill(self) -> None:
        """Leave killing to the stages: honcho's own limit is shorter than a task may take."""

    def _stop_in_stages(self) -> None:
        for stage in self._stages:
            for name in stage:
                self._signal(name, signal.SIGTERM)
            until = time.monotonic() + STAGE_S
            while time.monotonic() < until and any(self._runs(name) for name in stage):
                time.sleep(0.05)
            for name in stage:
                if self._runs(name):
                    kill_session(self._processes[name]["pid"])

    def _kill_all(self) -> None:
        for name in self._processes:
            if self._runs(name):
                kill_session(self._processes[name]["pid"])

    def _runs(self, name: str) -> bool:
        entry = self._processes.get(name, {})
        return "pid" in entry and "returncode" not in entry

    def _signal(self, name: str, number: int) -> None:
        # To the leader alone: Celery's pool would drop its tasks if its children got the signal too.
        if self._runs(name):
            try:
                os.kill(self._processes[name]["pid"], number)
            except ProcessLookupError:
                return
