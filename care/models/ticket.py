"""A ticket is a conversation on an order line with an issue, a wished outcome, a clock and an end."""

import uuid
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backmarket.core.states import StateMachine
from care.enums import AuthorKind, Issue, Outcome, TicketState

# Somebody on our side or the seller's owes an answer.
ANSWERING_STATES = (TicketState.WAITING_SELLER, TicketState.ESCALATED)
OPEN_STATES = (TicketState.WAITING_SELLER, TicketState.WAITING_SHOPPER, TicketState.ESCALATED)

TICKET_STATES = StateMachine(
    field="state",
    moves={
        TicketState.WAITING_SELLER: frozenset(
            {TicketState.WAITING_SHOPPER, TicketState.ESCALATED, TicketState.RESOLVED}
        ),
        TicketState.WAITING_SHOPPER: frozenset(
            {TicketState.WAITING_SELLER, TicketState.ESCALATED, TicketState.RESOLVED}
        ),
        TicketState.ESCALATED: frozenset({TicketState.WAITING_SHOPPER, TicketState.RESOLVED}),
        TicketState.RESOLVED: frozenset({TicketState.WAITING_SELLER, TicketState.ESCALATED, TicketState.CLOSED}),
        TicketState.CLOSED: frozenset(),
    },
)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> "TicketQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, now: datetime) -> "TicketQuerySet":
        return self.filter(state__in=ANSWERING_STATES, answer_by__lt=now)


class Ticket(models.Model):
    """
    `answer_by` is when the answer of whoever's turn it is is due: the seller's, or support's once the marketplace
    took over at `taken_over_at`. `escalate_at` is when the marketplace takes over by itself.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    line = models.ForeignKey("checkout.OrderLine", on_delete=models.PROTECT, related_name="tickets")
    seller = models.ForeignKey("catalog.Seller", on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField(_("state"), max_length=20, choices=TicketState, default=TicketState.WAITING_SELLER)
    issue = models.CharField(_("issue"), max_length=30, choices=Issue)
    wished_outcome = models.CharField(_("wished outcome"), max_length=20, choices=Outcome)
    opened_at = models.DateTimeField(_("opened"))
    updated_at = models.DateTimeField()
    answer_by = models.DateTimeField(_("answer due"), null=True)
    escalate_at = models.DateTimeField(null=True)
    taken_over_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=200, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="care_ticket_public_id"),
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(state__in=OPEN_STATES), name="care_one_open_ticket_per_line"
            ),
            models.CheckConstraint(condition=models.Q(state__in=TicketState.values), name="care_ticket_state_known"),
        ]
        indexes = [
            models.Index(fields=["seller", "state", "answer_by"], name="care_ticket_queue"),
            models.Index(fields=["state", "escalate_at"], name="care_ticket_escalation"),
        ]

    def __str__(self) -> str:
        return f"{self.get_issue_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("care:ticket", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_taken_over(self) -> bool:
        """Tell whether the marketplace decides from here on, whoever's turn it is."""
        return self.taken_over_at is not None

    def is_overdue(self, now: datetime) -> bool:
        return self.state in ANSWERING_STATES and self.answer_by is not None and self.answer_by < now


class Message(models.Model):
    """One turn of the conversation. Internal notes are seen by support staff only."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    author_kind = models.CharField(max_length=10, choices=AuthorKind)
    author_user_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=150)
    text = models.TextField()
    language = models.CharField(max_length=2)
    is_internal = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:40]}"


class Attachment(models.Model):
    """A photo of a message, re-encoded and kept on the private storage under `key`."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    key = models.CharField(max_length=120)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["public_id"], name="care_attachment_public_id")]

    def __str__(self) -> str:
        return self.key
