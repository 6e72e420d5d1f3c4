"""The messages of tickets: what each is for, and an example of it."""

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from backmarket.notify.enums import Audience
from backmarket.notify.kinds import define
from care.enums import AuthorKind, Issue, TicketState
from checkout.message_kinds import AT, OFFICE_URL, ORDER_URL, sample_line

SAID = "Could you send me a photo of the battery’s settings?"


def _facts(locale: str) -> Mapping[str, Any]:
    line = sample_line(locale)
    ticket = SimpleNamespace(
        seller=line.seller,
        state=TicketState.WAITING_SELLER.value,
        get_issue_display=Issue.BATTERY.label,
        answer_by=AT + timedelta(days=1),
        resolution="40.00 EUR back for the battery",
    )
    message = SimpleNamespace(text=SAID, author_kind=AuthorKind.SELLER.value)
    urls = {"ticket_url": ORDER_URL, "office_url": OFFICE_URL}
    return {"ticket": ticket, "line": line, "message": message, "is_new": True, **urls}


define("ticket_answered", _("The seller or support answered."), _facts)
define("ticket_escalated", _("Support takes the conversation over."), _facts)
define("ticket_resolved", _("A conversation is resolved."), _facts)
define("ticket_for_seller", _("A shopper needs help, or answered."), _facts, audience=Audience.SELLER)
define("ticket_taken_over", _("Support took a conversation over."), _facts, audience=Audience.SELLER)
