"""Which provider takes a new payment, and that a silent one is gone round, for new payments only."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from backmarket.accounts.groups import FINANCE
from backmarket.accounts.models import User
from backmarket.core.models import AuditEntry
from payments.enums import PaymentState
from payments.flows import sweep
from payments.models import Payment, RoutingRule
from payments.providers import registry
from payments.providers.sandbox import SandboxProvider
from payments.rules.routing import Choice, Route, choose
from payments.selectors.routing import provider_for, provider_health
from payments.services.payments import record_unknown

from .factories import NOW, eur, intent, start

RULES = [
    Route("stripe", market="US"),
    Route("stripe", method="instalments", currency="EUR", from_minor=10_000, to_minor=200_000),
    Route("sandbox", market="FR"),
]


@pytest.mark.parametrize(
    ("facts", "silent", "chosen"),
    [
        ({}, (), Choice("sandbox")),
        ({"market": "US"}, (), Choice("stripe")),
        ({"market": "DE"}, (), Choice("sandbox")),
        ({"method": "instalments"}, (), Choice("stripe")),
        ({"method": "instalments", "amount": eur(9_999)}, (), Choice("sandbox")),
        ({"method": "instalments", "amount": eur(200_001)}, (), Choice("sandbox")),
        ({"market": "US"}, ("stripe",), Choice("sandbox", "stripe")),
        ({}, ("sandbox",), Choice("stripe", "sandbox")),
        ({}, ("sandbox", "stripe"), Choice("sandbox")),
    ],
)
def test_the_first_rule_that_fits_chooses_and_silence_is_gone_round(facts, silent, chosen):
    asked = {"market": "FR", "method": "card", "amount": eur(10_000), **facts}

    assert choose(RULES, **asked, usable=["sandbox", "stripe"], silent=frozenset(silent)) == chosen


def test_a_rule_for_a_provider_that_is_not_set_up_is_passed_over():
    choice = choose(RULES, market="US", method="card", amount=eur(1), usable=["sandbox"], silent=frozenset())

    assert choice == Choice("sandbox")


class SecondSandbox(SandboxProvider):
    """Another provider of the same make."""

    name = "second"


@pytest.fixture
def two_providers(monkeypatch):
    monkeypatch.setitem(registry._PROVIDERS, "second", SecondSandbox())


def leave_unanswered(count, now=NOW):
    for _ in range(count):
        record_unknown(payment_id=intent().public_id, now=now)


@pytest.mark.django_db
@pytest.mark.usefixtures("two_providers")
def test_new_payments_go_round_a_provider_until_it_answers_again(sandbox_provider):
    leave_unanswered(2)
    start()
    assert Payment.objects.latest("pk").provider == "sandbox"
    leave_unanswered(1)

    elsewhere = Payment.objects.get(public_id=start().public_id)

    assert (elsewhere.provider, elsewhere.instead_of) == ("second", "sandbox")
    assert elsewhere.state == PaymentState.REQUIRES_ACTION
    # The sweep finds that the provider never heard of the three.
    later = NOW + timedelta(minutes=2)
    sweep.sweep(now=later)
    assert Payment.objects.filter(state=PaymentState.UNKNOWN).count() == 0
    assert Payment.objects.get(public_id=start(now=later).public_id).provider == "sandbox"


@pytest.mark.django_db
@pytest.mark.usefixtures("two_providers")
def test_a_payment_under_way_stays_with_its_provider(sandbox_provider):
    before = start(key="checkout:1", reference="order:1")
    leave_unanswered(3)

    again = start(key="checkout:1", reference="order:1")

    assert again.redirect_url == before.redirect_url
    assert Payment.objects.get(public_id=again.public_id).provider == "sandbox"


@pytest.mark.django_db
def test_with_one_provider_nothing_is_read(django_assert_num_queries):
    with django_assert_num_queries(0):
        choice = provider_for(market="FR", method="card", amount=eur(1), now=NOW)

    assert choice == Choice("sandbox")


@pytest.fixture
def finance(client):
    user = User.objects.create_user("fin@example.test", "x", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=FINANCE)[0])
    client.force_login(user)
    return client


TYPED = {
    "position": "1",
    "provider": "sandbox",
    "market": "FR",
    "method": "card",
    "currency": "EUR",
    "above": "10,00",
    "below": "250.00",
    "reason": "cheaper there",
}


@pytest.mark.django_db
def test_finance_writes_changes_and_deletes_a_rule_and_each_is_audited(finance):
    finance.post(reverse("money:rule"), TYPED)
    rule = RoutingRule.objects.get()
    assert (rule.market, rule.method, rule.from_minor, rule.to_minor) == ("FR", "card", 1_000, 25_000)
    change = reverse("money:rule", args=[rule.pk])
    assertContains(finance.get(change), 'value="250.00"')

    finance.post(change, {**TYPED, "market": "", "reason": "everywhere"})
    assertContains(finance.get(reverse("money:providers")), "€250.00")
    assert finance.post(change, {"delete": "1", "reason": ""}).status_code == 422
    finance.post(change, {"delete": "1", "reason": "not needed"})

    assert not RoutingRule.objects.exists()
    trail = AuditEntry.objects.filter(action__startswith="routing rule").order_by("pk")
    assert [entry.reason for entry in trail] == ["cheaper there", "everywhere", "not needed"]
    assert trail[1].data["before"]["market"] == "FR"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"above": "ten"}, "Enter an amount such as 25.00."),
        ({"above": "300"}, "This is less than the amount it begins at."),
        ({"currency": ""}, "Say in which currency the amounts are."),
        ({"provider": "paypal"}, "Select a valid choice."),
        ({"reason": " "}, "This field is required."),
    ],
)
def test_a_rule_typed_wrongly_is_told_so_and_not_written(finance, typed, said):
    answer = finance.post(reverse("money:rule"), {**TYPED, **typed})

    assertContains(answer, said, status_code=422)
    assert not RoutingRule.objects.exists()


@pytest.mark.django_db
def test_a_taken_position_is_told(finance):
    finance.post(reverse("money:rule"), TYPED)

    assertContains(finance.post(reverse("money:rule"), TYPED), "Another rule has this position.", status_code=422)


@pytest.mark.django_db
def test_health_counts_the_last_day_in_four_queries(django_assert_num_queries):
    now = timezone.now()
    Payment.objects.filter(pk=intent().pk).update(
        state="captured", created_at=now - timedelta(minutes=3), captured_at=now - timedelta(minutes=2)
    )
    Payment.objects.filter(pk=intent().pk).update(state="failed", created_at=now)
    Payment.objects.filter(pk=intent().pk).update(state="failed", created_at=now - timedelta(days=2))
    Payment.objects.filter(pk=intent().pk).update(provider="other", instead_of="sandbox", created_at=now)

    with django_assert_num_queries(4):
        health = {provider.name: provider for provider in provider_health(now)}

    sandbox = health["sandbox"]
    assert (sandbox.started, sandbox.captured, sandbox.declined, sandbox.rerouted) == (2, 1, 1, 1)
    assert (sandbox.success, sandbox.median_s, sandbox.is_silent) == (50, 60, False)
    assert health["other"].started == 1
