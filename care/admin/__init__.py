"""Support staff's desk in Django admin: the queue of tickets and one screen for each."""

from .queue import TicketAdmin

__all__ = ["TicketAdmin"]
