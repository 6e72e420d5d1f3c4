"""Reads of promotions: which hold for a basket, and why a code does not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from backmarket.core.money import Money
from checkout.enums import OrderState, Refusal
from checkout.models import Order, Promotion, Redemption
from checkout.rules.promotions import Terms, Usage, standing_refusal


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who buys, as far as known: limits a shopper are checked again when the order says an address."""

    user_id: int | None = None
    email: str = ""

    @property
    def is_known(self) -> bool:
        return self.user_id is not None or bool(self.email)


@dataclass(frozen=True, slots=True)
class Found:
    """The promotions that may apply, and the refusals of the codes that may not."""

    terms: tuple[Terms, ...]
    refused: Mapping[str, Refusal]


@dataclass(frozen=True, slots=True)
class CodeState:
    """A code in a basket: what it saves, or why nothing; `missing` is what its minimum still lacks."""

    code: str
    name: str
    saved: Money
    refusal: Refusal | None = None
    missing: Money | None = None


def terms_of(promotion: Promotion) -> Terms:
    currency = promotion.currency
    return Terms(
        promotion_id=promotion.pk,
        name=promotion.name,
        code=promotion.code,
        kind=promotion.kind,
        permille=promotion.permille,
        amount=promotion.amount,
        cap=None if promotion.cap_minor is None else Money(promotion.cap_minor, currency),
        minimum=Money(promotion.minimum_minor, currency),
        category=promotion.category.key if promotion.category else "",
        seller_id=promotion.seller_id,
        seller_permille=promotion.seller_permille,
        is_stackable=promotion.is_stackable,
    )


def _of_shopper(shopper: Shopper) -> Q:
    mine = Q(pk__in=[])
    if shopper.user_id is not None:
        mine |= Q(user_id=shopper.user_id)
    if shopper.email:
        mine |= Q(email__iexact=shopper.email)
    return mine


def usages_of(promotions: Sequence[Promotion], shopper: Shopper, *, besides: Order | None = None) -> dict[int, Usage]:
    """Count how often promotions were used, `besides` one order; the shopper's only where their number matters."""
    mine: dict[int, int] = {}
    earlier = 0
    counted = [promotion.pk for promotion in promotions if promotion.uses_per_shopper is not None]
    if counted and shopper.is_known:
        rows = Redemption.objects.filter(_of_shopper(shopper), promotion_id__in=counted, released_at=None)
        mine = dict(rows.values_list("promotion_id").annotate(Count("pk")).order_by())
    if shopper.is_known and any(promotion.is_first_order_only for promotion in promotions):
        orders = Order.objects.filter(_of_shopper(shopper)).exclude(state=OrderState.UNPAID)
        earlier = (orders.exclude(pk=besides.pk) if besides else orders).count()
    return {
        promotion.pk: Usage(
            starts_at=promotion.starts_at,
            ends_at=promotion.ends_at,
            uses_limit=promotion.uses_limit,
            used=promotion.used_count,
            uses_per_shopper=promotion.uses_per_shopper,
            used_by_shopper=mine.get(promotion.pk, 0),
            is_first_order_only=promotion.is_first_order_only,
            earlier_orders=earlier,
        )
        for promotion in promotions
    }


def _candidates(market: str, codes: Iterable[str]) -> QuerySet[Promotion]:
    codes = list(codes)
    wanted = Q(market=market, code="")
    if codes:
        wanted |= Q(code__in=codes)
    return Promotion.objects.filter(wanted).select_related("category").order_by("pk")


def promotions_for(*, market: str, codes: Iterable[str], shopper: Shopper, now: datetime) -> Found:
    """Return what may apply: what needs no code, and the codes that hold; in one query unless a limit counts."""
    codes = list(codes)
    running = Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
    rows = list(_candidates(market, codes).filter(running | ~Q(code="")))
    own = [promotion for promotion in rows if promotion.market == market]
    usages = usages_of(own, shopper)
    refused: dict[str, Refusal] = {}
    terms = []
    for promotion in own:
        refusal = standing_refusal(usages[promotion.pk], now=now)
        if refusal is None:
            terms.append(terms_of(promotion))
        elif promotion.code:
            refused[promotion.code] = refusal
    known, elsewhere = {promotion.code for promotion in own}, {promotion.code for promotion in rows}
    for code in codes:
        if code not in known:
            refused[code] = Refusal.OTHER_MARKET if code in elsewhere else Refusal.UNKNOWN
    return Found(tuple(terms), refused)


def discounts_of_order(order: Order) -> dict[int, list[tuple[str, Money]]]:
    """Return by line what was taken off it and under which name, in one query."""
    found: dict[int, list[tuple[str, Money]]] = {}
    rows = Redemption.objects.filter(order=order).order_by("pk")
    for line_id, name, seller, house in rows.values_list(
        "discounts__line_id", "discounts__name", "discounts__seller_minor", "discounts__house_minor"
    ):
        if line_id is not None:
            found.setdefault(line_id, []).append((name, Money(seller + house, order.currency)))
    return found
