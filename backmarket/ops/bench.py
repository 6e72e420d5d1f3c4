"""`make bench`: requests per second and answer times of the demo's pages, beside a view that does nothing."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass

from . import prepare
from .cluster import open_cluster
from .console import OpsError, Steps, one_line_failures
from .demo import only_one
from .environment import Addresses, demo_environment
from .lifeline import die_with_parent, stop_process
from .loading import Figures, LoadTool, load_tool
from .paths import LOGS, ROOT, venv_tool
from .ports import free_port
from .processes import web_command
from .sqs import QueueEndpoint, answers

LOCALE = "en-gb"
WARM_UP_S = 3
READY_S = 60


@dataclass(frozen=True)
class Page:
    """A page under load."""

    name: str
    path: str


def main() -> None:
    """Measure the pages and print the table; fail if any answer failed."""
    with one_line_failures(), only_one(), contextlib.ExitStack() as stack:
        shop = start(stack)
        load = load_tool(int(os.environ.get("CONNECTIONS", "8")))
        bare = Page("bare Django view", "/demo/bare/")
        measured = [(page, _measure(load, shop, page)) for page in [bare, *pages(shop)]]
        _print(measured)
        if any(figures.errors for _, figures in measured):
            raise OpsError(f"Some answers failed; the reason is in {LOGS / 'bench-web.log'}.")


def start(stack: contextlib.ExitStack) -> str:
    """Start the demo's web server with its database, stopped with the stack; return its address."""
    return start_shop(stack)[0].shop


def start_shop(stack: contextlib.ExitStack) -> tuple[Addresses, dict[str, str]]:
    """Do the same; return all addresses, and the environment of further processes."""
    steps = Steps(prepare.STEPS + 2)
    queue = QueueEndpoint()
    stack.callback(queue.stop)
    queue.launch()
    with steps.step("Database and queue") as note:
        cluster = open_cluster("pg")
        stack.callback(cluster.stop)
        cluster.start()
        queue.wait()
        note(cluster.binaries.describe())
    addresses = Addresses(free_port(), free_port(), cluster.url, queue.url)
    env = demo_environment(addresses)
    command = [venv_tool("python"), "-m", "backmarket.ops.prepare", "--done", "1", "--total", str(steps.total)]
    if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode != 0:
        raise OpsError("The demo's data could not be prepared; the reason is above.")
    steps.done += prepare.STEPS
    with steps.step("Web"):
        start_web(stack, env, addresses.shop)
    return addresses, env


def start_web(stack: contextlib.ExitStack, env: dict[str, str], shop: str) -> None:
    """
    Start the web server and stop it with the stack.

    :raises OpsError: it does not answer
    """
    start_process(stack, "web", web_command(), env, f"{shop}/healthz")


def start_process(stack: contextlib.ExitStack, name: str, command: list[str], env: dict[str, str], health: str) -> None:
    """
    Start a process that answers at the address `health`, and stop it with the stack.

    :raises OpsError: it does not answer
    """
    log = LOGS / f"bench-{name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    stack.callback(stop_process, process, signal.SIGTERM, 20)
    until = time.monotonic() + READY_S
    while not answers(health):
        if time.monotonic() > until or process.poll() is not None:
            raise OpsError(f"The {name} process does not start (log: {log})")
        time.sleep(0.2)


def pages(shop: str) -> list[Page]:
    """Find one page of each kind among the links of the home page, and of the first category."""
    home = f"/{LOCALE}/"
    links = _links(shop, home)
    category = _first(links, rf"^/{LOCALE}/c/[^/]+", "category")
    product = _first([*links, *_links(shop, category)], rf"^/{LOCALE}/p/[^/]+", "product")
    search = f"/{LOCALE}/search/?q=iphone+12"
    return [Page("home", home), Page("category", category), Page("product", product), Page("search", search)]


def _links(shop: str, path: str) -> list[str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{shop}{path}", timeout=30) as response:
        html = response.read().decode()
    return re.findall(r'href="(/[^"#]*)"', html)


def _first(links: list[str], pattern: str, kind: str) -> str:
    found = next((link for link in links if re.match(pattern, link)), None)
    if found is None:
        raise OpsError(f"The home page links to no {kind} page.")
    return found.replace("&amp;", "&")


def _measure(load: LoadTool, shop: str, page: Page) -> Figures:
    load.run(shop, [page.path], seconds=WARM_UP_S)
    return load.run(shop, [page.path], seconds=int(os.environ.get("SECONDS_PER_PAGE", "10")))


def _print(measured: list[tuple[Page, Figures]]) -> None:
    bare = measured[0][1].requests_per_s
    print(f"\n{'page':<18}{'requests/s':>12}{'of bare':>9}{'p50 ms':>9}{'p95 ms':>9}{'errors':>8}  address")
    for page, figures in measured:
        share = figures.requests_per_s / bare if bare else 0
        numbers = f"{figures.requests_per_s:>12.1f}{share:>9.0%}{figures.p50_ms:>9.1f}{figures.p95_ms:>9.1f}"
        print(f"{page.name:<18}{numbers}{figures.errors:>8}  {page.path}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
