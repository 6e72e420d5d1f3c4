"""Write alerts: asked for, confirmed by a guest's mail, and switched off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from backmarket.notify.enums import Category
from backmarket.notify.services import recipient_of, switch
from catalog import locks
from catalog.enums import AlertKind, AlertState, ProductState
from catalog.models import Alert, Offer, ProductModel, Sku
from catalog.rules.alerts import is_met

from . import alert_checks, alert_mails

MAX_ALERTS = 20
# A guest's requests send mails to an address that nobody has proved yet.
GUEST_REQUESTS_A_DAY = 5
GUEST_PAUSE = timedelta(hours=1)
UNCONFIRMED_KEPT = timedelta(days=7)


class NothingToWatchError(NotFoundError):
    code = "alert_unknown_product"
    message = _("We do not know this product or this version of it.")


class AlertPriceRefusedError(InvalidInputError):
    code = "alert_price_refused"
    message = _("Enter a price above zero and below what it costs now.")


class AlertMetAlreadyError(DomainError):
    code = "alert_met_already"
    message = _("That is so already: it is in stock right now.")


class TooManyAlertsError(DomainError):
    code = "alert_too_many"
    message = _("This address has 20 alerts, which is the most. Switch one off first.")


class AlertsThrottledError(DomainError):
    code = "alert_throttled"
    http_status = 429
    message = _("Many alerts were asked for with this address today. Try again tomorrow, or sign in.")


class AlertAskedAlreadyError(DomainError):
    code = "alert_asked_already"
    http_status = 429
    message = _("We have just sent a mail to this address. Please look for it, also among the unwanted ones.")


class AlertGoneError(NotFoundError):
    code = "alert_gone"
    message = _("This alert is switched off already.")


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks; an address that an account has proved needs no mail to confirm it."""

    email: str
    locale: str
    user_id: int | None = None
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Watched:
    """What to look out for, in one market; without a SKU any version of the product."""

    kind: AlertKind
    slug: str
    market: str
    sku: UUID | None = None
    grade: str = ""
    limit: Money | None = None


@transaction.atomic
def request_alert(*, person: Person, watched: Watched, now: datetime) -> Alert:
    """
    Ask for an alert, one an address and thing: asking again changes the price.

    It is on at once for a proved address; else a mail asks to confirm it, and what is on stays as it is until
    then. A guest hears the same whether the alert was there or not.

    :raises NothingToWatchError: no such product or version
    :raises AlertPriceRefusedError: the price is not above zero, beyond the market's ceiling or no wish at all
    :raises AlertMetAlreadyError: it is in stock, or costs no more than that, right now
    :raises TooManyAlertsError: the address has twenty
    :raises AlertsThrottledError: a guest asked five times within a day
    :raises AlertAskedAlreadyError: a guest asked for the same within the hour
    """
    locks.lock_alerts_of(person.email)
    product, sku = _thing(watched)
    limit_minor = _limit_minor(watched)
    if is_met(prices_now(watched.market, product.pk, sku.pk if sku else None, watched.grade), limit_minor):
        raise AlertMetAlreadyError(_already(watched))
    found = _find(person, watched, product, sku)
    is_new = found is None
    alert = found or _new(person, watched, product, sku)
    if is_new:
        _check_room(person)
    if not person.is_verified:
        _check_pace(alert, person, is_new, now)
    _store(alert, person, limit_minor, is_new, now)
    if alert.state == AlertState.ACTIVE and person.is_verified:
        _hear_of_alerts(alert, now)
        alert_checks.note([(alert.market, alert.product_id)], now=now)
    else:
        alert_mails.ask_to_confirm(alert=alert, limit_minor=limit_minor, now=now)
    return alert


def _thing(watched: Watched) -> tuple[ProductModel, Sku | None]:
    product = ProductModel.objects.filter(slug=watched.slug, state=ProductState.ACTIVE).select_related("brand").first()
    if product is None:
        raise NothingToWatchError
    if watched.sku is None:
        return product, None
    sku = Sku.objects.filter(product=product, public_id=watched.sku).first()
    if sku is None or not watched.grade:
        raise NothingToWatchError
    return product, sku


def _limit_minor(watched: Watched) -> int | None:
    if watched.kind == AlertKind.STOCK:
        return None
    market = MARKETS[watched.market]
    limit = watched.limit
    if limit is None or limit.currency != market.currency or not 0 < limit.amount_minor <= market.price_ceiling_minor:
        raise AlertPriceRefusedError
    return limit.amount_minor


def _already(watched: Watched) -> str | None:
    if watched.limit is None:
        return None
    return str(_("It costs no more than %(price)s right now.")) % {"price": watched.limit.format(whole=True)}


def prices_now(market: str, product_id: int, sku_id: int | None, grade: str) -> list[int]:
    """Return what the watched versions cost that are in stock."""
    offers = Offer.objects.filter(market=market, product_id=product_id, in_stock=True)
    if sku_id is not None:
        offers = offers.filter(sku_id=sku_id, grade=grade)
    return list(offers.values_list("price_minor", flat=True))


def _find(person: Person, watched: Watched, product: ProductModel, sku: Sku | None) -> Alert | None:
    grade = watched.grade if sku else ""
    return Alert.objects.filter(
        email__iexact=person.email, market=watched.market, product=product, sku=sku, grade=grade, kind=watched.kind
    ).first()


def _new(person: Person, watched: Watched, product: ProductModel, sku: Sku | None) -> Alert:
    return Alert(
        kind=watched.kind,
        email=person.email,
        market=watched.market,
        product=product,
        sku=sku,
        grade=watched.grade if sku else "",
        currency=MARKETS[watched.market].currency,
    )


def _check_room(person: Person) -> None:
    present = Alert.objects.filter(email__iexact=person.email)
    if present.count() >= MAX_ALERTS:
        raise TooManyAlertsError


def _store(alert: Alert, person: Person, limit_minor: int | None, is_new: bool, now: datetime) -> None:
    if is_new:
        alert.created_at = now
    if is_new or person.is_verified:
        alert.price_minor = limit_minor
        alert.was_met = False
        alert.locale = person.locale
    if person.is_verified:
        alert.state = AlertState.ACTIVE
    if person.user_id is not None:
        alert.user_id = person.user_id
    alert.asked_at = now
    alert.save()


def _check_pace(alert: Alert, person: Person, is_new: bool, now: datetime) -> None:
    """Let nobody fill another's mailbox: five requests a day, and an hour between two for one thing."""
    if not is_new and alert.asked_at > now - GUEST_PAUSE:
        raise AlertAskedAlreadyError
    lately = Alert.objects.filter(email__iexact=person.email, asked_at__gt=now - timedelta(days=1))
    if lately.count() >= GUEST_REQUESTS_A_DAY:
        raise AlertsThrottledError


@transaction.atomic
def confirm(*, public_id: UUID, limit_minor: int | None, now: datetime) -> Alert:
    """
    Switch an alert on, at the price that the confirmed mail named.

    :raises AlertGoneError: it was switched off or not confirmed within a week
    """
    alert = locks.lock_alert(public_id)
    if alert is None:
        raise AlertGoneError
    if alert.state != AlertState.ACTIVE or alert.price_minor != limit_minor:
        alert.state = AlertState.ACTIVE
        alert.price_minor = limit_minor
        alert.was_met = False
        alert.save(update_fields=["state", "price_minor", "was_met"])
        _hear_of_alerts(alert, now)
        # What happened between the request and now is looked at once more.
        alert_checks.note([(alert.market, alert.product_id)], now=now)
    return alert


def _hear_of_alerts(alert: Alert, now: datetime) -> None:
    """Whoever asks for an alert wants its mails, also after having switched off all of them before."""
    switch(recipient=recipient_of(alert.email), category=Category.ALERTS, is_on=True, now=now)


@transaction.atomic
def switch_off(*, public_id: UUID) -> None:
    """Delete an alert; one that is gone is gone."""
    Alert.objects.filter(public_id=public_id).delete()


@transaction.atomic
def switch_off_all(*, email: str) -> int:
    """Delete every alert of an address and return how many there were."""
    count, _models = Alert.objects.filter(email__iexact=email).delete()
    return count


def forget_unconfirmed(*, now: datetime) -> int:
    """Delete what nobody confirmed within a week."""
    count, _models = Alert.objects.filter(state=AlertState.UNCONFIRMED, asked_at__lte=now - UNCONFIRMED_KEPT).delete()
    return count
