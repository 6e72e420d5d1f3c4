"""Turn a basket into an order: written with its lines and its stock held, or not at all."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from backmarket.markets.delivery import delivery_window
from backmarket.markets.pickup import PickUpPoint, pick_up_points
from backmarket.markets.registry import MARKETS
from backmarket.markets.remote import remote_area
from catalog.services import stock
from catalog.services.stock import StockWant
from checkout import events, locks
from checkout.enums import BasketState, LineState
from checkout.models import Basket, Order, OrderLine
from checkout.rules.buyer import Buyer
from checkout.rules.commission import commission_of
from checkout.rules.tax import treatment_of
from checkout.rules.totals import LineTotal, ParcelTotal, Totals
from checkout.selectors.baskets import BasketView, basket_view
from checkout.selectors.promotions import Shopper
from payments.services import stored_value

from .baskets import MAX_CODES
from .promotions import CodeRefusedError, redeem
from .tenders import MAX_CARDS, DueDiffersError

RESERVATION = timedelta(minutes=15)


class BasketChangedError(DomainError):
    code = "basket_changed"
    message = _("Something in your basket has changed. Please look at it again before you pay.")


class BasketEmptyError(DomainError):
    code = "basket_empty"
    message = _("Your basket is empty.")


class PickUpPointMissingError(DomainError):
    code = "pick_up_point_missing"
    message = _("Choose the pick-up point that the parcel shall wait at.")


class NotServedError(DomainError):
    code = "not_served"
    message = _("The delivery that you chose does not reach this address.")


def new_number() -> int:
    """Draw an order number that reveals no volume: 8 digits, the first not zero."""
    return 10_000_000 + secrets.randbelow(90_000_000)


@transaction.atomic
def place_order(
    *,
    basket_id: int,
    buyer: Buyer,
    carriers: Mapping[int, str],
    expected_total: Money,
    user_id: int | None,
    locale: str,
    actor: Actor,
    now: datetime,
    points: Mapping[int, str] | None = None,
    origin: str = "",
    expected_due: Money | None = None,
) -> Order:
    """
    Place the order of a basket, once: a basket that was ordered answers its order and writes nothing (R6).

    Stock of every line is held for 15 minutes; the payment follows outside this transaction. `points` names the
    pick-up point of each seller's parcel that waits at one, `origin` the network it came from, as a keyed hash.
    `expected_due` is what the shopper saw left to be paid by card after gift cards and credit, None to take what is.

    :raises BasketChangedError: price, stock or total is not what the shopper saw
    :raises BasketEmptyError: nothing in it
    :raises NotServedError: a carrier does not go to that address
    :raises PickUpPointMissingError: a parcel that is picked up has no point
    :raises CodeRefusedError: a code does not give what the shopper saw
    :raises DueDiffersError: gift cards and credit pay less or more than the shopper saw
    :raises payments.services.stored_value.StoredValueGoneError: another order took them at this moment
    :raises catalog.services.stock.OutOfStockError: somebody else was faster
    """
    basket = locks.lock_basket(basket_id)
    if basket.state == BasketState.ORDERED:
        return Order.objects.get(basket=basket)
    market = MARKETS[basket.market]
    if buyer.country != market.code:
        raise BasketChangedError
    view = basket_view(
        basket,
        market=market,
        carriers=dict(carriers),
        now=now,
        postcode=buyer.postcode,
        region=buyer.region,
        shopper=Shopper(user_id, buyer.email),
    )
    _check(view, expected_total)
    if expected_due is not None and view.tenders.due != expected_due:
        raise DueDiffersError
    chosen_points = _checked_points(view, buyer, points or {})
    order = _insert(
        basket=basket,
        user_id=user_id,
        locale=locale,
        market=market.code,
        currency=market.currency,
        origin=origin,
        total_minor=view.totals.total.amount_minor,
        credit_minor=view.tenders.taken.amount_minor,
        reservation_expires_at=now + RESERVATION,
        placed_at=now,
        **{name: getattr(buyer, name) for name in Buyer.__slots__},
    )
    lines = OrderLine.objects.bulk_create(draft_lines(order, view.totals, now=now, points=chosen_points))
    redeem(order, lines, view.totals, now=now)
    stock.reserve(
        reference=order.reference,
        wants=[StockWant(item.quote.listing_id, item.buyable) for item in view.items],
        expires_at=order.reservation_expires_at,
        now=now,
    )
    if view.tenders.wants:
        stored_value.hold(reference=order.reference, wants=view.tenders.wants, now=now)
    basket.state = BasketState.ORDERED
    basket.save(update_fields=["state"])
    audit.record(actor, "order placed", order, now=now)
    outbox.publish(events.ORDER_PLACED, key=str(order.pk), payload={"order_id": order.pk}, now=now)
    return order


def _check(view: BasketView, expected_total: Money) -> None:
    if not view.items and not view.is_changed:
        raise BasketEmptyError
    if view.is_changed:
        raise BasketChangedError
    if view.totals.total != expected_total:
        refused = [state.refusal for state in view.codes if state.refusal is not None]
        raise CodeRefusedError(refused[0]) if refused else BasketChangedError


def _checked_points(view: BasketView, buyer: Buyer, points: Mapping[int, str]) -> dict[int, PickUpPoint]:
    """Return the pick-up points by seller; refuse a carrier that does not come to where the parcel goes."""
    area = remote_area(buyer.postcode, buyer.country)
    found = {}
    for parcel in view.parcels:
        carrier = parcel.chosen.carrier
        if not carrier.serves(area):
            raise NotServedError(carrier=carrier.key)
        if carrier.pick_up:
            point = pick_up_points().find(market=buyer.country, key=points.get(parcel.seller_id, ""))
            if point is None:
                raise PickUpPointMissingError
            found[parcel.seller_id] = point
    return found


def _insert(**facts: Any) -> Order:
    """Insert the order under a number that no other has: the constraint says so, a taken one is drawn again."""
    while True:
        try:
            with transaction.atomic():
                return Order.objects.create(number=new_number(), **facts)
        except IntegrityError as error:
            if "checkout_order_number" not in str(error):
                raise


def draft_lines(
    order: Order, totals: Totals, *, now: datetime, points: Mapping[int, PickUpPoint] | None = None
) -> list[OrderLine]:
    """Make an order's unsaved lines, with everything that was agreed frozen on them."""
    known = points or {}
    return [
        _line(order, line, parcel, known.get(parcel.seller_id), now)
        for parcel in totals.parcels
        for line in parcel.lines
    ]


def _line(order: Order, line: LineTotal, parcel: ParcelTotal, point: PickUpPoint | None, now: datetime) -> OrderLine:
    quote, market = line.quote, MARKETS[order.market]
    commission = commission_of(line.gross, permille=quote.commission_permille, seller_country=quote.seller_country)
    tax = treatment_of(is_margin_seller=quote.is_margin_seller, market=market, state_tax=line.state_tax)
    window = delivery_window(
        now=now,
        # What goes in one parcel leaves when the slowest of it is ready, as the basket promised.
        handling_hours=max(other.quote.handling_hours for other in parcel.lines),
        seller_country=quote.seller_country,
        market=market,
        carrier=market.carrier(parcel.carrier_key),
        postcode=order.postcode,
    )
    return OrderLine(
        order=order,
        seller_id=quote.seller_id,
        listing_id=quote.listing_id,
        sku_id=quote.sku_id,
        product_id=quote.product_id,
        grade=quote.grade,
        title=quote.product_name,
        variant=quote.variant,
        family=quote.family,
        colour_hex=quote.colour_hex,
        quantity=line.quantity,
        currency=order.currency,
        price_minor=line.price.amount_minor,
        shipping_minor=line.shipping.amount_minor,
        service_fee_minor=line.service_fee.amount_minor,
        protection_minor=line.protection.amount_minor,
        protection_months=market.protection_months if line.protection else 0,
        discount_minor=line.discount.amount_minor,
        discount_seller_minor=line.discount_seller.amount_minor,
        commission_permille=quote.commission_permille,
        commission_minor=commission.amount.amount_minor,
        commission_vat_minor=commission.vat.amount_minor,
        vat_jurisdiction=commission.jurisdiction,
        tax_treatment=tax.treatment,
        tax_rate=tax.rate,
        tax_jurisdiction=tax.jurisdiction,
        sales_tax_minor=line.sales_tax.amount_minor,
        carrier=parcel.carrier_key,
        pickup_point=point.key if point else "",
        pickup_address=point.text if point else "",
        identifier_kind=quote.identifier_kind,
        warranty_months=quote.warranty_months,
        handling_hours=quote.handling_hours,
        earliest_delivery_date=window.earliest_date,
        latest_delivery_date=window.latest_date,
        state=LineState.PENDING_PAYMENT,
    )


def copy_basket(order: Order, *, guest_token: UUID | None, now: datetime) -> Basket | None:
    """
    Put the items of an order that ended unpaid into the shopper's basket, so that nothing has to be found again.

    What a guest put into another basket meanwhile, named by `guest_token`, stays in it.
    """
    source = order.basket
    if source is None:
        return None
    owner = Q(user_id=order.user_id) if order.user_id else Q(user=None, token=guest_token)
    basket = Basket.objects.filter(owner, market=order.market, state=BasketState.OPEN).first()
    if basket is None:
        basket = Basket.objects.create(user_id=order.user_id, market=order.market, created_at=now, touched_at=now)
    basket.codes = list(dict.fromkeys([*basket.codes, *source.codes]))[:MAX_CODES]
    basket.gift_cards = list(dict.fromkeys([*basket.gift_cards, *source.gift_cards]))[:MAX_CARDS]
    basket.save(update_fields=["codes", "gift_cards"])
    present = set(basket.lines.values_list("listing_id", flat=True))
    for line in source.lines.exclude(listing_id__in=present):
        # What was not bought moves; a copy of it would come back once more after the next order.
        if line.saved_at is None and not line.is_gone:
            line.pk = None
        line.basket = basket
        line.save()
    return basket
