"""The processes of a running shop, and the order in which they stop."""

from __future__ import annotations

from backmarket.core.queues import Queue

from .environment import Addresses
from .paths import RUN, venv_tool

STOP_STAGES = (("web", "relay", "beat"), ("worker",), ("provider",))


def web_command() -> list[str]:
    """Return the command of the web server."""
    return [venv_tool("uwsgi"), "--ini", "backmarket/ops/uwsgi.ini"]


def shop_processes(addresses: Addresses) -> dict[str, list[str]]:
    """Return the command of each process by its name."""
    manage = [venv_tool("python"), "manage.py"]
    queues = ",".join(queue.value for queue in Queue)
    worker = ["-A", "backmarket", "worker", "--queues", queues, "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname", "worker@demo"]
    return {
        "web": web_command(),
        "worker": [venv_tool("celery"), "--quiet", *worker],
        "relay": [*manage, "run_relay"],
        "beat": [*manage, "run_beat"],
        "provider": [*manage, "run_sandbox_provider", "--port", str(addresses.provider_port)],
    }


LOG = RUN / "log" / "demo.log"
