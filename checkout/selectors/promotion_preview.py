"""What a promotion does, in words and with offers that are on sale."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.selectors.offers import listing_ids_on_sale, listing_quotes
from checkout.models import Promotion
from checkout.rules.totals import Totals, Wanted, compute_totals

from .promotions import terms_of

EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Example:
    """One unit of an offer: its price, what comes off, who bears it, and what the shopper pays in all."""

    product: str
    price: Money
    discount: Money
    seller: Money
    house: Money
    total: Money


def words_of(promotion: Promotion) -> list[tuple[str, str]]:
    """Say in rows what a promotion means, saved or not."""
    terms = terms_of(promotion)
    rows = [
        (_("Market"), MARKETS[promotion.market].name),
        (_("Takes off"), _off(promotion)),
        (_("Code"), promotion.code or _("none, it applies by itself")),
        (_("At most, an order"), terms.cap.format() if terms.cap else ""),
        (_("From"), terms.minimum.format() if terms.minimum else ""),
        (_("Only in"), promotion.category.name if promotion.category else _("everything")),
        (_("Only of"), promotion.seller.name if promotion.seller else _("every seller")),
        (_("Borne by"), _bearers(promotion)),
        (_("For"), _("first orders") if promotion.is_first_order_only else _("every order")),
        (_("With others"), _("with those that may too") if promotion.is_stackable else _("alone")),
        (_("Uses in all"), str(promotion.uses_limit or _("no limit"))),
        (_("Uses for each shopper"), str(promotion.uses_per_shopper or _("no limit"))),
        (_("Holds"), _time(promotion.starts_at, promotion.ends_at)),
    ]
    return [(label, text) for label, text in rows if text]


def _off(promotion: Promotion) -> str:
    if promotion.kind == "percent":
        return _("%(percent)s %% of the goods") % {"percent": f"{promotion.permille / 10:g}"}
    return promotion.amount.format() if promotion.kind == "amount" else _("delivery")


def _bearers(promotion: Promotion) -> str:
    if not promotion.seller or not promotion.seller_permille:
        return _("us")
    share = {"seller": promotion.seller.name, "percent": f"{promotion.seller_permille / 10:g}"}
    return _("%(seller)s for %(percent)s %%, us for the rest") % share


def _time(start: datetime, end: datetime | None) -> str:
    first = date_format(start, "j F Y, H:i")
    return f"{first} – {date_format(end, 'j F Y, H:i')}" if end else _("from %(start)s on") % {"start": first}


def examples_of(promotion: Promotion) -> list[Example]:
    """Compute what the promotion does to some offers that it is for, one of each alone."""
    market, terms = MARKETS[promotion.market], terms_of(promotion)
    ids = listing_ids_on_sale(
        market=market.code, category=terms.category, seller_id=promotion.seller_id, limit=EXAMPLES
    )
    quotes = listing_quotes(listing_ids=ids, market=market.code)
    found = [
        compute_totals([Wanted(quote, 1)], market=market, carriers={}, promotions=[terms]) for quote in quotes.values()
    ]
    return [_example(totals) for totals in found]


def _example(totals: Totals) -> Example:
    (line,) = totals.lines
    house = line.discount - line.discount_seller
    return Example(line.quote.product_name, line.price, line.discount, line.discount_seller, house, line.total)
