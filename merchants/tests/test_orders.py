import pytest
from django.urls import reverse

from backmarket.core import clock, outbox
from backmarket.core.money import Money
from backmarket.notify.models import Message
from catalog.models import Listing
from catalog.tests.factories import make_listing
from checkout.enums import LineState
from checkout.models import Order, OrderLine, Parcel
from checkout.tests.factories import IMEI, accept, paid_order
from merchants.enums import Role
from payments.models import Entry, Refund
from payments.selectors.ledger import balances_of

from .factories import make_merchant, office_of

pytestmark = pytest.mark.django_db
QUEUE = "/office/orders/"


def order_url(line):
    return reverse("office:order", args=[line.order.number])


def ship_url(line):
    return reverse("office:ship", args=[line.order.number])


def parcel_of(*lines, imei=IMEI, **changes):
    sent = {f"send_{line.pk}": "on" for line in lines} | {f"number_{line.pk}": imei for line in lines}
    return {"carrier": "colissimo", "tracking_number": "6A 123 456", **sent, **changes}


def accepted_line(listing=None):
    line = paid_order(*([listing] if listing else [])).lines.get()
    accept(line)
    line.refresh_from_db()
    return line


def nothing_was_sent(line):
    line.refresh_from_db()
    return (line.state, line.imei, Parcel.objects.count()) == (LineState.ACCEPTED, "", 0)


def test_an_order_is_accepted_and_dispatched_and_the_money_is_the_sellers():
    line = paid_order().lines.get()
    office = office_of(line.seller, Role.ORDERS)

    office.post(reverse("office:accept"), {"line": str(line.public_id), "next": order_url(line)})
    response = office.post(ship_url(line), parcel_of(line, imei="49 015420 323751 8"))

    assert (response.status_code, response["Location"]) == (302, order_url(line))
    line.refresh_from_db()
    assert (line.state, line.imei) == (LineState.SHIPPED, IMEI)
    assert line.parcel == Parcel.objects.get(tracking_number="6A123456")
    assert balances_of(f"seller:{line.seller_id}")["EUR"].pending == Money(40_392, "EUR")
    page = office.get(order_url(line)).content.decode()
    assert IMEI in page
    assert "6A123456" in page


@pytest.mark.parametrize(
    ("imei", "words"),
    [
        ("490154203237514", "The last digit does not fit: it should be 8, not 4."),
        ("49015420323751", "An IMEI has 15 digits; this has 14."),
        ("49015420323751B", "An IMEI has digits only."),
        ("", "Enter the IMEI. Dial *#06# on the device to see it."),
    ],
)
def test_an_imei_that_cannot_be_is_refused_in_plain_words_and_nothing_is_sent(imei, words):
    line = accepted_line()

    response = office_of(line.seller).post(ship_url(line), parcel_of(line, imei=imei))

    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert f'value="{imei}"' in page or not imei
    assert nothing_was_sent(line)
    assert not Entry.objects.filter(kind="line_dispatched").exists()


def test_an_imei_in_another_open_order_is_refused():
    first, second = accepted_line(), accepted_line()
    office_of(first.seller).post(ship_url(first), parcel_of(first))

    parcel = parcel_of(second, tracking_number="6A987654")
    response = office_of(second.seller).post(ship_url(second), parcel)

    assert response.status_code == 422
    assert "This IMEI belongs to another order that is still open." in response.content.decode()
    second.refresh_from_db()
    assert (second.state, second.imei) == (LineState.ACCEPTED, "")


@pytest.mark.parametrize("changes", [{"tracking_number": " "}, {"carrier": "pigeon"}, {"tracking_number": "1" * 61}])
def test_a_parcel_without_carrier_or_tracking_is_refused(changes):
    line = accepted_line()

    response = office_of(line.seller).post(ship_url(line), parcel_of(line, **changes))

    assert response.status_code == 422
    assert nothing_was_sent(line)


def test_two_devices_of_one_order_cannot_have_the_same_imei():
    listing = make_listing()
    order = paid_order(listing, make_listing(seller=listing.seller))
    lines = list(order.lines.all())
    for line in lines:
        accept(line)

    response = office_of(listing.seller).post(ship_url(lines[0]), parcel_of(*lines))

    assert response.status_code == 422
    assert "You entered this number twice" in response.content.decode()
    assert nothing_was_sent(lines[0])


def test_one_of_two_items_is_sent_alone_and_the_other_later():
    listing = make_listing()
    order = paid_order(listing, make_listing(seller=listing.seller))
    first, second = order.lines.order_by("pk")
    for line in (first, second):
        accept(line)
    office = office_of(listing.seller)

    office.post(ship_url(first), parcel_of(first) | {f"number_{second.pk}": ""})

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (LineState.SHIPPED, LineState.ACCEPTED)
    office.post(ship_url(second), parcel_of(second, imei="356938035643809", tracking_number="B"))
    assert list(Parcel.objects.order_by("pk").values_list("tracking_number", flat=True)) == ["6A123456", "B"]


def test_sending_twice_makes_one_parcel():
    line = accepted_line()
    office = office_of(line.seller)

    office.post(ship_url(line), parcel_of(line))
    again = office.post(ship_url(line), parcel_of(line))

    assert again.status_code == 422
    assert Parcel.objects.count() == 1
    assert Entry.objects.filter(kind="line_dispatched").count() == 1


def test_many_are_accepted_at_once_and_one_that_is_gone_holds_none_back():
    listing = make_listing(quantity=9)
    lines = [paid_order(listing).lines.get() for _ in range(3)]
    OrderLine.objects.filter(pk=lines[1].pk).update(state=LineState.CANCELLED)

    response = office_of(listing.seller).post(
        reverse("office:accept"), {"line": [str(line.public_id) for line in lines]}, follow=True
    )

    assert [OrderLine.objects.get(pk=line.pk).state for line in lines] == ["accepted", "cancelled", "accepted"]
    assert [str(message) for message in response.context["messages"]] == [
        "2 items accepted.",
        "1 item could not be accepted any more.",
    ]


def test_an_order_of_two_sellers_shows_each_only_its_own():
    mine = make_listing(price_minor=45_900, seller_sku="MINE-1")
    theirs = make_listing(price_minor=31_700, seller_sku="THEIRS-1")
    order = paid_order(mine, theirs)
    other = order.lines.get(seller=theirs.seller)
    office = office_of(mine.seller)

    pages = [
        office.get(reverse(name, args=[order.number])).content.decode() for name in ("office:order", "office:slip")
    ] + [office.get(QUEUE).content.decode(), office.get("/office/").content.decode()]

    for page in pages:
        for secret in ("THEIRS-1", str(other.public_id), theirs.seller.name, "€317.00", "€776.00", order.email):
            assert secret not in page
    assert "MINE-1" in pages[0]
    assert "€459.00" in pages[0]


def test_another_sellers_line_cannot_be_shipped_through_ones_own_order():
    mine, theirs = make_listing(), make_listing()
    order = paid_order(mine, theirs)
    own, other = order.lines.get(seller=mine.seller), order.lines.get(seller=theirs.seller)
    for line in (own, other):
        accept(line)

    office_of(mine.seller).post(ship_url(own), parcel_of(own, other))

    other.refresh_from_db()
    assert (other.state, other.parcel) == (LineState.ACCEPTED, None)


def test_what_cannot_be_delivered_is_refunded_in_full_and_goes_back_on_sale(sandbox_provider):
    listing = make_listing(quantity=5)
    line = accepted_line(listing)
    url = reverse("office:cancel", args=[line.order.number, line.public_id])

    response = office_of(listing.seller).post(url, {"reason": "failed_test", "details": "battery at 71 %"})

    assert response.status_code == 302
    line.refresh_from_db()
    assert (line.state, line.cancelled_by) == (LineState.REFUNDED_BEFORE_SHIPPING, "seller")
    assert line.cancel_reason == "The device failed a last test: battery at 71 %"
    assert Refund.objects.get().amount_minor == line.total.amount_minor
    assert Listing.objects.get(pk=listing.pk).available == 5


def test_a_cancellation_needs_a_reason():
    line = accepted_line()
    url = reverse("office:cancel", args=[line.order.number, line.public_id])

    response = office_of(line.seller).post(url, {"reason": "bored"})

    assert response.status_code == 422
    line.refresh_from_db()
    assert (line.state, Refund.objects.count()) == (LineState.ACCEPTED, 0)


def test_queues_hold_each_line_where_it_belongs():
    listing = make_listing(quantity=9)
    waiting = paid_order(listing).lines.get()
    to_ship = accepted_line(listing)
    gone = paid_order(listing).lines.get()
    OrderLine.objects.filter(pk=gone.pk).update(state=LineState.CANCELLED)
    office = office_of(listing.seller)

    def ids(query):
        return {line.pk for line in office.get(QUEUE + query).context["page"]}

    assert ids("") == {waiting.pk}
    assert ids("?queue=to_ship") == {to_ship.pk}
    assert ids("?queue=problems") == {gone.pk}
    assert ids("?queue=all") == {waiting.pk, to_ship.pk, gone.pk}
    assert ids("?queue=nonsense") == {waiting.pk}
    assert ids(f"?q={to_ship.order.number_text}") == {to_ship.pk}
    assert ids("?q=123456789012345678901234567890") == set()
    assert {tab.key: tab.count for tab in office.get(QUEUE).context["tabs"]} == {
        "to_accept": 1,
        "to_ship": 1,
        "shipped": 0,
        "problems": 1,
        "all": 3,
    }


def test_lists_take_the_same_number_of_queries_whatever_their_length(django_assert_max_num_queries):
    listing = make_listing(quantity=40)
    for _ in range(12):
        paid_order(listing)
    office = office_of(listing.seller)

    with django_assert_max_num_queries(12):
        office.get(QUEUE)
    with django_assert_max_num_queries(16):
        office.get("/office/")


def test_the_sellers_team_is_told_of_a_new_order():
    listing = make_listing()
    make_merchant(listing.seller)

    order = paid_order(listing)
    outbox.drain(now=clock.now())

    mail = Message.objects.get(kind="seller_new_order")
    assert mail.to == f"team@{listing.seller.slug}.example"
    assert reverse("office:order", args=[order.number]) in mail.text


def test_a_present_and_a_pick_up_point_are_told_to_the_seller_and_the_slip_shows_no_price():
    listing = make_listing(price_minor=45_900)
    order = paid_order(listing)
    Order.objects.filter(pk=order.pk).update(gift_note="Happy <birthday>", vat_number="FR83404833048")
    order.lines.update(pickup_point="75011-1", pickup_address="Épicerie Roquette, 75011 Paris")
    office = office_of(listing.seller)

    page, slip = (
        office.get(reverse(name, args=[order.number])).content.decode() for name in ("office:order", "office:slip")
    )

    for shown in (page, slip):
        assert "Happy &lt;birthday&gt;" in shown
        assert "Épicerie Roquette, 75011 Paris" in shown
    assert "FR83404833048" in page
    assert "459" not in slip
