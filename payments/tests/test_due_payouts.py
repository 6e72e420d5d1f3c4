"""Who is due on a day, paid once however often it is asked, and what finance sees and changes of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from pytest_django.asserts import assertContains

from backmarket.accounts.groups import FINANCE
from backmarket.accounts.models import User
from backmarket.core import clock
from backmarket.core.models import AuditEntry
from payments.enums import HoldKind, PayoutOutcome, PayoutSchedule
from payments.flows.due_payouts import pay_due
from payments.models import Payout, PayoutHold, PayoutTerms
from payments.rules.payout_terms import Terms
from payments.selectors.checks import differences
from payments.selectors.due_payouts import due_payouts
from payments.services.freezes import PayoutsFrozenError, freeze_payouts
from payments.services.payout_terms import hold_payouts, set_terms

from .factories import ACTOR, NOW, SELLER, captured, dispatch, eur, mature

NET = 9_800 - 980 - 196
# A Thursday, and one of the three days of a month.
DUE_DAY = date(2026, 11, 26)
DUE_NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def payable(owner=SELLER, line="line:1"):
    dispatch(captured(), owner=owner, line=line)
    mature(line)


def agree(**terms):
    set_terms(owner=SELLER, currency="EUR", terms=Terms(**terms), reason="agreed", actor=ACTOR, now=NOW)


def outcomes(day=DUE_DAY):
    return {row.owner: row.plan.outcome for row in due_payouts(day)}


@pytest.mark.django_db
def test_whose_day_it_is(django_assert_num_queries):
    for number in range(5):
        payable(owner=f"seller:{number}", line=f"line:{number}")

    with django_assert_num_queries(5):
        due = due_payouts(DUE_DAY)

    assert [row.plan.amount for row in due] == [eur(NET)] * 5
    assert due_payouts(DUE_DAY + timedelta(days=1)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("terms", "day", "outcome"),
    [
        ({"schedule": PayoutSchedule.WEEKLY, "weekday": 3}, DUE_DAY, PayoutOutcome.PAID_OUT),
        ({"schedule": PayoutSchedule.WEEKLY, "weekday": 4}, DUE_DAY, None),
        ({"schedule": PayoutSchedule.DAILY}, date(2026, 11, 27), PayoutOutcome.PAID_OUT),
        ({"minimum_minor": NET + 1}, DUE_DAY, PayoutOutcome.BELOW_MINIMUM),
        ({"minimum_minor": NET}, DUE_DAY, PayoutOutcome.PAID_OUT),
    ],
)
def test_terms_decide(terms, day, outcome):
    payable()
    agree(**terms)

    assert outcomes(day).get(SELLER) == outcome


@pytest.mark.django_db(transaction=True)
def test_each_is_paid_once_however_often_it_is_begun(sandbox_provider):
    payable()
    payable(owner="seller:8", line="line:2")
    hold_payouts(owner="seller:8", kind=HoldKind.QUALITY, reason="too many returns", actor=ACTOR, now=NOW)

    assert pay_due(actor=ACTOR, now=DUE_NOW) == (1, 0)
    payable(line="line:3")
    assert pay_due(actor=ACTOR, now=DUE_NOW + timedelta(hours=2)) == (0, 0)

    assert [(payout.owner, payout.amount) for payout in Payout.objects.all()] == [(SELLER, eur(NET))]
    assert outcomes() == {"seller:8": PayoutOutcome.HELD}
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_while_payouts_are_frozen_nobody_is_paid():
    payable()
    freeze_payouts(reason="a difference", actor=ACTOR, now=NOW)

    with pytest.raises(PayoutsFrozenError):
        pay_due(actor=ACTOR, now=DUE_NOW)

    assert not Payout.objects.exists()


@pytest.fixture
def finance(client):
    user = User.objects.create_user("fin@example.test", "x", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=FINANCE)[0])
    client.force_login(user)
    return client


TYPED = {
    "schedule": "weekly",
    "weekday": "3",
    "minimum": "25,00",
    "reserve_percent": "10",
    "reserve_days": "30",
    "reason": "new seller",
}


@pytest.mark.django_db
def test_finance_agrees_on_terms_and_sees_them(finance):
    payable()
    page = reverse("money:terms", args=[SELLER, "EUR"])

    finance.post(page, TYPED)

    agreed = PayoutTerms.objects.get()
    assert (agreed.schedule, agreed.weekday, agreed.minimum_minor) == ("weekly", 3, 2_500)
    assert (agreed.reserve_percent, agreed.reserve_days) == (Decimal("10.00"), 30)
    assertContains(finance.get(reverse("money:seller", args=[SELLER])), "for 30 days")
    assert AuditEntry.objects.get(action="payout terms changed").reason == "new seller"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"minimum": "x"}, "Enter an amount such as 25.00."),
        ({"reserve_percent": "100"}, "less than or equal to 99.99"),
        ({"reserve_days": "0"}, "A reserve needs a share below 100 %"),
        ({"schedule": "hourly"}, "Select a valid choice."),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_terms_typed_wrongly_are_told_and_not_agreed(finance, typed, said):
    payable()

    answer = finance.post(reverse("money:terms", args=[SELLER, "EUR"]), {**TYPED, **typed})

    assertContains(answer, said, status_code=422)
    assert not PayoutTerms.objects.exists()


@pytest.mark.django_db
def test_finance_holds_a_seller_and_lets_it_go_with_a_reason(finance):
    payable()
    seller = reverse("money:seller", args=[SELLER])
    assert finance.post(reverse("money:hold", args=[SELLER, "hold"]), {"reason": ""}).status_code == 422

    finance.post(reverse("money:hold", args=[SELLER, "hold"]), {"reason": "odd orders"})

    assertContains(finance.get(seller), "odd orders")
    finance.post(reverse("money:run_payout", args=[SELLER, "EUR"]))
    assert not Payout.objects.exists()
    finance.post(reverse("money:hold", args=[SELLER, "lift"]), {"reason": "explained"})
    assert PayoutHold.objects.get().lifted_at is not None
    assert finance.get(reverse("money:hold", args=["seller:none", "hold"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_finance_pays_those_due_by_one_button(finance, sandbox_provider, monkeypatch):
    payable()
    monkeypatch.setattr(clock, "now", lambda: DUE_NOW)
    assertContains(finance.get(reverse("money:due")), "Pay 1 seller")

    finance.post(reverse("money:due"))

    assert Payout.objects.get().amount == eur(NET)
    assertContains(finance.get(reverse("money:due")), "Nobody is due today, or all were paid.")
