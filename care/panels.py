"""What care adds to checkout's pages: the conversation about an order line, below it."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from backmarket.core.slots import Panel
from checkout.slots import ORDER_LINE_PANELS

from .selectors import tickets


@ORDER_LINE_PANELS.provider
def ticket_panels(request: HttpRequest, line_ids: Sequence[int]) -> Mapping[int, Panel]:
    """Show each line's newest ticket to whoever may open its order."""
    found = tickets.latest_of_lines(line_ids, among=tickets.visible_to(request))
    return {
        line_id: Panel("care/parts/line_panel.html", {"ticket": ticket}, weight=20) for line_id, ticket in found.items()
    }
