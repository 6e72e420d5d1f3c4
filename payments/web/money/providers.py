"""Who takes payments: how each provider does, and the rules that choose between them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import MINOR_DIGITS, Money
from backmarket.markets.registry import MARKETS
from payments.enums import PaymentMethod
from payments.models import RoutingRule
from payments.providers.registry import configured_providers
from payments.selectors.routing import provider_health
from payments.services.routing import FACTS, delete_rule, save_rule

from .adjustments import ReasonForm, parsed_amount
from .pages import show

ANY = ("", gettext_lazy("any"))


class RuleForm(ReasonForm):
    """A routing rule as people write it: amounts in major units."""

    position = forms.IntegerField(label=gettext_lazy("Position"), min_value=1, max_value=999)
    provider = forms.ChoiceField(label=gettext_lazy("Provider"))
    market = forms.ChoiceField(
        label=gettext_lazy("Market"), required=False, choices=[ANY, *((code, code) for code in sorted(MARKETS))]
    )
    method = forms.ChoiceField(label=gettext_lazy("Method"), required=False, choices=[ANY, *PaymentMethod.choices])
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), required=False, choices=[ANY, *((code, code) for code in sorted(MINOR_DIGITS))]
    )
    above = forms.CharField(label=gettext_lazy("From amount"), required=False, max_length=20)
    below = forms.CharField(label=gettext_lazy("Up to amount"), required=False, max_length=20)
    field_order = ("position", "provider", "market", "method", "currency", "above", "below", "reason")

    def __init__(self, data: object, rule: RoutingRule | None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["provider"].choices = [(name, name) for name in configured_providers()]  # type: ignore[attr-defined]
        last = RoutingRule.objects.last()
        self.initial = _typed(rule) if rule else {"position": last.position + 1 if last else 1}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        currency = cleaned.get("currency") or "EUR"
        for name, field in (("above", "from_minor"), ("below", "to_minor")):
            text = cleaned.get(name, "")
            try:
                cleaned[field] = parsed_amount(text, currency).amount_minor if text else None
            except forms.ValidationError as error:
                self.add_error(name, error)
        low, high = cleaned.get("from_minor"), cleaned.get("to_minor")
        if low is not None and high is not None and low > high:
            self.add_error("below", _("This is less than the amount it begins at."))
        if (low is not None or high is not None) and not cleaned.get("currency"):
            self.add_error("currency", _("Say in which currency the amounts are."))
        return cleaned


def _typed(rule: RoutingRule) -> dict[str, Any]:
    currency = rule.currency or "EUR"
    return {
        **{name: getattr(rule, name) for name in FACTS},
        "above": "" if rule.from_minor is None else str(Money(rule.from_minor, currency).decimal),
        "below": "" if rule.to_minor is None else str(Money(rule.to_minor, currency).decimal),
    }


def providers(request: HttpRequest) -> HttpResponse:
    """Show how providers did in the last 24 hours and the rules in their order."""
    rows = [
        (
            rule,
            PaymentMethod(rule.method).label if rule.method else "",
            None if rule.from_minor is None else Money(rule.from_minor, rule.currency),
            None if rule.to_minor is None else Money(rule.to_minor, rule.currency),
        )
        for rule in RoutingRule.objects.all()
    ]
    return show(
        request,
        "providers",
        tab="money:providers",
        title=_("Providers"),
        health=provider_health(clock.now()),
        rules=rows,
        fallback=configured_providers(),
    )


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """Write a rule, change it, or take it out."""
    known = get_object_or_404(RoutingRule, pk=rule_id) if rule_id else None
    deletes = request.method == "POST" and "delete" in request.POST
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data) if deletes else RuleForm(data, known)
    if request.method == "POST" and form.is_valid() and _written(request, form, known, deletes=deletes):
        messages.success(request, _("Done. It holds for payments that begin from now on."))
        return redirect("money:providers")
    if deletes:
        reason = form
        form = RuleForm(None, known)
        form.errors.update(reason.errors)
    return show(
        request,
        "routing_rule",
        tab="money:providers",
        title=_("Change a rule") if known else _("Write a rule"),
        status=422 if form.errors else 200,
        rule=known,
        form=form,
    )


def _written(request: HttpRequest, form: ReasonForm, known: RoutingRule | None, *, deletes: bool) -> bool:
    actor, reason, now = Actor.of(request), form.cleaned_data["reason"], clock.now()
    try:
        with transaction.atomic(durable=True):
            if deletes and known:
                delete_rule(rule_id=known.pk, reason=reason, actor=actor, now=now)
            else:
                facts = {name: form.cleaned_data[name] for name in FACTS}
                save_rule(rule_id=known.pk if known else None, facts=facts, reason=reason, actor=actor, now=now)
    except DomainError as error:
        form.add_error("position" if "position" in form.fields else "reason", str(error.text))
        return False
    return True
