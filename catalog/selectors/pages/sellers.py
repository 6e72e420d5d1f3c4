"""A seller's public page."""

from backmarket.markets.registry import Market
from catalog.models import Seller

from .cards import shown_offers
from .grid import Base


def find_seller(slug: str) -> Seller | None:
    """Return a seller by name in the address; inactive ones keep their page, because orders lead there."""
    return Seller.objects.filter(slug=slug).first()


def offers_of_seller(*, seller: Seller, market: Market) -> Base:
    """Return what shoppers see of this seller: the offers that it won."""
    return Base(shown_offers(market).filter(seller=seller))
