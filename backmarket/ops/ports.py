"""Ports of this machine that are free."""

from __future__ import annotations

import random
import socket
from pathlib import Path

LOCAL = "127.0.0.1"
RANGE = (20_000, 32_000)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """Tell whether a server takes connections on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOCAL, port)) == 0


def free_port() -> int:
    """
    Return a port that nobody uses, below those that the system lends to outgoing connections.

    A server that starts a minute later still finds it free.
    """
    while True:
        port = random.randrange(*RANGE)
        if is_free(port):
            return port


def kept_port(file: Path) -> int:
    """Return the port that `file` remembers while it is free, else remember another."""
    text = file.read_text().strip() if file.exists() else ""
    if text.isdigit() and is_free(int(text)):
        return int(text)
    port = free_port()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(port))
    return port
