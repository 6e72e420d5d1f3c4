from datetime import timedelta

import pytest

from care.tests.factories import make_ticket
from catalog.tests.factories import NOW, elect_all, make_listing
from checkout.tests.factories import accept, paid_order, ship
from merchants.enums import Role
from merchants.selectors import today

from .factories import office_of

pytestmark = pytest.mark.django_db


def test_work_stands_in_the_order_of_its_deadlines():
    listing = make_listing(quantity=9)
    for _ in range(2):
        paid_order(listing)
    sent = paid_order(listing).lines.get()
    accept(sent)
    ship(sent)
    make_ticket(sent, now=NOW - timedelta(hours=2))
    accept(paid_order(listing, now=NOW + timedelta(hours=1)).lines.get())

    work = today.work_of(listing.seller, now=NOW + timedelta(hours=2))

    assert [(entry.kind, entry.count, entry.is_late) for entry in work] == [
        ("answer", 1, False),
        ("accept", 2, False),
        ("ship", 1, False),
    ]
    assert [amount.amount_minor for amount in work[1].amounts] == [91_800]
    assert work[1].due == NOW + timedelta(days=1)


def test_what_is_overdue_says_so():
    listing = make_listing()
    accept(paid_order(listing).lines.get())

    (work,) = today.work_of(listing.seller, now=NOW + timedelta(days=5))

    assert (work.kind, work.is_late) == ("ship", True)


def test_sales_count_what_was_paid_and_not_cancelled():
    listing = make_listing(quantity=9)
    paid_order(listing)
    paid_order(listing, now=NOW - timedelta(days=1))
    paid_order(listing, now=NOW - timedelta(days=31))
    gone = paid_order(listing).lines.get()
    type(gone).objects.filter(pk=gone.pk).update(state="cancelled")

    (sales,) = today.sales_of(listing.seller, now=NOW)

    assert (sales.total.amount_minor, sales.before.amount_minor, sales.count) == (91_800, 45_900, 2)
    assert sales.change_percent == 100.0
    assert [amount.amount_minor for _, amount in sales.days[-2:]] == [45_900, 45_900]


def test_the_page_shows_buy_box_and_leaves_money_to_who_may_see_it():
    listing = make_listing()
    elect_all()

    owner = office_of(listing.seller).get("/office/").content.decode()
    packer = office_of(listing.seller, Role.ORDERS).get("/office/").content.decode()

    assert "1 of the 1 listings that may win" in owner
    assert ("Next payout" in owner, "Next payout" in packer) == (True, False)


def test_an_empty_office_is_a_page_too():
    listing = make_listing()
    listing.delete()

    page = office_of(listing.seller).get("/office/").content.decode()

    assert "All done" in page
    assert "You have no listings yet." in page
