"""Reads of orders, narrowed to who may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.urls import reverse

from backmarket.accounts.selectors import verified_emails
from backmarket.core.money import Money
from checkout.enums import LineState
from checkout.models import Order, OrderLine

SESSION_KEY = "orders"
LINK_SALT = "checkout.order"
LINK_DAYS = 90
PROVEN_KEY = "proven_orders"
ACCOUNT_SALT = "checkout.account"
ACCOUNT_LINK_S = 24 * 3600
BEFORE_DISPATCH = frozenset({LineState.PAID, LineState.ON_HOLD, LineState.ACCEPTED})
# Its seller has not accepted it, or does not know of it yet.
CANCELLABLE = (LineState.PAID, LineState.ON_HOLD)
# A seller, who would be asked to help, does not know of a line that is on hold.
HELPABLE = frozenset(LineState.values) - {
    LineState.NEW,
    LineState.PENDING_PAYMENT,
    LineState.ON_HOLD,
    LineState.UNPAID,
}


def _session_ids(request: HttpRequest) -> list[str]:
    ids = request.session.get(SESSION_KEY, [])
    return [value for value in ids if isinstance(value, str)]


def remember(request: HttpRequest, order: Order) -> None:
    """Let this visitor's session open the order from now on."""
    ids = _session_ids(request)
    if str(order.public_id) not in ids:
        request.session[SESSION_KEY] = [*ids, str(order.public_id)][-50:]


def note_proven(request: HttpRequest, order: Order) -> None:
    """Note that this session came through a link that was mailed to the order's address."""
    known = request.session.get(PROVEN_KEY, [])
    if str(order.public_id) not in known:
        request.session[PROVEN_KEY] = [*known, str(order.public_id)][-50:]


def is_proven(request: HttpRequest, order: Order) -> bool:
    """Tell whether this session showed that it reads the mail of the order's address."""
    return str(order.public_id) in request.session.get(PROVEN_KEY, [])


def account_path(order: Order) -> str:
    """Return the link that opens an account for the order's guest, for a day."""
    key = signing.dumps(str(order.public_id), salt=ACCOUNT_SALT)
    return f"{reverse('checkout:open_account', args=[order.public_id])}?key={key}"


def account_key_opens(key: str, public_id: UUID) -> bool:
    """Tell whether the key of a link to an account is genuine, of this order and not too old."""
    try:
        value = signing.loads(key, salt=ACCOUNT_SALT, max_age=ACCOUNT_LINK_S)
    except signing.BadSignature:
        return False
    return bool(value == str(public_id))


def signed_key(order: Order) -> str:
    """Return the key of a link that opens the order for 90 days, for its mails."""
    return signing.dumps(str(order.public_id), salt=LINK_SALT)


def link_path(order: Order) -> str:
    return f"{reverse('checkout:order', args=[order.public_id])}?key={signed_key(order)}"


def key_opens(key: str, public_id: UUID) -> bool:
    """Tell whether a link's key is genuine, of this order and not too old."""
    try:
        value = signing.loads(key, salt=LINK_SALT, max_age=LINK_DAYS * 24 * 3600)
    except signing.BadSignature:
        return False
    return bool(value == str(public_id))


def is_remembered(request: HttpRequest, public_id: UUID) -> bool:
    """Tell whether this session placed the order or opened it by its link; asks no database."""
    return str(public_id) in _session_ids(request)


def is_known(request: HttpRequest) -> bool:
    """Tell whether this session may see any order at all."""
    return request.user.is_authenticated or bool(_session_ids(request))


def visible_to(request: HttpRequest) -> QuerySet[Order]:
    """Orders of the account, and orders that this session placed or opened by a signed link."""
    mine = Q(public_id__in=_session_ids(request))
    if request.user.is_authenticated:
        mine |= Q(user=request.user)
    return Order.objects.filter(mine)


def wanted_texts_last(user_id: int) -> bool:
    """Tell whether an account asked for texts with its last order, which express buying repeats."""
    return bool(Order.objects.filter(user_id=user_id).values_list("wants_texts", flat=True).first())


def with_lines(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Add lines with their parcel, seller and product in one more query."""
    lines = OrderLine.objects.select_related("seller", "parcel", "product", "listing")
    return orders.prefetch_related(Prefetch("lines", queryset=lines))


def with_tracking(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Add lines with all that the order page says of them, in two more queries."""
    lines = OrderLine.objects.select_related("seller", "parcel", "product", "listing", "withdrawal")
    return orders.prefetch_related(Prefetch("lines", queryset=lines.prefetch_related("parcel__events")))


def address_version_of(order_id: int) -> int:
    """Return the version of an order's address as it is committed now; whoever holds its lines knows it stays."""
    return Order.objects.values_list("address_version", flat=True).get(pk=order_id)


def address_can_change(order: Order) -> bool:
    """Tell whether every parcel is still with its seller, and at least one will be sent."""
    states = [line.state for line in order.lines.all()]
    waiting = [state for state in states if state in BEFORE_DISPATCH]
    return bool(waiting) and not any(line.parcel_id for line in order.lines.all())


@dataclass(frozen=True, slots=True)
class OrderSums:
    """An order's total by what it is for; they sum to it, the discount subtracted."""

    goods: Money
    shipping: Money
    protection: Money
    service_fee: Money
    sales_tax: Money
    discount: Money


def sums_of(lines: Iterable[OrderLine], currency: str) -> OrderSums:
    """Add up an order's lines."""
    lines = list(lines)
    names = OrderSums.__slots__
    goods, *rest = (
        Money.total((getattr(line, "price" if name == "goods" else name) for line in lines), currency) for name in names
    )
    return OrderSums(goods, *rest)


def lines_of_seller(*, seller_id: int) -> QuerySet[OrderLine]:
    """A seller's own lines of paid orders, whatever came of them; not those that never came to the seller."""
    hidden = Q(state__in=(LineState.NEW, LineState.PENDING_PAYMENT, LineState.UNPAID, LineState.ON_HOLD))
    # Cancelled while it was held: no clock of the seller ever ran.
    hidden |= Q(state=LineState.CANCELLED, accept_by=None)
    return OrderLine.objects.filter(seller_id=seller_id).exclude(hidden).select_related("order", "parcel")


def line_for_help(*, line_id: int) -> OrderLine | None:
    """Return a paid line with its order and seller, or None."""
    return OrderLine.objects.filter(pk=line_id, state__in=HELPABLE).select_related("order", "seller").first()


def public_id_of(reference: str) -> UUID | None:
    """Return the id in a reference such as `order:<uuid>` or `line:<uuid>`, or None."""
    kind, _, text = reference.partition(":")
    if kind not in ("order", "line"):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def order_id_of(reference: str) -> int | None:
    """Return the order behind a reference such as `order:<uuid>`, or None."""
    public_id = public_id_of(reference)
    if public_id is None or not reference.startswith("order:"):
        return None
    return Order.objects.filter(public_id=public_id).values_list("pk", flat=True).first()


def order_id_of_line(line_id: int) -> int | None:
    """Return the order of a line, or None."""
    return OrderLine.objects.filter(pk=line_id).values_list("order_id", flat=True).first()


def claimable_by(user_id: int) -> QuerySet[Order]:
    """Guest orders placed with an address that this person has proved to be theirs (decision 4)."""
    emails = verified_emails(user_id)
    if not emails:
        return Order.objects.none()
    return Order.objects.annotate(lower_email=Lower("email")).filter(user=None, lower_email__in=emails)
