"""What promotions take off each line, who pays for it, and why one does not apply (no database, integer money)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from backmarket.core.money import Money
from checkout.enums import PromotionKind, Refusal


@dataclass(frozen=True, slots=True)
class Terms:
    """A promotion's facts. Amounts are of its market's currency; `category` also means the categories below it."""

    promotion_id: int
    name: str
    code: str
    kind: str
    permille: int
    amount: Money
    cap: Money | None
    minimum: Money
    category: str
    seller_id: int | None
    seller_permille: int
    is_stackable: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """When a promotion holds, and how often it was used; counts of the shopper are zero while nobody is known."""

    starts_at: datetime
    ends_at: datetime | None
    uses_limit: int | None
    used: int
    uses_per_shopper: int | None
    used_by_shopper: int
    is_first_order_only: bool
    earlier_orders: int


def standing_refusal(usage: Usage, *, now: datetime) -> Refusal | None:
    """Return why a promotion cannot be used now, whatever is in the basket."""
    checks = (
        (now < usage.starts_at, Refusal.NOT_STARTED),
        (usage.ends_at is not None and now >= usage.ends_at, Refusal.ENDED),
        (
            usage.uses_per_shopper is not None and usage.used_by_shopper >= usage.uses_per_shopper,
            Refusal.USED_BY_YOU,
        ),
        (usage.uses_limit is not None and usage.used >= usage.uses_limit, Refusal.USED_UP),
        (usage.is_first_order_only and usage.earlier_orders > 0, Refusal.NOT_FIRST_ORDER),
    )
    return next((refusal for holds, refusal in checks if holds), None)


@dataclass(frozen=True, slots=True)
class LineDiscount:
    """What one promotion takes off one line: the seller's part and the house's."""

    promotion_id: int
    name: str
    seller: Money
    house: Money

    @property
    def amount(self) -> Money:
        return self.seller + self.house

    def __add__(self, other: "LineDiscount") -> "LineDiscount":
        return LineDiscount(self.promotion_id, self.name, self.seller + other.seller, self.house + other.house)


@dataclass(frozen=True, slots=True)
class Discountable:
    """A line as promotions see it: what it costs, whose it is and in which categories (its own and those above)."""

    seller_id: int
    categories: frozenset[str]
    price: Money
    shipping: Money


@dataclass(frozen=True, slots=True)
class Outcome:
    """By line what each promotion took off it; by promotion why it gave nothing, and what the minimum lacks."""

    discounts: tuple[tuple[LineDiscount, ...], ...]
    refusals: Mapping[int, Refusal]
    missing: Mapping[int, Money] = field(default_factory=dict)


def apply_promotions(lines: Sequence[Discountable], promotions: Iterable[Terms]) -> Outcome:
    """
    Choose and share out what is taken off.

    Promotions that may be combined apply one after the other, each to what the earlier ones left of a line; one that
    may not is weighed against them all, and whatever saves the shopper most applies alone. The order in which codes
    were typed does not matter. No line ever costs less than nothing, and fee and protection are never discounted.
    """
    candidates, refusals, missing = [], {}, {}
    for terms in sorted(promotions, key=lambda terms: terms.promotion_id):
        lacking = _lacking(lines, terms)
        if lacking is None:
            refusals[terms.promotion_id] = Refusal.NOT_FOR_THESE
        elif lacking.amount_minor > 0:
            refusals[terms.promotion_id] = Refusal.MINIMUM_NOT_REACHED
            missing[terms.promotion_id] = lacking
        else:
            candidates.append(terms)
    sets = [[terms for terms in candidates if terms.is_stackable]]
    sets += [[terms] for terms in candidates if not terms.is_stackable]
    tried = [(_apply_all(lines, chosen), chosen) for chosen in sets]
    # `max` keeps the first of equals: what can be combined, then the oldest.
    best, chosen = max(tried, key=lambda pair: _sum_minor(pair[0]))
    for terms in candidates:
        if terms not in chosen:
            refusals[terms.promotion_id] = Refusal.NOT_COMBINED
        elif not any(discount.promotion_id == terms.promotion_id for taken in best for discount in taken):
            refusals[terms.promotion_id] = Refusal.NOT_FOR_THESE
    return Outcome(tuple(tuple(taken) for taken in best), refusals, missing)


Taken = list[list[LineDiscount]]


def _sum_minor(taken: Taken) -> int:
    return sum(discount.amount.amount_minor for discounts in taken for discount in discounts)


def _is_for(line: Discountable, terms: Terms) -> bool:
    return terms.seller_id in (None, line.seller_id) and (not terms.category or terms.category in line.categories)


def _lacking(lines: Sequence[Discountable], terms: Terms) -> Money | None:
    """Return what is missing to the minimum, zero or less if nothing is; None if no line is meant at all."""
    meant = [line.price for line in lines if _is_for(line, terms)]
    if not meant or terms.amount.currency != meant[0].currency:
        return None
    return terms.minimum - Money.total(meant, terms.minimum.currency)


def _apply_all(lines: Sequence[Discountable], promotions: Sequence[Terms]) -> Taken:
    taken: Taken = [[] for _ in lines]
    goods = [line.price for line in lines]
    delivery = [line.shipping for line in lines]
    for terms in promotions:
        left = delivery if terms.kind == PromotionKind.DELIVERY else goods
        base = [
            amount if _is_for(line, terms) else Money.zero(amount.currency)
            for line, amount in zip(lines, left, strict=True)
        ]
        for index, part in enumerate(_shared_out(base, terms)):
            if part:
                left[index] -= part
                taken[index].append(_discount(terms, part))
    return taken


def _shared_out(base: Sequence[Money], terms: Terms) -> list[Money]:
    """Take the promotion off the lines by weight of what is left of them; the parts sum to the whole discount."""
    whole = Money.total(base, terms.amount.currency)
    if not whole:
        return list(base)
    if terms.kind == PromotionKind.PERCENT:
        discount = whole.share(Decimal(terms.permille) / 1000)
    else:
        discount = whole if terms.kind == PromotionKind.DELIVERY else min(terms.amount, whole)
    if terms.cap is not None:
        discount = min(discount, terms.cap)
    return discount.split([amount.amount_minor for amount in base])


def _discount(terms: Terms, amount: Money) -> LineDiscount:
    seller = amount.share(Decimal(terms.seller_permille) / 1000)
    return LineDiscount(terms.promotion_id, terms.name, seller, amount - seller)
