"""What a visitor chose of delivery: carriers and pick-up points, kept in the session until the order is placed."""

from typing import Any

from django.http import HttpRequest

from backmarket.markets.postcodes import normal_postcode
from backmarket.markets.registry import Market
from checkout.models import Order
from checkout.rules.buyer import Buyer
from checkout.web.baskets import CARRIERS_KEY, DETAILS_KEY

POINTS_KEY = "pickup-points"
NEAR_KEY = "pickup-near"
PREFIX = "point-"


def points_of(request: HttpRequest) -> dict[int, str]:
    """Return the pick-up points that the visitor chose, by seller."""
    kept = request.session.get(POINTS_KEY, {})
    return {int(seller): str(key) for seller, key in kept.items()} if isinstance(kept, dict) else {}


def keep_points(request: HttpRequest) -> dict[int, str]:
    """Read the choices `point-<seller>` of a form, and keep them for the next page."""
    chosen = points_of(request)
    for name, value in request.POST.items():
        seller = name.removeprefix(PREFIX)
        if name != seller and seller.isdecimal() and len(seller) < 19:
            chosen[int(seller)] = str(value)[:40]
    request.session[POINTS_KEY] = {str(seller): key for seller, key in chosen.items()}
    return chosen


def place_looked_at(request: HttpRequest, market: Market, postcode: str) -> tuple[str, str]:
    """
    Return the postcode near which pick-up points are shown, and what was typed there if it is none.

    Where nothing was looked for, they are those near the delivery address.
    """
    kept: Any = request.session.get(NEAR_KEY)
    typed = kept if isinstance(kept, str) else ""
    if request.method == "POST":
        # Each parcel that can be picked up has the same field: what was changed in one of them counts.
        said = [value.strip()[:20] for value in request.POST.getlist("near")]
        typed = next((value for value in said if value != typed), typed)
        request.session[NEAR_KEY] = typed
    if not typed:
        return postcode, ""
    found = normal_postcode(typed, market.code)
    return (found, "") if found else ("", typed)


def restore_choices(request: HttpRequest, order: Order) -> None:
    """Take what was typed and chosen for an order that ended unpaid, where this session does not know it."""
    session = request.session
    if not isinstance(session.get(DETAILS_KEY), dict):
        typed = {name: getattr(order, name) for name in Buyer.__slots__}
        session[DETAILS_KEY] = {**typed, "is_company": bool(order.company), "market": order.market}
    lines = list(order.lines.all())
    carriers = {str(line.seller_id): line.carrier for line in lines}
    points = {str(line.seller_id): line.pickup_point for line in lines if line.pickup_point}
    session[CARRIERS_KEY] = {**carriers, **session.get(CARRIERS_KEY, {})}
    session[POINTS_KEY] = {**points, **session.get(POINTS_KEY, {})}


def forget_choices(request: HttpRequest) -> None:
    """Forget what was typed and chosen for an order that is paid."""
    for key in (DETAILS_KEY, POINTS_KEY, NEAR_KEY):
        request.session.pop(key, None)
