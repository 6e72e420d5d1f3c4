"""Read what is known of an order for the rules against fraud; counts only, in a fixed number of queries."""

from datetime import datetime

import phonenumbers
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Func, IntegerField, Q, Sum

from checkout.enums import CheckState, LineState, OrderState
from checkout.models import Order, OrderLine
from checkout.rules.fraud import RECENT, FraudFacts
from payments.selectors import payments

KEPT = (LineState.DELIVERED, LineState.CLOSED)
FAILED = ("failed", "cancelled")
MANY = 99


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
        recent_by_email=recent["by_email"],
        recent_by_phone=recent["by_phone"],
        recent_by_address=recent["by_address"],
        recent_by_origin=recent["by_origin"],
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
    """
    Count other orders of the last hours that share something, unpaid ones too; each count stops at `MANY`.

    One query in a time that does not grow with the orders of a busy network: every rule is decided well before.
    """
    others = Order.objects.filter(placed_at__gt=now - RECENT).exclude(pk=order.pk).order_by()
    shared = {
        "by_email": Q(email__iexact=order.email),
        "by_phone": Q(phone=order.phone),
        "by_address": _address(order),
        "by_origin": Q(origin=order.origin) & ~Q(origin=""),
    }
    counted = {name: _Length(ArraySubquery(others.filter(same).values("pk")[:MANY])) for name, same in shared.items()}
    counts = Order.objects.filter(pk=order.pk).values_list(*counted.values()).get()
    return dict(zip(counted, counts, strict=True))


class _Length(Func):
    function = "cardinality"
    output_field = IntegerField()


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
