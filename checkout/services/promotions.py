"""Codes typed into baskets, the uses of promotions by orders, and promotions made and ended by staff."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError
from checkout import locks
from checkout.enums import Refusal
from checkout.models import Basket, LineDiscount, Order, OrderLine, Promotion, Redemption
from checkout.rules.codes import normal_code
from checkout.rules.promotions import standing_refusal
from checkout.rules.totals import Totals
from checkout.selectors.promotions import Shopper, promotions_for, usages_of

from .baskets import MAX_CODES, locked_basket


class CodeRefusedError(InvalidInputError):
    """A code that gives nothing; `refusal` says why."""

    code = "promotion_code_refused"

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.label, refusal=str(refusal))


class TooManyCodesError(InvalidInputError):
    code = "too_many_codes"
    message = _("At most three codes fit into one order. Take one out first.")


class CodeTakenError(DomainError):
    code = "promotion_code_taken"
    message = _("This market has a promotion with this code already. Codes are never used again.")


class PromotionOverError(DomainError):
    code = "promotion_over"
    message = _("This promotion has ended already.")


@transaction.atomic
def enter_code(*, basket_id: int, text: str, shopper: Shopper, now: datetime) -> None:
    """
    Put a code into a basket; entering it again changes nothing.

    One that holds but gives nothing for what is in the basket is kept, because it may once more is in it.

    :raises CodeRefusedError: unknown, of another market, not started, ended, used up or not for this shopper
    :raises TooManyCodesError: there are three
    :raises BasketClosedError: ordered or merged meanwhile
    """
    code = normal_code(text)
    basket = locked_basket(basket_id)
    if code in basket.codes:
        return
    found = promotions_for(market=basket.market, codes=[code] if code else [], shopper=shopper, now=now)
    if not code or code in found.refused:
        raise CodeRefusedError(found.refused.get(code, Refusal.UNKNOWN))
    if len(basket.codes) >= MAX_CODES:
        raise TooManyCodesError
    _keep(basket, [*basket.codes, code], now)


@transaction.atomic
def remove_code(*, basket_id: int, text: str, now: datetime) -> None:
    """
    Take a code out of a basket; one that is not in it changes nothing.

    :raises BasketClosedError: ordered or merged meanwhile
    """
    basket = locked_basket(basket_id)
    _keep(basket, [code for code in basket.codes if code != normal_code(text)], now)


def _keep(basket: Basket, codes: list[str], now: datetime) -> None:
    basket.codes, basket.touched_at = codes, now
    basket.save(update_fields=["codes", "touched_at"])


@transaction.atomic
def redeem(order: Order, lines: Sequence[OrderLine], totals: Totals, *, now: datetime) -> None:
    """
    Store an order's uses of promotions and what each took off its lines.

    Promotions with a limit are locked and counted again, so that many orders at once do not use one more often than
    it may be.

    :raises CodeRefusedError: used up, or used by this shopper, since the total was computed
    """
    ids = {discount.promotion_id for line in totals.lines for discount in line.discounts}
    if not ids:
        return
    limited = locks.lock_limited_promotions(ids)
    usages = usages_of(limited, Shopper(order.user_id, order.email), besides=order)
    for promotion in limited:
        refusal = standing_refusal(usages[promotion.pk], now=now)
        if refusal is not None:
            raise CodeRefusedError(refusal)
        _count(promotion, 1)
    made = {
        promotion_id: Redemption.objects.create(
            promotion_id=promotion_id, order=order, user_id=order.user_id, email=order.email.lower(), redeemed_at=now
        )
        for promotion_id in sorted(ids)
    }
    LineDiscount.objects.bulk_create(
        LineDiscount(
            redemption=made[discount.promotion_id],
            line=line,
            name=discount.name,
            seller_minor=discount.seller.amount_minor,
            house_minor=discount.house.amount_minor,
        )
        for line, total in zip(lines, totals.lines, strict=True)
        for discount in total.discounts
    )


def _count(promotion: Promotion, by: int) -> None:
    if promotion.uses_limit is not None:
        promotion.used_count += by
        promotion.save(update_fields=["used_count"])


@transaction.atomic
def give_back(order: Order, *, now: datetime) -> None:
    """Give an unpaid order's uses back, once."""
    ids = list(Redemption.objects.filter(order=order, released_at=None).values_list("promotion_id", flat=True))
    for promotion in locks.lock_limited_promotions(ids):
        _count(promotion, -1)
    Redemption.objects.filter(order=order, released_at=None).update(released_at=now)


@transaction.atomic
def take_again(order: Order) -> bool:
    """
    Take the uses of an order whose money came after it had ended unpaid; say whether they were still to be had.

    The promotions are locked in any case, before the stock, as placing an order locks them.
    """
    uses = list(Redemption.objects.filter(order=order))
    limited = {row.pk: row for row in locks.lock_limited_promotions([use.promotion_id for use in uses])}
    given_back = [use for use in uses if use.released_at is not None]
    again = [limited[use.promotion_id] for use in given_back if use.promotion_id in limited]
    if any(row.uses_limit is not None and row.used_count >= row.uses_limit for row in again):
        return False
    for row in again:
        _count(row, 1)
    Redemption.objects.filter(pk__in=[use.pk for use in given_back]).update(released_at=None)
    return True


@dataclass(frozen=True, slots=True)
class PromotionFacts:
    """What staff decide of a promotion, checked by the form; amounts in minor units of the market's currency."""

    market: str
    name: str
    code: str
    kind: str
    permille: int
    amount_minor: int
    cap_minor: int | None
    minimum_minor: int
    category_id: int | None
    seller_id: int | None
    seller_permille: int
    is_first_order_only: bool
    is_stackable: bool
    uses_limit: int | None
    uses_per_shopper: int | None
    starts_at: datetime
    ends_at: datetime | None


@transaction.atomic
def make_promotion(*, facts: PromotionFacts, actor: Actor, reason: str, now: datetime) -> Promotion:
    """
    Make a promotion; it can be ended, never changed, so that what a shopper was promised stays what it was.

    :raises CodeTakenError: the market has one with this code
    """
    try:
        with transaction.atomic():
            promotion = Promotion.objects.create(**asdict(facts), created_at=now)
    except IntegrityError as error:
        if "checkout_promotion_code_once_per_market" in str(error):
            raise CodeTakenError from error
        raise
    audit.record(actor, "promotion made", promotion, now=now, reason=reason, code=promotion.code)
    return promotion


@transaction.atomic
def end_promotion(*, promotion_id: int, actor: Actor, reason: str, now: datetime) -> Promotion:
    """
    End a promotion now; orders that were placed keep what they were promised.

    :raises PromotionOverError: it has ended
    """
    promotion = locks.lock_promotion(promotion_id)
    if promotion.ends_at is not None and promotion.ends_at <= now:
        raise PromotionOverError
    promotion.ends_at = now
    promotion.save(update_fields=["ends_at"])
    audit.record(actor, "promotion ended", promotion, now=now, reason=reason)
    return promotion
