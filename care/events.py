from backmarket.core.events import define

TICKET_OPENED = define("care.ticket.opened.v1", "ticket_id", meaning="A shopper asked for help with an order line.")
TICKET_REPLIED = define(
    "care.ticket.replied.v1",
    "ticket_id",
    "message_id",
    meaning="Someone wrote in a ticket, for the other side to read.",
)
TICKET_ESCALATED = define("care.ticket.escalated.v1", "ticket_id", meaning="The marketplace took a ticket over.")
TICKET_RESOLVED = define("care.ticket.resolved.v1", "ticket_id", meaning="A ticket reached its outcome.")
