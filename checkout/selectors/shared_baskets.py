"""Baskets shared by a link, at today's prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.selectors.offers import ListingFacts, ListingQuote, listing_facts, listing_quotes
from checkout.models import SharedBasket


@dataclass(frozen=True, slots=True)
class SharedRow:
    """An item of a shared basket; `buyable` of `quantity` are left, none where `price` is None."""

    listing_id: int
    quantity: int
    device: ListingQuote | ListingFacts
    price: Money | None
    buyable: int


@dataclass(frozen=True, slots=True)
class SharedView:
    shared: SharedBasket
    rows: Sequence[SharedRow]

    @property
    def buyable(self) -> list[SharedRow]:
        return [row for row in self.rows if row.buyable]

    @property
    def total(self) -> Money:
        """What all that can be bought costs without delivery and fees, which depend on the rest of a basket."""
        currency = MARKETS[self.shared.market].currency
        return Money.total((row.price * row.buyable for row in self.rows if row.price), currency)


def shares_of(*, user_id: int | None, tokens: Sequence[UUID], market: str, now: datetime) -> list[SharedBasket]:
    """List the links that still work of an account, or of the guest whose session knows these tokens; one query."""
    return list(_living(_owned(user_id, tokens).filter(market=market), now).annotate(count=Count("items")))


def find_share(token: UUID, *, user_id: int | None, tokens: Sequence[UUID]) -> SharedBasket | None:
    """Find a link of its maker; another's is none."""
    return _owned(user_id, tokens).filter(token=token).first()


def _owned(user_id: int | None, tokens: Sequence[UUID]) -> QuerySet[SharedBasket]:
    owner = Q(user_id=user_id) if user_id is not None else Q(pk__in=[])
    return SharedBasket.objects.filter(owner | Q(user=None, token__in=tokens))


def _living(rows: QuerySet[SharedBasket], now: datetime) -> QuerySet[SharedBasket]:
    return rows.filter(expires_at__gt=now)


def shared_view(token: UUID, *, now: datetime) -> SharedView | None:
    """Read what a link leads to, in three queries; None where it was never made, taken back or is over."""
    shared = _living(SharedBasket.objects.filter(token=token), now).first()
    if shared is None:
        return None
    items = list(shared.items.all())
    quotes = listing_quotes(listing_ids=[item.listing_id for item in items], market=shared.market)
    missing = [item.listing_id for item in items if item.listing_id not in quotes]
    facts = listing_facts(missing) if missing else {}
    rows = []
    for item in items:
        quote = quotes.get(item.listing_id)
        sold = quote if quote is not None and quote.is_for_sale else None
        rows.append(
            SharedRow(
                listing_id=item.listing_id,
                quantity=item.quantity,
                device=quote or facts[item.listing_id],
                price=sold.price if sold else None,
                buyable=min(item.quantity, sold.available) if sold else 0,
            )
        )
    return SharedView(shared, rows)
