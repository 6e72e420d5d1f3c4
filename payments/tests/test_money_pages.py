"""The money pages of finance: who may open them, what they show, what their buttons do."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.groups import AGENT, FINANCE
from backmarket.accounts.models import User
from backmarket.core.models import AuditEntry
from payments.enums import EntryKind
from payments.models import Entry, GiftCard, Maturity, Payout
from payments.rules.shares import RefundShares
from payments.selectors.checks import PARTS, differences
from payments.selectors.closing import close_rows, close_totals
from payments.selectors.flow import flow_of
from payments.selectors.ledger import balances_of, trail
from payments.selectors.stored_value import available
from payments.services import payouts
from payments.services.checks import check_next_part

from .factories import ACTOR, NOW, SELLER, ask_refund, captured, dispatch, eur, mature, seller_share

pytestmark = pytest.mark.django_db
PAGES = (
    "money:home",
    "money:sellers",
    "money:payouts",
    "money:close",
    "money:books",
    "money:cards",
    "money:issue",
    "money:grant",
)


def staff(group: str, email: str = "fin@example.test") -> User:
    user = User.objects.create_user(email, "x", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def finance(client):
    client.force_login(staff(FINANCE))
    return client


def pages_of(reference: str) -> list[str]:
    return [
        *(reverse(name) for name in PAGES),
        reverse("money:trail", args=[reference]),
        reverse("money:seller", args=[SELLER]),
        reverse("money:run_payout", args=[SELLER, "EUR"]),
        reverse("money:reserve", args=[SELLER, "EUR", "hold"]),
        reverse("money:switch", args=["freeze"]),
        reverse("money:correct", args=[Entry.objects.earliest("pk").pk]),
    ]


def test_only_finance_opens_the_money_pages(client):
    payment = captured()
    dispatch(payment)
    pages = pages_of(payment.reference)

    assert [client.get(page)["Location"] for page in pages] == [
        f"{reverse('account_login')}?{urlencode({'next': page})}".replace("%2F", "/") for page in pages
    ]
    for visitor in (User.objects.create_user("shopper@example.test", "x"), staff(AGENT, "agent@example.test")):
        client.force_login(visitor)
        assert [client.get(page).status_code for page in pages] == [404] * len(pages)


def test_nobody_but_finance_runs_a_payout(client):
    dispatch(captured())
    mature()
    client.force_login(staff(AGENT))

    answer = client.post(reverse("money:run_payout", args=[SELLER, "EUR"]))

    assert answer.status_code == 404
    assert not Payout.objects.exists()


def test_the_trail_shows_every_posting_and_both_checks(finance):
    payment = captured()
    dispatch(payment)
    ask_refund(payment, 1_000, shares=seller_share(1_000), line="line:1")

    page = finance.get(reverse("money:trail", args=[payment.reference]))

    assert page.status_code == 200
    assert [entry.kind for entry in page.context["entries"]] == ["Sale captured", "Line dispatched", "Refund created"]
    assert [holds for holds, _ in page.context["checks"]] == [True, True]
    assert page.context["totals"] == [(eur(21_000), eur(21_000))]
    assert len(page.context["pictures"]) == 1


def test_the_trail_of_an_unknown_reference_does_not_exist(finance):
    assert finance.get(reverse("money:trail", args=["order:nobody"])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_trail(finance, django_assert_max_num_queries):
    payment = captured(amount=100_000)
    for number in range(5):
        dispatch(payment, line=f"line:{number}")

    with django_assert_max_num_queries(20):
        finance.get(reverse("money:trail", args=[payment.reference]))


def test_the_picture_gives_every_cent_a_place(finance):
    payment = captured()
    dispatch(payment)
    mature()
    payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW)
    ask_refund(payment, 1_000, shares=seller_share(1_000), line="line:1")

    flow = flow_of(trail(payment.reference))["EUR"]

    seller = flow.sellers[SELLER]
    assert (flow.captured, flow.waiting, flow.refund_on_its_way) == (10_000, 0, 1_000)
    assert seller.earned == 9_800 - 980 - 196
    assert (seller.on_its_way, seller.payable) == (seller.earned, -1_000)
    assert flow.kept == 980 + 200
    assert flow.captured == seller.on_its_way + seller.payable + flow.kept + flow.tax + flow.refunded


def test_the_picture_shows_what_promotions_add_and_get_back(finance):
    payment = captured(amount=9_300)
    dispatch(payment, protection=300, promotion=1_000)
    zero = eur(0)
    shares = RefundShares(
        zero, eur(2_000), zero, zero, "FR", zero, zero, protection=zero, promotion=eur(400), sales_tax=zero
    )
    ask_refund(payment, 1_600, shares=shares, line="line:1")

    flow = flow_of(trail(payment.reference))["EUR"]
    page = finance.get(reverse("money:trail", args=[payment.reference]))

    seller = flow.sellers[SELLER]
    assert (flow.captured, flow.promotion, flow.promotion_back, flow.protection) == (9_300, 1_000, 400, 300)
    assert flow.kept == 980 + 200 - 1_000 + 400
    assert flow.captured == seller.pending + flow.kept + flow.tax + flow.protection + flow.refunded
    assert [node.key for node in page.context["pictures"][0].nodes if node.key.startswith("promotion")] == [
        "promotion",
        "promotion back",
    ]


def test_a_trail_downloads_as_csv_without_formulas(finance):
    payment = captured(reference="=1+1")

    answer = finance.get(reverse("money:trail", args=[payment.reference]), {"format": "csv"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["amount"] for row in rows] == ["100.00", "-100.00"]
    assert {row["reference"] for row in rows} == {"'=1+1"}


@pytest.mark.parametrize("field", ["reference", "public_id"])
def test_search_leads_to_the_one_trail_it_finds(finance, field):
    payment = captured()

    answer = finance.get(reverse("money:home"), {"q": str(getattr(payment, field))})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("money:trail", args=[payment.reference])


def test_search_without_a_result_says_so(finance):
    page = finance.get(reverse("money:home"), {"q": "<script>"})

    assert page.status_code == 200
    assert "No money moved under this name." in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_releasing_early_needs_a_reason_and_is_audited(finance):
    dispatch(captured())
    address = reverse("money:release", args=[SELLER, "line:1"])

    assert finance.post(address, {"reason": "  "}).status_code == 422
    assert Maturity.objects.get().matured_at is None

    answer = finance.post(address, {"reason": "delivered, shopper agrees"})

    assert answer.status_code == 302
    assert balances_of(SELLER)["EUR"].payable == eur(9_800 - 980 - 196)
    entry = AuditEntry.objects.get(action="released early")
    assert (entry.actor_label, entry.reason) == ("fin@example.test", "delivered, shopper agrees")


def test_anothers_line_is_not_released_from_a_sellers_page(finance):
    dispatch(captured())

    answer = finance.post(reverse("money:release", args=["seller:8", "line:1"]), {"reason": "x"})

    assert answer.status_code == 404
    assert Maturity.objects.get().matured_at is None


def test_looking_at_the_confirmation_pays_nothing(finance):
    dispatch(captured())
    mature()

    page = finance.get(reverse("money:run_payout", args=[SELLER, "EUR"]))

    assert page.status_code == 200
    assert not Payout.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_payout_is_run_sent_and_stated_to_the_cent(finance, sandbox_provider):
    dispatch_durably()

    answer = finance.post(reverse("money:run_payout", args=[SELLER, "EUR"]))

    payout = Payout.objects.get()
    assert answer["Location"] == reverse("money:payout", args=[payout.public_id])
    assert payout.amount == eur(9_800 - 980 - 196)
    assert len(sandbox_provider.objects("transfers", payout.public_id)) == 1
    page = finance.get(answer["Location"])
    assert page.context["adds_up"] is True
    assert page.context["total"] == payout.amount


def dispatch_durably() -> None:
    dispatch(captured())
    mature()


@pytest.mark.django_db(transaction=True)
def test_a_second_click_finds_nothing_to_pay(finance, sandbox_provider):
    dispatch_durably()
    address = reverse("money:run_payout", args=[SELLER, "EUR"])

    finance.post(address)
    again = finance.post(address)

    assert again["Location"] == reverse("money:seller", args=[SELLER])
    assert Payout.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_holding_back_by_a_double_click_moves_it_once(finance):
    dispatch_durably()
    form = {"amount": "14,00", "reason": "open claims", "key": "7b1c7a52-36c9-4c8f-9a53-6f6d27d3a001"}

    for _ in range(2):
        assert finance.post(reverse("money:reserve", args=[SELLER, "EUR", "hold"]), form).status_code == 302

    assert balances_of(SELLER)["EUR"].reserve == eur(1_400)


@pytest.mark.parametrize("amount", ["", "abc", "1.234", "-5", "99999.00", "1e400"])
def test_a_bad_amount_holds_nothing_back(finance, amount):
    dispatch(captured())
    mature()
    form = {"amount": amount, "reason": "claims", "key": "7b1c7a52-36c9-4c8f-9a53-6f6d27d3a001"}

    answer = finance.post(reverse("money:reserve", args=[SELLER, "EUR", "hold"]), form)

    assert answer.status_code == 422
    assert not Entry.objects.filter(kind=EntryKind.RESERVE_HELD).exists()


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-31", "9999-12-31", "0001-01-01"])
def test_the_daily_close_of_a_strange_day_is_yesterdays(finance, day):
    page = finance.get(reverse("money:close"), {"day": day})

    assert page.context["day"] == timezone.now().date() - timedelta(days=1)


def test_the_daily_close_opens_with_what_the_day_before_closed_with():
    dispatch(captured())
    day = timedelta(days=1)
    start = NOW.replace(hour=0)

    first, second = close_rows(start=start, end=start + day), close_rows(start=start + day, end=start + 2 * day)

    assert {row.kind: row.closing for row in first} == {row.kind: row.opening for row in second}
    funds = next(row for row in first if row.kind == "customer_funds")
    assert (funds.opening, funds.debit, funds.credit, funds.closing) == (eur(0), eur(10_000), eur(10_000), eur(0))
    (total,) = close_totals(first)
    assert (total.opening, total.closing) == (eur(0), eur(0))
    assert total.debit == total.credit


def test_the_check_finds_nothing_in_whole_books_and_what_was_changed_beside_them():
    payment = captured()
    dispatch(payment)
    mature()
    payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW)
    assert list(differences()) == []

    Payout.objects.update(amount_minor=1)
    payment.captures.update(amount_minor=9_999)

    payout = Payout.objects.get()
    assert list(differences()) == [
        f"captured {payment.reference} EUR: stored 9999, ledger 10000",
        f"payout {payout.public_id} is 1, its statement 8624",
    ]


@pytest.mark.parametrize("model", ["entry", "payment", "refund", "payout", "webhookevent"])
def test_the_admin_shows_money_and_changes_none(admin_client, model):
    dispatch(captured())

    assert admin_client.get(reverse(f"admin:payments_{model}_changelist")).status_code == 200
    assert admin_client.get(reverse(f"admin:payments_{model}_add")).status_code == 403


def test_search_leads_to_a_sellers_balances(finance):
    dispatch(captured(reference=SELLER))

    answer = finance.get(reverse("money:home"), {"q": SELLER})

    assert answer["Location"] == reverse("money:seller", args=[SELLER])


def grant_form(page) -> dict[str, str]:
    return {"key": str(page.context["form"]["key"].value()), "currency": "EUR", "reason": "late parcel"}


def test_finance_issues_a_gift_card_whose_code_is_shown_once(finance):
    address = reverse("money:issue")
    typed = {**grant_form(finance.get(address)), "amount": "25.00", "expires_on": ""}

    issued = finance.post(address, typed)
    again = finance.post(address, typed)

    card = GiftCard.objects.get()
    code = issued.context["code"]
    assert (card.amount, card.last4) == (eur(2_500), code[-4:])
    assert "no-store" in issued["Cache-Control"]
    assertContains(again, "was issued already", status_code=422)
    listed = finance.get(reverse("money:cards"), {"q": card.last4.lower()})
    assertContains(listed, "25.00")
    assertNotContains(listed, code)
    assertContains(finance.get(reverse("money:cards"), {"q": "zzzz"}), "No gift card found")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "abc"}, "Enter an amount such as 25.00."),
        ({"amount": "0"}, "between 0.01 and 1,000.00"),
        ({"amount": "1000.01"}, "between 0.01 and 1,000.00"),
        ({"reason": ""}, "This field is required."),
        ({"expires_on": "2020-01-01"}, "This day has passed."),
    ],
)
def test_a_gift_card_that_makes_no_sense_is_not_issued(finance, wrong, said):
    address = reverse("money:issue")

    page = finance.post(address, {**grant_form(finance.get(address)), "amount": "25.00", **wrong})

    assertContains(page, said, status_code=422)
    assert not GiftCard.objects.exists()
    assert not Entry.objects.exists()


def test_finance_gives_credit_to_an_account_once_and_blocks_a_card_with_a_reason(finance):
    holder = User.objects.create_user("ada@example.org", "x")
    address = reverse("money:grant")
    typed = {**grant_form(finance.get(address)), "amount": "10.00", "email": "ADA@example.org"}

    unknown = finance.post(address, {**typed, "email": "nobody@example.org"})
    for _ in range(2):
        finance.post(address, typed)
    finance.post(
        reverse("money:issue"), {**grant_form(finance.get(reverse("money:issue"))), "amount": "5", "expires_on": ""}
    )
    card = GiftCard.objects.get()
    block = reverse("money:block", args=[card.public_id])
    finance.post(block, {"reason": ""})
    card.refresh_from_db()
    assert card.blocked_at is None
    finance.post(block, {"reason": "stolen"})

    card.refresh_from_db()
    assertContains(unknown, "No account has this address", status_code=422)
    assert available([f"user:{holder.pk}"], "EUR")[f"user:{holder.pk}"] == eur(1_000)
    assert card.blocked_at is not None


def test_finance_freezes_payouts_and_the_books_say_who_and_why(finance):
    dispatch(captured())
    mature()
    switch = reverse("money:switch", args=["freeze"])
    assert finance.post(switch, {"reason": " "}).status_code == 422

    finance.post(switch, {"reason": "the bank asked us to wait"})

    assertContains(finance.get(reverse("money:books")), "the bank asked us to wait")
    finance.post(reverse("money:run_payout", args=[SELLER, "EUR"]))
    assert Payout.objects.count() == 0
    finance.post(reverse("money:switch", args=["lift"]), {"reason": "it called back"})
    page = finance.get(reverse("money:books"))
    assertContains(page, "it called back")
    assertContains(page, "fin@example.test")
    assert finance.get("/admin/money/books/else/").status_code == 404


def test_the_books_page_shows_a_check_as_far_as_it_is(finance):
    payment = captured()
    payment.captures.update(amount_minor=9_999)
    finance.post(reverse("money:check"))
    page = finance.get(reverse("money:books"))
    assertContains(page, "not yet", count=len(PARTS))

    while check_next_part(now=NOW):
        pass

    page = finance.get(reverse("money:books"))
    assertContains(page, f"captured {payment.reference} EUR: stored 9999, ledger 10000")
    assertContains(page, "Payouts are frozen since")
    assertContains(page, "1 difference")
