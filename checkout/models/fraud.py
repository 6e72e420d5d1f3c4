"""The check of an order against fraud, with all that it was made from."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backmarket.core.states import StateMachine
from checkout.enums import CheckState
from checkout.rules.fraud import DECIDE_WITHIN, FraudFacts, Verdict, explain, judge

from .order import Order

CHECK_STATES = StateMachine(
    field="state",
    moves={CheckState.HELD: frozenset({CheckState.RELEASED, CheckState.REFUSED, CheckState.ENDED})},
)


class FraudCheck(models.Model):
    """
    What the rules said of an order when its money was taken, and what a person decided.

    `facts` are the rules' whole input, so that a check can be made again. `remind_at` is when the next reminder is due.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="fraud_check")
    rules_version = models.PositiveSmallIntegerField()
    facts = models.JSONField()
    findings = models.JSONField()
    points = models.SmallIntegerField()
    hold_at = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=CheckState)
    checked_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("order check")
        verbose_name_plural = _("order checks")
        ordering = ("checked_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CheckState.values), name="checkout_check_state_known"),
        ]
        indexes = [
            models.Index(fields=["remind_at"], name="checkout_check_held", condition=Q(state="held")),
            models.Index(fields=["state", "checked_at"], name="checkout_check_queue"),
        ]

    def __str__(self) -> str:
        return self.order.number_text

    @property
    def decide_by(self) -> datetime:
        return self.checked_at + DECIDE_WITHIN

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """Points and sentence of each finding, the heaviest first."""
        rows = sorted(self.findings, key=lambda finding: -finding["points"])
        return [(finding["points"], explain(finding, self.facts)) for finding in rows]

    def replay(self) -> Verdict:
        """Judge the stored facts by the rules of today."""
        return judge(FraudFacts(**self.facts))
