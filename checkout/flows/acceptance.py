"""Lines that their seller did not accept in time cancel and refund themselves (domain.md, "Order line")."""

import logging
import time
from datetime import datetime

from backmarket.core.actors import Actor
from backmarket.core.states import MoveRefusedError
from checkout import locks
from checkout.enums import CancelledBy

from . import refunds

logger = logging.getLogger(__name__)
# Half of a task's hard limit, with room for one slow call.
BUDGET_S = 10.0


def cancel_late(*, now: datetime, limit: int = 100) -> int:
    """Cancel and refund the lines past their acceptance deadline; return how many."""
    started = time.monotonic()
    cancelled = 0
    for line_id in locks.late_line_ids(now=now, limit=limit):
        if time.monotonic() - started > BUDGET_S:
            break
        try:
            refunds.cancel_line(
                line_id=line_id,
                by=CancelledBy.SELLER,
                reason="not accepted in time",
                actor=Actor.system("acceptance sweep"),
                now=now,
            )
        except MoveRefusedError:
            continue  # accepted or cancelled since the list was read
        except Exception:
            logger.exception("late line %s could not be cancelled", line_id)
            continue
        cancelled += 1
    return cancelled
