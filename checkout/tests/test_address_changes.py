import threading

import pytest
from django.db import connection, transaction
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.core import outbox
from backmarket.core.errors import DomainError
from backmarket.core.models import AuditEntry
from backmarket.notify.models import Message
from catalog.tests.factories import NOW, make_listing
from checkout import locks, slots
from checkout.models import Order, OrderLine, Parcel
from checkout.services import address_changes, lines
from checkout.services.address_changes import AddressElsewhereError, AddressTooLateError
from checkout.services.lines import AddressChangedError

from .factories import ACTOR, DETAILS, IMEI, accept, paid_order, ship, shipped_line
from .test_order_page import sign_in, url_of

db = pytest.mark.django_db
NEW = {**DETAILS, "phone": "+33612345678", "region": "", "country": "FR", "street": "3 place Bellecour"}
NEW |= {"postcode": "69002", "city": "Lyon"}
WAIT_S = 20


def change(order, **changes):
    return address_changes.change_address(order_id=order.pk, address={**NEW, **changes}, actor=ACTOR, now=NOW)


def send(line, *, version):
    return lines.ship_lines(
        seller_id=line.seller_id,
        order_id=line.order_id,
        carrier="colissimo",
        tracking_number=f"6A{line.pk:011d}",
        identifiers={line.pk: IMEI},
        address_version=version,
        actor=ACTOR,
        now=NOW,
    )


@db
def test_an_address_changes_with_its_version_and_a_trail_that_names_no_address():
    order = paid_order()

    change(order)

    order.refresh_from_db()
    entry = AuditEntry.objects.get(action="address changed")
    assert (order.street, order.city, order.address_version, order.address_changed_at) == (
        *("3 place Bellecour", "Lyon", 1),
        NOW,
    )
    assert entry.data == {"fields": ["street", "postcode", "city"], "version": 1}


@db
def test_the_same_address_again_changes_nothing():
    order = paid_order()
    change(order)

    change(order)

    order.refresh_from_db()
    assert order.address_version == 1
    assert AuditEntry.objects.filter(action="address changed").count() == 1


@db
def test_once_a_parcel_has_left_it_is_too_late():
    line = shipped_line()

    with pytest.raises(AddressTooLateError):
        change(line.order)

    line.order.refresh_from_db()
    assert line.order.city == "Paris"


@db
def test_one_parcel_of_two_that_has_left_keeps_the_address():
    order = paid_order(make_listing(), make_listing())
    first, _second = order.lines.all()
    accept(first)
    ship(first)

    with pytest.raises(AddressTooLateError):
        change(order)


@db
@pytest.mark.parametrize("elsewhere", [{"country": "DE"}, {"country": ""}])
def test_another_country_is_refused(elsewhere):
    order = paid_order()

    with pytest.raises(AddressElsewhereError):
        change(order, **elsewhere)

    order.refresh_from_db()
    assert (order.city, order.address_version) == ("Paris", 0)


@db
def test_another_state_whose_sales_tax_differs_is_refused():
    order = paid_order()
    Order.objects.update(country="US", region="NY")

    with pytest.raises(AddressElsewhereError):
        change(order, country="US", region="CA")

    order.refresh_from_db()
    assert order.region == "NY"


@db
def test_a_seller_who_saw_the_old_address_is_told_and_sends_nothing():
    order = paid_order()
    line = order.lines.get()
    accept(line)
    change(order)

    with pytest.raises(AddressChangedError):
        send(line, version=0)

    assert not Parcel.objects.exists()
    assert send(line, version=1).pk


def at_once(first, second):
    """Hold the first before its commit while the second begins; return what each was told."""
    said, done, may_commit = {}, threading.Event(), threading.Event()

    def run(name, act, *, is_first):
        try:
            with transaction.atomic():
                act()
                said[name] = "done"
                if is_first:
                    done.set()
                    may_commit.wait(WAIT_S)
        except DomainError as error:
            said[name] = error.code
        finally:
            connection.close()

    one = threading.Thread(target=run, args=("first", first), kwargs={"is_first": True})
    two = threading.Thread(target=run, args=("second", second), kwargs={"is_first": False})
    one.start()
    assert done.wait(WAIT_S)
    two.start()
    # Without the lock the second is done by now; with it, it waits for the first.
    two.join(1)
    may_commit.set()
    one.join(WAIT_S)
    two.join(WAIT_S)
    return said["first"], said["second"]


def accepted_line():
    line = paid_order().lines.get()
    accept(line)
    return line


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_a_new_address_and_a_dispatch_at_once_the_first_wins_and_the_other_is_told():
    line, other = accepted_line(), accepted_line()

    assert at_once(lambda: change(line.order), lambda: send(line, version=0)) == ("done", "address_changed")
    assert at_once(lambda: send(other, version=0), lambda: change(other.order)) == ("done", "address_too_late")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twin_without_the_lock_a_parcel_leaves_for_the_old_address(monkeypatch):
    line = accepted_line()
    monkeypatch.setattr(locks, "lock_lines_of_order", lambda order_id: list(OrderLine.objects.filter(order=order_id)))

    assert at_once(lambda: change(line.order), lambda: send(line, version=0)) == ("done", "done")


@db
def test_the_shopper_changes_the_address_on_a_page_that_checks_it_as_checkout_does(client):
    order = paid_order(user_id=sign_in(client).pk)
    url = f"{url_of(order)}address/"
    form = {**DETAILS, "street": "3 place Bellecour", "city": "Lyon"}

    assertContains(client.get(url_of(order)), f'href="{url}"')
    assertContains(client.get(url), 'value="12 rue de la Roquette"')
    wrong = client.post(url, {**form, "postcode": "6900"})
    right = client.post(url, {**form, "postcode": "69002"})

    order.refresh_from_db()
    assertContains(wrong, "is no postcode of France", status_code=422)
    assertContains(wrong, "3 place Bellecour", status_code=422)
    assertRedirects(right, url_of(order))
    assert (order.postcode, order.address_version) == ("69002", 1)


@db
def test_the_page_of_what_has_left_offers_no_other_address(client):
    line = shipped_line()
    Order.objects.update(user=sign_in(client))

    page = client.get(url_of(line.order))

    assertNotContains(page, "Change the address")
    assertRedirects(client.post(f"{url_of(line.order)}address/", DETAILS), url_of(line.order))


@db
def test_nobody_changes_anothers_address(client):
    order = paid_order()
    sign_in(client, "eve@example.org")

    assert client.get(f"{url_of(order)}address/").status_code == 404
    assert client.post(f"{url_of(order)}address/", DETAILS).status_code == 404


@db
def test_shopper_and_sellers_are_told_of_a_new_address(monkeypatch):
    monkeypatch.setattr(slots, "_contacts", [lambda seller_id: [("workshop@example.org", "en-gb")]])
    order = paid_order()

    change(order)
    outbox.drain(now=NOW)

    assert "3 place Bellecour" in Message.objects.get(kind="address_changed").text
    told = Message.objects.get(kind="seller_address_changed")
    assert told.to == "workshop@example.org"
    assert "Bellecour" not in told.text
