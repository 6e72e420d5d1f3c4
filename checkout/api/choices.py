"""How the parcels of a basket shall travel, as a caller names it: sellers by slug, carriers and points by key."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from backmarket.markets.pickup import pick_up_points
from backmarket.markets.registry import Market
from catalog.api.errors import InvalidBodyError, InvalidParametersError
from checkout.selectors.baskets import BasketView

Parcels = Sequence[Mapping[str, str]]


def carriers_asked(asked: Sequence[str], view: BasketView, market: Market) -> dict[int, str]:
    """
    Read the parameters `carrier=<seller>:<carrier>`.

    :raises InvalidParametersError: no seller of the basket, or no carrier of the market
    """
    sellers = {parcel.seller_slug: parcel.seller_id for parcel in view.parcels}
    known = {carrier.key for carrier in market.carriers}
    chosen: dict[int, str] = {}
    for text in asked:
        slug, _colon, key = text.partition(":")
        if slug not in sellers:
            raise InvalidParametersError({"carrier": [_unknown_seller(slug, sellers)]})
        if key not in known:
            raise InvalidParametersError({"carrier": [_unknown_carrier(key, market)]})
        chosen[sellers[slug]] = key
    return chosen


def parcels_chosen(parcels: Parcels, view: BasketView, market: Market) -> tuple[dict[int, str], dict[int, str]]:
    """
    Read an order's `parcels`: carriers and pick-up points by seller.

    :raises InvalidBodyError: with each wrong choice at its place
    """
    sellers = {parcel.seller_slug: parcel.seller_id for parcel in view.parcels}
    carriers: dict[int, str] = {}
    points: dict[int, str] = {}
    wrong: dict[int, Any] = {}
    for place, parcel in enumerate(parcels):
        found = _wrong_choice(parcel, sellers, carriers, market)
        if found:
            wrong[place] = found
            continue
        seller_id = sellers[parcel["seller"]]
        carriers[seller_id] = parcel["carrier"]
        points[seller_id] = parcel.get("pickup_point", "")
    if wrong:
        raise InvalidBodyError({"parcels": wrong})
    return carriers, points


def _wrong_choice(
    parcel: Mapping[str, str], sellers: Mapping[str, int], chosen: Mapping[int, str], market: Market
) -> dict[str, Any]:
    carrier = next((known for known in market.carriers if known.key == parcel["carrier"]), None)
    point = parcel.get("pickup_point", "")
    wrong: dict[str, Any] = {}
    if parcel["seller"] not in sellers:
        wrong["seller"] = [_unknown_seller(parcel["seller"], sellers)]
    elif sellers[parcel["seller"]] in chosen:
        wrong["seller"] = [serializers.ErrorDetail(_("This seller’s parcel is named twice."), "repeated")]
    if carrier is None:
        wrong["carrier"] = [_unknown_carrier(parcel["carrier"], market)]
    elif carrier.pick_up and pick_up_points().find(market=market.code, key=point) is None:
        text = _("Choose the pick-up point that the parcel shall wait at.")
        wrong["pickup_point"] = [serializers.ErrorDetail(text, "pick_up_point_missing")]
    return wrong


def _unknown_seller(slug: str, sellers: Mapping[str, int]) -> serializers.ErrorDetail:
    text = _("Nothing of “%(seller)s” is in this basket. Its sellers are: %(known)s.")
    return serializers.ErrorDetail(text % {"seller": slug[:120], "known": ", ".join(sellers) or "–"}, "unknown_seller")


def _unknown_carrier(key: str, market: Market) -> serializers.ErrorDetail:
    text = _("“%(carrier)s” is no carrier of this market. Known are: %(known)s.")
    known = ", ".join(carrier.key for carrier in market.carriers)
    return serializers.ErrorDetail(text % {"carrier": key[:30], "known": known}, "unknown_carrier")
