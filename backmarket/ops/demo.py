"""`make demo`: the whole shop on this machine, ended by Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from . import demo_accounts, prepare
from .cluster import Cluster, open_cluster
from .console import OpsError, Steps, one_line_failures, require_disk
from .environment import Addresses, demo_environment
from .paths import LOGS, ROOT, RUN, venv_tool
from .ports import free_port, is_free, is_open
from .processes import LOG, STOP_STAGES, shop_processes
from .sqs import QueueEndpoint, answers
from .supervisor import LogPrinter, Supervisor

DISK_GIB = 0.5
READY_S = 90

Servers = dict[str, subprocess.Popen[bytes]]


def main() -> None:
    """Start the shop and keep it running until somebody stops it."""
    parser = argparse.ArgumentParser(prog="make demo", description="Run the shop with demo data.")
    parser.add_argument("--reset", action="store_true", help="forget what was bought and changed")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with one_line_failures(), only_one():
        require_disk(RUN, DISK_GIB)
        port = _wanted_port()
        if options.reset:
            _forget()
        sys.exit(_run(port))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """
    Hold this clone's demo for oneself.

    :raises OpsError: another process has it
    """
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise OpsError(
                f"A demo of this clone already runs (process {lock.read().strip()}): stop it first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _wanted_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise OpsError(f"PORT={text} is no port: choose a number from 1024 to 65535.")
    port = int(text)
    if not is_free(port):
        raise OpsError(f"Port {port} is busy: choose another one, for example `make demo PORT={port + 10}`.")
    return port


def _forget() -> None:
    if os.environ.get("DATABASE_URL"):
        raise OpsError("DATABASE_URL names a database of your own: empty it yourself, or unset DATABASE_URL.")
    open_cluster("pg").remove()
    shutil.rmtree(RUN / "media", ignore_errors=True)


def _run(port: int) -> int:
    steps = Steps(prepare.STEPS + 2)
    with contextlib.ExitStack() as stack:
        queue = QueueEndpoint()
        stack.callback(queue.stop)
        queue.launch()
        with steps.step("Database and queue") as note:
            cluster = None if os.environ.get("DATABASE_URL") else _start_cluster(stack, note)
            database_url = cluster.url if cluster else os.environ["DATABASE_URL"]
            queue.wait()
        provider_port = port + 1 if is_free(port + 1) else free_port()
        addresses = Addresses(port, provider_port, database_url, queue.url)
        env = demo_environment(addresses)
        _prepare(env, steps)
        servers = {"The local SQS endpoint": queue.process, "PostgreSQL": cluster.process if cluster else None}
        return _supervise(addresses, env, steps, {name: server for name, server in servers.items() if server})


def _start_cluster(stack: contextlib.ExitStack, note: Callable[[str], None]) -> Cluster:
    cluster = open_cluster("pg")
    stack.callback(cluster.stop)
    cluster.start()
    note(cluster.binaries.describe())
    if not cluster.folder.is_relative_to(RUN):
        note(f"data in {cluster.folder}, which its account can reach")
    return cluster


def _prepare(env: dict[str, str], steps: Steps) -> None:
    command = [venv_tool("python"), "-m", "backmarket.ops.prepare", "--done", str(steps.done)]
    result = subprocess.run([*command, "--total", str(steps.total)], cwd=ROOT, env=env, check=False)
    if result.returncode != 0:
        raise OpsError("The demo could not be prepared; the reason is above.")
    steps.done += prepare.STEPS


def _supervise(addresses: Addresses, env: dict[str, str], steps: Steps, servers: Servers) -> int:
    printer = LogPrinter(LOG)
    supervisor = Supervisor(printer, STOP_STAGES)
    for name, command in shop_processes(addresses).items():
        supervisor.add(name, command, env, ROOT)
    threading.Thread(target=_announce, args=(addresses, supervisor, printer, steps), daemon=True).start()
    threading.Thread(target=_watch, args=(servers, supervisor), daemon=True).start()
    signal.signal(signal.SIGHUP, lambda *_: supervisor.terminate())
    supervisor.loop()
    for name, server in servers.items():
        if server.poll() is not None:
            raise OpsError(f"{name} ended by itself; the reason is in {LOGS}. `make demo` starts it again.")
    if supervisor.given_up():
        raise OpsError(f"{' and '.join(supervisor.given_up())} keeps dying; the reason is in {LOG}")
    print("Stopped; `make demo` goes on where this ended.")
    return 0


def _watch(servers: Servers, supervisor: Supervisor) -> None:
    # Without its database or its queue the shop is only a source of errors: end it, and say why.
    while not supervisor.asked_to_stop.wait(1):
        if any(server.poll() is not None for server in servers.values()):
            supervisor.terminate()


def _announce(addresses: Addresses, supervisor: Supervisor, printer: LogPrinter, steps: Steps) -> None:
    with steps.step("Web, worker, relay, beat, payment provider"):
        until = time.monotonic() + READY_S
        while not _is_ready(addresses) and not supervisor.asked_to_stop.wait(0.2):
            if time.monotonic() > until:
                print(f"error: The shop does not answer on {addresses.shop}; the reason is in {LOG}", file=sys.stderr)
                supervisor.terminate()
                return
    if not supervisor.asked_to_stop.is_set():
        print(demo_accounts.welcome(addresses.shop, addresses.provider), flush=True)
        printer.loud = True


def _is_ready(addresses: Addresses) -> bool:
    return is_open(addresses.provider_port) and answers(f"{addresses.shop}/healthz")


if __name__ == "__main__":
    main()
