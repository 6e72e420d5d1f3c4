"""Which baskets are a visitor's own: an account's, or those that a guest's session names."""

from uuid import UUID

from django.db.models import Q, Sum
from django.http import HttpRequest

from checkout.enums import BasketState
from checkout.models import Basket, BasketLine
from checkout.selectors.baskets import LEFT_BEHIND

# A guest's session names their latest basket, and the one of each market.
SESSION_KEY = "basket"
BY_MARKET_KEY = "baskets"


def token_of(request: HttpRequest) -> UUID | None:
    """Return what names a guest's basket of the market."""
    named = _by_market(request).get(request.market.code)  # type: ignore[attr-defined]
    return _uuid(named or request.session.get(SESSION_KEY))


def guest_tokens(request: HttpRequest) -> list[UUID]:
    """Return what names a guest's baskets of all markets."""
    named = [_uuid(text) for text in (request.session.get(SESSION_KEY), *_by_market(request).values())]
    return list(dict.fromkeys(token for token in named if token is not None))


def _by_market(request: HttpRequest) -> dict[str, str]:
    kept = request.session.get(BY_MARKET_KEY)
    return kept if isinstance(kept, dict) else {}


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def open_basket(request: HttpRequest) -> Basket | None:
    """Find the visitor's basket of the market: the account's if signed in, else the session's."""
    market = request.market.code  # type: ignore[attr-defined]
    baskets = Basket.objects.filter(market=market, state=BasketState.OPEN)
    if request.user.is_authenticated:
        return baskets.filter(user=request.user).first()
    token = token_of(request)
    return baskets.filter(token=token, user=None).first() if token else None


def basket_elsewhere(request: HttpRequest, *, market: str) -> Basket | None:
    """Find the visitor's open basket of another market that has something in it, the one touched last."""
    tokens = guest_tokens(request)
    if request.user.is_authenticated:
        owner = Q(user=request.user)
    elif tokens:
        owner = Q(token__in=tokens, user=None)
    else:
        return None
    filled = Basket.objects.filter(owner, state=BasketState.OPEN, lines__isnull=False, lines__saved_at=None)
    others = filled.exclude(market=market)
    return others.order_by("-touched_at").first()


def item_count(request: HttpRequest) -> int:
    """Count the units in the visitor's basket that are to be bought."""
    market = getattr(request, "market", None)
    if market is None or (not request.user.is_authenticated and SESSION_KEY not in request.session):
        return 0
    owner = Q(token=token_of(request), user=None)
    if request.user.is_authenticated:
        # What was chosen before signing in counts at once, and joins the account's basket when that is opened.
        owner |= Q(user=request.user)
    baskets = Basket.objects.filter(owner, market=market.code, state=BasketState.OPEN)
    wanted = Q(lines__saved_at=None, lines__is_gone=False)
    return baskets.aggregate(count=Sum("lines__quantity", filter=wanted))["count"] or 0


def basket_with_leftovers(request: HttpRequest) -> int | None:
    """Find the visitor's ordered basket of the market that has lines which the order did not buy."""
    token = token_of(request)
    if not request.user.is_authenticated and token is None:
        return None
    owner = Q(user=request.user) if request.user.is_authenticated else Q(token=token, user=None)
    market = request.market.code  # type: ignore[attr-defined]
    lines = BasketLine.objects.filter(LEFT_BEHIND, basket__market=market, basket__state=BasketState.ORDERED)
    baskets = Basket.objects.filter(owner, pk__in=lines.values("basket"))
    return baskets.values_list("pk", flat=True).order_by("-pk").first()
