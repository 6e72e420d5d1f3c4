"""A withdrawal from the contract opens the return: a conversation with the seller, or a turn in the one that runs."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from backmarket.core.actors import Actor
from care.enums import AuthorKind, Issue, Outcome
from care.models import Ticket
from checkout.selectors import orders

from . import tickets


@transaction.atomic
def open_return(*, line_id: int, now: datetime) -> Ticket | None:
    """Tell the seller, in the shopper's name and language, that the item comes back; None if nothing can be done."""
    line = orders.line_for_help(line_id=line_id)
    if line is None:
        return None
    actor = Actor.system("withdrawal")
    with translation.override(line.order.locale):
        text = _("I withdraw from the contract of sale of this item. Please send me the return label.")
        running = Ticket.objects.open().filter(line_id=line_id).first()
        if running is None:
            return tickets.open_ticket(
                line_id=line_id,
                issue=Issue.CHANGED_MIND,
                wished_outcome=Outcome.REFUND,
                text=text,
                author_name=line.order.full_name,
                photos=(),
                actor=actor,
                now=now,
            )
        tickets.reply(
            ticket_id=running.pk,
            author_kind=AuthorKind.SHOPPER,
            author_name=line.order.full_name,
            text=text,
            photos=(),
            actor=actor,
            now=now,
        )
        return running
