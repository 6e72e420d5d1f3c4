"""`make bench-scale`: pages of the scale catalogue under load, beside the same templates rendered from memory."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from backmarket.ops.bench import start_web
from backmarket.ops.console import OpsError, Steps, one_line_failures
from backmarket.ops.loading import Figures, LoadTool, load_tool
from backmarket.ops.paths import LOGS, ROOT, venv_tool

from . import database

CONNECTIONS = "4"
SECONDS = "20"
COUNT = "300"
WARM_UP_S = 15
TIMEOUT_S = 60
P95_TARGET_MS, SHARE_TARGET, QUERY_TARGET = 80, 0.35, 5


@dataclass(frozen=True)
class Visits:
    """What single visits cost: the first one of each address, then the second, answered by whatever is remembered."""

    first_queries: int
    second_queries: int
    first_p95_ms: float
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A kind of page: as it is, and from memory."""

    kind: str
    visits: Visits
    real: Figures
    memory: Figures

    @property
    def share(self) -> float:
        return self.real.requests_per_s / self.memory.requests_per_s if self.memory.requests_per_s else 0.0


def main() -> None:
    """Measure with PostgreSQL, and with Elasticsearch where ELASTICSEARCH_URL names one; fail if any answer failed."""
    with one_line_failures(), contextlib.ExitStack() as stack:
        addresses, env = stack.enter_context(database.scale_environment(Steps(database.STEPS)))
        pages = _pages(env)
        load = load_tool(int(os.environ.get("CONNECTIONS", CONNECTIONS)))
        elasticsearch = env.pop("ELASTICSEARCH_URL", "")
        engines = {
            "PostgreSQL": {},
            **({"Elasticsearch": {"ELASTICSEARCH_URL": elasticsearch}} if elasticsearch else {}),
        }
        rows = []
        for engine, settings in engines.items():
            print(f"\nsearch by {engine}, 2 processes, concurrency {load.connections}\n{HEAD}", flush=True)
            with contextlib.ExitStack() as running:
                start_web(running, {**env, **settings, "BENCH": "1"}, addresses.shop)
                rows += [_measured(kind, paths, load, addresses.shop) for kind, paths in pages.items()]
        print(f"targets: share {SHARE_TARGET:.0%}, p95 {P95_TARGET_MS} ms, {QUERY_TARGET} queries", flush=True)
        failed = [path for row in rows for path in row.visits.failed]
        if failed or any(row.real.errors for row in rows):
            raise OpsError(f"Some answers failed, first {failed[:1]}; the reason is in {LOGS / 'bench-web.log'}.")


def _pages(env: dict[str, str]) -> dict[str, list[str]]:
    command = [venv_tool("python"), "manage.py", "bench_addresses", "--count", os.environ.get("ADDRESSES", COUNT)]
    result = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if result.returncode != 0:
        raise OpsError(f"The addresses could not be drawn: {result.stderr.strip()[-300:]}")
    pages: dict[str, list[str]] = json.loads(result.stdout)
    only = os.environ.get("PAGES")
    return {kind: paths for kind, paths in pages.items() if not only or kind in only.split(",")}


def _measured(kind: str, paths: Sequence[str], load: LoadTool, shop: str) -> Row:
    seconds = int(os.environ.get("SECONDS_PER_PAGE", SECONDS))
    visits = _visits(shop, paths)
    load.run(shop, paths, seconds=WARM_UP_S)
    real = load.run(shop, paths, seconds=seconds)
    load.run(shop, paths, seconds=WARM_UP_S, mode="memory")
    memory = load.run(shop, paths, seconds=seconds, mode="memory")
    row = Row(kind, visits, real, memory)
    print(_line(row), flush=True)
    return row


def _visits(shop: str, paths: Sequence[str]) -> Visits:
    first = [_visit(f"{shop}{path}") for path in paths]
    second = [_visit(f"{shop}{path}") for path in paths]
    times = [milliseconds for _, milliseconds, _ in first]
    return Visits(
        first_queries=max(queries for queries, _, _ in first),
        second_queries=max(queries for queries, _, _ in second),
        first_p95_ms=quantiles(times, n=20)[-1],
        failed=tuple(path for path, (_, _, is_good) in zip(paths, first, strict=True) if not is_good),
    )


def _visit(url: str) -> tuple[int, float, bool]:
    """Return the queries of a visit, its time in ms, and whether it was answered."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    started = time.perf_counter()
    try:
        request = urllib.request.Request(url, headers={"X-Bench": "count"})  # noqa: S310 — our own server
        with opener.open(request, timeout=TIMEOUT_S) as response:
            response.read()
            return int(response.headers["X-Queries"]), (time.perf_counter() - started) * 1000, True
    except OSError:
        return 0, (time.perf_counter() - started) * 1000, False


HEAD = (
    f"{'page':<10}{'requests/s':>11}{'memory/s':>10}{'share':>7}{'p50 ms':>9}{'p95 ms':>9}"
    f"{'queries':>9}{'again':>7}{'first p95':>11}{'errors':>8}"
)


def _line(row: Row) -> str:
    real = f"{row.real.requests_per_s:>11.1f}{row.memory.requests_per_s:>10.1f}{row.share:>7.0%}"
    times = f"{row.real.p50_ms:>9.1f}{row.real.p95_ms:>9.1f}"
    visits = f"{row.visits.first_queries:>9}{row.visits.second_queries:>7}{row.visits.first_p95_ms:>11.1f}"
    return f"{row.kind:<10}{real}{times}{visits}{row.real.errors + len(row.visits.failed):>8}"


if __name__ == "__main__":
    main()
