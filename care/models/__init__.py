from .ticket import ANSWERING_STATES, OPEN_STATES, TICKET_STATES, Attachment, Message, Ticket

__all__ = ["ANSWERING_STATES", "OPEN_STATES", "TICKET_STATES", "Attachment", "Message", "Ticket"]
