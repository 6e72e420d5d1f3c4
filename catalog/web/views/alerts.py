"""Alerts: asked for, confirmed by a guest's mail, listed and switched off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backmarket.accounts.selectors import user_id_of, verified_emails
from backmarket.core import clock
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, SIGNED_IN, policy
from catalog.enums import AlertKind, AlertState
from catalog.models import Alert
from catalog.selectors import alert_links
from catalog.selectors.alerts import AlertSubject, alert_subject, alerts_of, alerts_of_address, find_alert
from catalog.services.alerts import (
    AlertGoneError,
    AlertPriceRefusedError,
    Person,
    Watched,
    confirm,
    request_alert,
    switch_off,
    switch_off_all,
)
from catalog.web import params
from catalog.web.forms import AlertForm


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest) -> HttpResponse:
    """Ask for news of the device that the address names; without one, list the visitor's own alerts."""
    if "product" not in request.GET:
        return _own_alerts(request)
    wish, market = params.wish(request.GET), params.market_of(request)
    subject = alert_subject(slug=request.GET["product"], sku_public_id=wish.sku, grade=wish.grade, market=market)
    if subject is None or wish.is_odd:
        raise Http404
    asked_for: dict[str, Any] = {
        "market": market,
        "asks_email": not request.user.is_authenticated,
        "in_stock": subject.price is not None,
    }
    if request.method != "POST":
        kind = AlertKind.PRICE if subject.price else AlertKind.STOCK
        form = AlertForm(initial={"kind": kind, "any_version": ""}, **asked_for)
        return _form_page(request, subject, form)
    form = AlertForm(request.POST, **asked_for)
    if not form.is_valid():
        return _form_page(request, subject, form, status=422)
    return _ask(request, subject, form)


def _own_alerts(request: HttpRequest) -> HttpResponse:
    found: list[Alert] = []
    if request.user.is_authenticated:
        user_id = request.user.pk
        found = list(alerts_of(user_id=user_id, emails=verified_emails(user_id)))
    return render(request, "catalog/alerts.html", {"alerts": found})


def _form_page(request: HttpRequest, subject: AlertSubject, form: AlertForm, status: int = 200) -> HttpResponse:
    return render(request, "catalog/alert_form.html", {"subject": subject, "form": form}, status=status)


def _ask(request: HttpRequest, subject: AlertSubject, form: AlertForm) -> HttpResponse:
    """Hand a filled form to the service; what it refuses is said beside the field it is about."""
    person = _person(request, form)
    try:
        with transaction.atomic(durable=True):
            alert = request_alert(person=person, watched=_watched(request, subject, form), now=clock.now())
    except DomainError as error:
        form.add_error("price" if isinstance(error, AlertPriceRefusedError) else None, str(error.text))
        return _form_page(request, subject, form, status=error.http_status)
    if alert.state == AlertState.ACTIVE and person.is_verified:
        messages.success(request, _("The alert is on. We write to %(email)s.") % {"email": alert.email})
        return redirect("catalog:alerts")
    return redirect("catalog:alert_asked")


def _person(request: HttpRequest, form: AlertForm) -> Person:
    if not request.user.is_authenticated:
        return Person(email=form.cleaned_data["email"], locale=request.LANGUAGE_CODE)
    user = request.user
    is_verified = user.email.lower() in verified_emails(user.pk)
    return Person(email=user.email, locale=request.LANGUAGE_CODE, user_id=user.pk, is_verified=is_verified)


def _watched(request: HttpRequest, subject: AlertSubject, form: AlertForm) -> Watched:
    kind = AlertKind(form.cleaned_data["kind"])
    is_any = form.cleaned_data["any_version"] == "any"
    return Watched(
        kind=kind,
        slug=subject.product.slug,
        market=params.market_of(request).code,
        sku=None if is_any else subject.sku.public_id,
        grade="" if is_any else subject.grade,
        limit=form.cleaned_data["price"] if kind == AlertKind.PRICE else None,
    )


@policy(PUBLIC)
@require_safe
def alert_asked(request: HttpRequest) -> HttpResponse:
    """Say that a mail waits to be confirmed; the same whether the address was known or not."""
    return render(request, "catalog/alert_asked.html")


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def alert_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Switch a guest's alert on by a press, because programs that check mails open every link."""
    link = alert_links.confirmed_by(token)
    alert = find_alert(link.public_id) if link else None
    if link is None or alert is None:
        return render(request, "catalog/alert_gone.html", status=410 if link else 404)
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                confirm(public_id=link.public_id, limit_minor=link.limit_minor, now=clock.now())
        except AlertGoneError:
            return render(request, "catalog/alert_gone.html", status=410)
        alert.state, alert.price_minor = AlertState.ACTIVE, link.limit_minor
        return render(request, "catalog/alert_on.html", {"alert": alert, "off_path": alert_links.off_path(alert)})
    alert.price_minor = link.limit_minor
    return render(request, "catalog/alert_confirm.html", {"alert": alert})


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def alert_off(request: HttpRequest, token: str) -> HttpResponse:
    """Switch off the alert of a mail, or all of its address."""
    public_id = alert_links.alert_of(token)
    if public_id is None:
        raise Http404
    alert = find_alert(public_id)
    if alert is not None and request.method == "POST":
        with transaction.atomic(durable=True):
            if "all" in request.POST:
                switch_off_all(email=alert.email)
            else:
                switch_off(public_id=public_id)
        alert = None
    others = alerts_of_address(alert.email).count() - 1 if alert else 0
    return render(request, "catalog/alert_off.html", {"alert": alert, "others": others})


@policy(SIGNED_IN)
@require_POST
def alert_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Switch off one of the signed-in person's alerts; another's does not exist for them."""
    user_id = user_id_of(request)
    if not alerts_of(user_id=user_id, emails=verified_emails(user_id)).filter(public_id=public_id).exists():
        raise Http404
    with transaction.atomic(durable=True):
        switch_off(public_id=public_id)
    messages.success(request, _("The alert is switched off."))
    return redirect("catalog:alerts")
