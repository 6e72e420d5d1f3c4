"""The load generators of the benchmarks: wrk where the machine has it, else autocannon."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from .console import OpsError
from .node import find_node
from .paths import ROOT

BENCH = ROOT / "bench"


@dataclass(frozen=True)
class Figures:
    """What was answered under load."""

    requests_per_s: float
    p50_ms: float
    p95_ms: float
    errors: int


@dataclass(frozen=True)
class LoadTool:
    """A load generator with so many connections."""

    program: str
    is_wrk: bool
    connections: int

    def run(self, shop: str, paths: Sequence[str], *, seconds: int, mode: str = "") -> Figures:
        """
        Ask for these paths, one after the other, over and over; `mode` goes along as the header X-Bench.

        :raises OpsError: the generator failed
        """
        with tempfile.NamedTemporaryFile("w", suffix=".paths") as file:
            file.write("\n".join(paths) + "\n")
            file.flush()
            env = {**os.environ, "PATHS": file.name, "BENCH_MODE": mode, "REPORT": str(BENCH / "report.lua")}
            command = self._command(shop, seconds)
            result = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
        if not lines:
            raise OpsError(f"The load generator failed on {shop}: {(result.stderr or result.stdout).strip()[-200:]}")
        return Figures(**json.loads(lines[-1]))

    def _command(self, shop: str, seconds: int) -> list[str]:
        size = [str(self.connections), str(seconds)]
        if self.is_wrk:
            return [
                self.program,
                "--timeout",
                "30s",
                "-t",
                "1",
                "-c",
                size[0],
                "-d",
                size[1],
                "-s",
                str(BENCH / "pages.lua"),
                shop,
            ]
        return [self.program, str(BENCH / "load.mjs"), *size, shop]


def load_tool(connections: int) -> LoadTool:
    """Find wrk, else install autocannon."""
    wrk = shutil.which("wrk")
    return LoadTool(wrk or bench_node(), wrk is not None, connections)


def bench_node() -> str:
    """Return Node.js, with the packages of the benchmarks installed."""
    node = find_node()
    if not (BENCH / "node_modules").exists():
        node.run_npm(["ci", "--no-audit"], cwd=BENCH, log="npm-bench.log")
    return str(node.binary)
