from .ticket import OPEN_STATES, TICKET_STATES, Attachment, Message, Ticket

__all__ = ["OPEN_STATES", "TICKET_STATES", "Attachment", "Message", "Ticket"]
