"""State machines: allowed moves in one table, each move audited (architecture, "State machines")."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from . import audit
from .actors import Actor
from .errors import DomainError


class MoveRefusedError(DomainError):
    code = "move_refused"
    message = _("This step is no longer possible.")


class StateMachine:
    """
    Moves of one state field.

    `moves` maps a state to the states it may go to. The caller holds the row's lock.
    """

    def __init__(self, *, field: str, moves: Mapping[str, frozenset[str]]) -> None:
        self.field = field
        self.moves = moves

    def allows(self, obj: Model, to: str) -> bool:
        return to in self.moves.get(getattr(obj, self.field), frozenset())

    def move(self, obj: Model, to: str, *, actor: Actor, now: datetime, reason: str = "", **facts: Any) -> None:
        """
        Set the state, save that field and write the audit entry.

        `facts` are further fields of the row that the move sets, saved with it.

        :raises MoveRefusedError: the table does not allow the move
        """
        before = getattr(obj, self.field)
        if not self.allows(obj, to):
            raise MoveRefusedError(state=before, wanted=to)
        setattr(obj, self.field, to)
        for name, value in facts.items():
            setattr(obj, name, value)
        obj.save(update_fields=[self.field, *facts])
        audit.record(actor, f"{self.field}:{before}->{to}", obj, now=now, reason=reason)
