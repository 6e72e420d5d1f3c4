"""Where the set-up and the demo keep their things. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
FRONTEND = ROOT / "frontend"

# Another folder lets a test run a demo of its own beside the developer's.
RUN = Path(os.environ.get("BACKMARKET_RUN") or ROOT / ".run").resolve()
LOGS = RUN / "log"


def venv_tool(name: str) -> str:
    """Name a command of the project's own Python environment."""
    return str(VENV / "bin" / name)
