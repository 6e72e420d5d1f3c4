"""90 days of orders: who bought what, and how far each of them has come."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from django.utils import translation
from stdnum import luhn

from backmarket.markets.registry import MARKETS, Market
from backmarket.ops import demo_accounts
from backmarket.ops.seed.baskets import Baskets
from backmarket.ops.seed.copying import copy_rows
from catalog.demo.texts import DemoPeople, load_people
from catalog.models import PurchasedLine
from catalog.selectors.offers import ListingQuote, listing_quotes
from checkout.enums import CancelledBy, LineState, OrderState
from checkout.models import Order, OrderLine, Parcel
from checkout.rules import deadlines
from checkout.rules.totals import Wanted, compute_totals
from checkout.services.placement import RESERVATION, draft_lines, new_number
from checkout.services.purchases import purchase_of

DAYS = 90
ORDERS = 2_600
MARKET_WEIGHTS = {"FR": 30, "DE": 20, "ES": 11, "IT": 10, "NL": 8, "BE": 6, "IE": 3, "AT": 4, "GB": 5, "US": 3}
# The merchant who signs in to the demo should have work to do.
FAVOUR = {demo_accounts.MERCHANT_SELLER: 3}
UNPAID_SHARE, CANCELLED_SHARE, REFUNDED_SHARE, LATE_SHARE = 0.03, 0.025, 0.03, 0.04


@dataclass
class SeededOrder:
    """An order with its lines and parcels, and when money went back on a line."""

    order: Order
    lines: list[OrderLine]
    parcels: list[Parcel] = field(default_factory=list)
    refunded_at: dict[int, datetime] = field(default_factory=dict)


def load_orders(*, now: datetime, random: Random) -> list[SeededOrder]:
    """Write the orders with their lines and parcels, the oldest first."""
    numbers = _numbers()
    moments = sorted(_moment(now, random) for _ in range(ORDERS))
    markets = random.choices(list(MARKET_WEIGHTS), list(MARKET_WEIGHTS.values()), k=ORDERS)
    shelves = {code: _Shelf(MARKETS[code], markets.count(code), random) for code in MARKET_WEIGHTS}
    people = load_people()
    seeded = []
    for placed_at, code in zip(moments, markets, strict=True):
        quotes = shelves[code].pick()
        order = _order(MARKETS[code], people[code], quotes, next(numbers), placed_at, random)
        seeded.append(order)
    copy_rows([entry.order for entry in seeded])
    for entry in seeded:
        _live(entry, now=now, random=random)
    copy_rows([parcel for entry in seeded for parcel in entry.parcels])
    copy_rows([line for entry in seeded for line in entry.lines])
    return seeded


def _numbers() -> Iterator[int]:
    taken: set[int] = set()
    while True:
        number = new_number()
        if number not in taken:
            taken.add(number)
            yield number


def _moment(now: datetime, random: Random) -> datetime:
    """Draw an instant of the last 90 days; more orders lately, and by day."""
    days_ago = DAYS * (1 - random.random() ** 0.7)
    moment = now - timedelta(days=days_ago)
    hour = min(23, max(0, round(random.gauss(15, 4.5))))
    return min(now - timedelta(minutes=9), moment.replace(hour=hour, minute=random.randrange(60)))


class _Shelf:
    """The baskets of a market's shoppers, with what they read of each listing."""

    def __init__(self, market: Market, count: int, random: Random) -> None:
        baskets = Baskets(market.code, FAVOUR, random).draw(count)
        # An order line keeps the words of its device as the shopper read them.
        with translation.override(market.default_locale):
            self.quotes = listing_quotes(listing_ids={key for basket in baskets for key in basket}, market=market.code)
        self.queue = iter(baskets)

    def pick(self) -> list[ListingQuote]:
        return [self.quotes[listing_id] for listing_id in next(self.queue)]


def _order(
    market: Market, people: DemoPeople, quotes: list[ListingQuote], number: int, placed_at: datetime, random: Random
) -> SeededOrder:
    first, last = random.choice(people.first_names), random.choice(people.last_names)
    address = random.choice(people.addresses)
    totals = compute_totals([Wanted(quote, 1) for quote in quotes], market=market, carriers={})
    order = Order(
        number=number,
        email=f"{_plain(first)}.{_plain(last)}{number % 100}@shopper.example",
        locale=market.default_locale,
        market=market.code,
        currency=market.currency,
        state=OrderState.PAID,
        first_name=first,
        last_name=last,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        country=market.code,
        phone=market.phone_example,
        total_minor=totals.total.amount_minor,
        reservation_expires_at=placed_at + RESERVATION,
        placed_at=placed_at,
    )
    return SeededOrder(order, draft_lines(order, totals, now=placed_at))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum()) or "someone"


def _live(entry: SeededOrder, *, now: datetime, random: Random) -> None:
    """Let an order's life pass until now."""
    order = entry.order
    for line in entry.lines:
        line.order = order
    if random.random() < UNPAID_SHARE:
        order.state = OrderState.UNPAID
        for line in entry.lines:
            line.state = LineState.UNPAID
        return
    order.paid_at = order.placed_at + timedelta(seconds=random.randrange(50, 300))
    by_seller: dict[int, list[OrderLine]] = {}
    for line in entry.lines:
        by_seller.setdefault(line.seller_id, []).append(line)
    for lines in by_seller.values():
        _live_of_parcel(entry, lines, now=now, random=random)


def _live_of_parcel(entry: SeededOrder, lines: Sequence[OrderLine], *, now: datetime, random: Random) -> None:
    paid_at = entry.order.paid_at or entry.order.placed_at
    for line in lines:
        country = line.vat_jurisdiction
        line.state, line.paid_at = LineState.PAID, paid_at
        line.accept_by = deadlines.working_deadline(paid_at, deadlines.ACCEPT_HOURS, country=country)
        line.ship_by = deadlines.working_deadline(paid_at, line.handling_hours, country=country)
    accepted_at = paid_at + timedelta(minutes=random.randrange(20, 18 * 60))
    if random.random() < CANCELLED_SHARE:
        _cancel(entry, lines, min(accepted_at, now))
        return
    if accepted_at > now and (lines[0].accept_by or now) > now:
        return
    accepted_at = min(accepted_at, now - timedelta(minutes=2))
    for line in lines:
        line.state, line.accepted_at = LineState.ACCEPTED, accepted_at
    shipped_at = accepted_at + timedelta(hours=random.uniform(2, max(4, lines[0].handling_hours - 4)))
    if shipped_at < now:
        _ship(entry, lines, shipped_at, now=now, random=random)


def _cancel(entry: SeededOrder, lines: Sequence[OrderLine], at: datetime) -> None:
    for line in lines:
        line.state, line.cancelled_by = LineState.CANCELLED, CancelledBy.SELLER
        line.cancel_reason = "stock error"
        entry.refunded_at[entry.lines.index(line)] = at


def _ship(
    entry: SeededOrder, lines: Sequence[OrderLine], shipped_at: datetime, *, now: datetime, random: Random
) -> None:
    first = lines[0]
    parcel = Parcel(
        order=entry.order,
        seller_id=first.seller_id,
        carrier=first.carrier,
        tracking_number=f"{first.carrier[:2].upper()}{random.randrange(10**10, 10**11)}",
        shipped_at=shipped_at,
        expected_date=first.latest_delivery_date,
    )
    entry.parcels.append(parcel)
    window = (first.latest_delivery_date - first.earliest_delivery_date).days
    day = first.earliest_delivery_date + timedelta(days=random.randrange(window + 1))
    noon = datetime.combine(day, time(random.randrange(9, 18), random.randrange(60)), tzinfo=shipped_at.tzinfo)
    delivered_at = max(noon, shipped_at + timedelta(hours=16))
    if random.random() < LATE_SHARE:
        delivered_at += timedelta(days=random.randrange(2, 6))
    for line in lines:
        line.parcel = parcel
        line.state, line.shipped_at = LineState.SHIPPED, shipped_at
        _identify(line, random)
        if delivered_at < now:
            line.state, line.delivered_at = LineState.DELIVERED, delivered_at
            _end(entry, line, delivered_at, now=now, random=random)


def _end(entry: SeededOrder, line: OrderLine, delivered_at: datetime, *, now: datetime, random: Random) -> None:
    refunded_at = delivered_at + timedelta(days=random.uniform(1, 20))
    if random.random() < REFUNDED_SHARE and refunded_at < now:
        line.state = LineState.REFUNDED_AFTER_SHIPPING
        entry.refunded_at[entry.lines.index(line)] = refunded_at
    elif delivered_at < now - timedelta(days=30):
        line.state = LineState.CLOSED


def _identify(line: OrderLine, random: Random) -> None:
    if line.identifier_kind == "imei":
        body = f"35{random.randrange(10**12):012d}"
        line.imei = body + luhn.calc_check_digit(body)
    elif line.identifier_kind == "serial":
        line.serial_number = "".join(random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=11))


def paid_lines(orders: Sequence[SeededOrder]) -> Iterator[tuple[SeededOrder, int, OrderLine]]:
    """Walk through the lines of paid orders, each with its place in its order."""
    for entry in orders:
        if entry.order.state == OrderState.PAID:
            for index, line in enumerate(entry.lines):
                yield entry, index, line


def push_purchases() -> None:
    """Tell the catalogue of every paid line, as its events would have."""
    lines = OrderLine.objects.exclude(paid_at=None).select_related("order").order_by("pk")
    facts = (asdict(purchase_of(line)) for line in lines.iterator())
    copy_rows([PurchasedLine(**fact) for fact in facts])
