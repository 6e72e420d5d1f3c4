"""
A Celery worker that is killed with -9 at a named point of confirming a paid order (R1).

`CRASH_POINT` is `before` (the money was captured, nothing is written yet) or `after` (the order is committed, the
message not acknowledged).
"""

import os
import signal
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backmarket.settings.test")
django.setup()

from backmarket.celery import app  # noqa: E402
from checkout.flows import placement  # noqa: E402

confirm = placement.confirm_captured


def die() -> None:
    os.killpg(os.getpgid(0), signal.SIGKILL)


def confirm_and_crash(**arguments: Any) -> None:
    if os.environ["CRASH_POINT"] == "before":
        die()
    confirm(**arguments)
    die()


placement.confirm_captured = confirm_and_crash
__all__ = ["app"]
