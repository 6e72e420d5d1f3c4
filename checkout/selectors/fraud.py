"""Read what is known of an order for the rules against fraud; counts only, in a fixed number of queries."""

from datetime import datetime

import phonenumbers
from django.db.models import Count, Q, Sum

from checkout.enums import CheckState, LineState, OrderState
from checkout.models import Order, OrderLine
from checkout.rules.fraud import RECENT, FraudFacts
from payments.selectors import payments

KEPT = (LineState.DELIVERED, LineState.CLOSED)
FAILED = ("failed", "cancelled")


def facts_of(order: Order, *, now: datetime) -> FraudFacts:
    """Gather the facts of an order as they are when its money is taken."""
    recent = _recent(order, now)
    same_person = Q(email=order.email) | (Q(user=order.user_id) if order.user_id else Q())
    before = Order.objects.filter(same_person, state=OrderState.PAID).exclude(pk=order.pk)
    history = before.aggregate(
        paid=Count("pk"),
        names=Count("last_name", distinct=True, filter=~Q(last_name__iexact=order.last_name) & Q(email=order.email)),
    )
    units = order.lines.values("sku").annotate(units=Sum("quantity")).order_by("-units")
    return FraudFacts(
        market=order.market,
        currency=order.currency,
        total_minor=order.total_minor,
        email_domain=order.email.rpartition("@")[2].lower(),
        phone_country=_country_of(order.phone),
        recent_by_email=recent["email"],
        recent_by_phone=recent["phone"],
        recent_by_address=recent["address"],
        recent_by_origin=recent["origin"] if order.origin else 0,
        names_before=history["names"],
        paid_before=history["paid"],
        delivered_before=_kept_orders(order),
        refused_before=_refused(order),
        failed_payments=sum(payment.state in FAILED for payment in payments.payments_of(order.reference)),
        most_units=next((row["units"] for row in units), 1),
    )


def _address(order: Order) -> Q:
    return Q(country=order.country, postcode=order.postcode, street__iexact=order.street)


def _recent(order: Order, now: datetime) -> dict[str, int]:
    """Count other orders of the last hours in one pass over those that share something; unpaid ones count too."""
    same = Q(email__iexact=order.email) | Q(phone=order.phone) | _address(order)
    if order.origin:
        same |= Q(origin=order.origin)
    others = Order.objects.filter(same, placed_at__gt=now - RECENT).exclude(pk=order.pk)
    counts: dict[str, int] = others.order_by().aggregate(
        email=Count("pk", filter=Q(email__iexact=order.email)),
        phone=Count("pk", filter=Q(phone=order.phone)),
        address=Count("pk", filter=_address(order)),
        origin=Count("pk", filter=Q(origin=order.origin)),
    )
    return counts


def _kept_orders(order: Order) -> int:
    """Count the account's orders of which all arrived and nothing came back."""
    if order.user_id is None:
        return 0
    own = OrderLine.objects.filter(order__user=order.user_id, order__state=OrderState.PAID)
    unkept = own.exclude(state__in=KEPT).values("order")
    return own.exclude(order__in=unkept).aggregate(orders=Count("order", distinct=True))["orders"] or 0


def _refused(order: Order) -> int:
    same = Q(email__iexact=order.email) | Q(phone=order.phone) | _address(order)
    return Order.objects.filter(same, fraud_check__state=CheckState.REFUSED).count()


def _country_of(phone: str) -> str:
    """Return the country of a phone number, or nothing for one that no country gave out."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except phonenumbers.NumberParseException:
        return ""
