"""Which providers answer, and what the rules say."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Max, Q
from django.db.models.functions import Extract

from backmarket.core.money import Money
from payments.enums import PaymentState
from payments.models import Payment, RoutingRule, WebhookReceipt
from payments.providers.registry import configured_providers
from payments.rules.routing import Choice, Route, choose

# So many payments without an answer within this time, and new ones go elsewhere. The sweep asks again every 20
# seconds: a provider that answers leaves the count by itself, one that stays silent stays in it.
SILENT_AFTER = 3
SILENT_WITHIN = timedelta(minutes=2)


def route_of(rule: RoutingRule) -> Route:
    return Route(rule.provider, rule.market, rule.method, rule.currency, rule.from_minor, rule.to_minor)


def silent_providers(now: datetime) -> frozenset[str]:
    """Return the providers that lately left several payments without an answer."""
    unanswered = Payment.objects.filter(state=PaymentState.UNKNOWN, checked_at__gt=now - SILENT_WITHIN).order_by()
    counted = unanswered.values_list("provider").annotate(Count("pk"))
    return frozenset(provider for provider, count in counted if count >= SILENT_AFTER)


def provider_for(*, market: str, method: str, amount: Money, now: datetime) -> Choice:
    """Return who takes a new payment; nothing is read where there is but one provider."""
    usable = configured_providers()
    if len(usable) == 1:
        return Choice(usable[0])
    routes = [route_of(rule) for rule in RoutingRule.objects.all()]
    return choose(routes, market=market, method=method, amount=amount, usable=usable, silent=silent_providers(now))


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """A provider's last 24 hours; `median_s` is from the intent to the money, `rerouted` what others took for it."""

    name: str
    is_silent: bool
    started: int
    captured: int
    declined: int
    unknown: int
    rerouted: int
    median_s: float | None
    told_at: datetime | None

    @property
    def success(self) -> float | None:
        """The share of ended payments that brought money, in percent; None where none ended."""
        ended = self.captured + self.declined
        return 100 * self.captured / ended if ended else None


def provider_health(now: datetime) -> list[ProviderHealth]:
    """Return each provider that may be used or was used in the last 24 hours, in four queries."""
    since = now - timedelta(hours=24)
    recent = Payment.objects.filter(created_at__gt=since).order_by()
    rows: dict[str, Any] = {row["provider"]: row for row in recent.values("provider").annotate(**_COUNTS)}
    rerouted = Counter(dict(recent.exclude(instead_of="").values_list("instead_of").annotate(Count("pk"))))
    told = dict(
        WebhookReceipt.objects.filter(received_at__gt=since)
        .order_by()
        .values_list("provider")
        .annotate(Max("received_at"))
    )
    silent = silent_providers(now)
    return [
        ProviderHealth(
            name=name,
            is_silent=name in silent,
            rerouted=rerouted[name],
            told_at=told.get(name),
            **{key: rows.get(name, {}).get(key, empty) for key, empty in _EMPTY.items()},
        )
        for name in dict.fromkeys([*configured_providers(), *rows])
    ]


_EMPTY: dict[str, Any] = {"started": 0, "captured": 0, "declined": 0, "unknown": 0, "median_s": None}
_COUNTS = {
    "started": Count("pk"),
    "captured": Count("pk", filter=Q(state=PaymentState.CAPTURED)),
    "declined": Count("pk", filter=Q(state=PaymentState.FAILED)),
    "unknown": Count("pk", filter=Q(state=PaymentState.UNKNOWN)),
    "median_s": Aggregate(
        Extract(F("captured_at") - F("created_at"), "epoch"),
        function="percentile_cont",
        template="%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)",
        output_field=FloatField(),
    ),
}
