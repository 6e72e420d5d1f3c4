import pytest
from django.urls import reverse

from backmarket.core import clock, outbox
from backmarket.core.models import AuditEntry, OutboxEvent
from backmarket.core.money import Money
from catalog.models import Listing, ListingMarket, Offer
from catalog.selectors import standings
from catalog.selectors.standings import Standing
from catalog.tests.factories import SkuFactory, elect_all, make_listing
from merchants.enums import Role

from .factories import office_of

pytestmark = pytest.mark.django_db
AS_DATA = {"accept": "application/json"}


def url_of(listing):
    return reverse("office:listing", args=[listing.public_id])


def price_of(listing):
    return ListingMarket.objects.get(listing=listing).price_minor


def test_a_new_price_is_what_the_shop_shows_once_its_event_is_handled():
    listing = make_listing(price_minor=45_900)
    elect_all()
    office = office_of(listing.seller, Role.CATALOGUE)

    response = office.post(url_of(listing) + "?market=FR&page=1", {"market": "FR", "price": "439.50"})

    assert (response.status_code, response["Location"]) == (302, "/office/listings/?market=FR&page=1")
    assert Offer.objects.get().price_minor == 45_900
    outbox.drain(now=clock.now())
    assert Offer.objects.get().price_minor == 43_950
    assert AuditEntry.objects.get(action="price changed").data == {"market": "FR", "before": 45_900, "after": 43_950}


def test_a_program_gets_the_listing_as_data_and_later_where_it_stands():
    sku = SkuFactory()
    listing = make_listing(sku=sku, price_minor=45_900)
    make_listing(sku=sku, price_minor=44_000)
    elect_all()
    office = office_of(listing.seller)

    saved = office.post(url_of(listing), {"market": "FR", "price": "430,00"}, headers=AS_DATA)
    outbox.drain(now=clock.now())
    read = office.get(url_of(listing), {"market": "FR"}, headers=AS_DATA)

    assert (saved.json()["price"], saved.json()["standing"]["state"]) == ("430.00", "updating")
    assert read.json() == {
        "price": "430.00",
        "quantity": "5",
        "published": True,
        "standing": {"state": "winning", "mark": "done", "label": "Winning by €9.88", "hint": ""},
    }


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("12,5x", "“12,5x” is not a price. Write it like 129.90."),
        ("", "Enter a price."),
        ("0", "A price must be above zero."),
        ("-3", "A price must be above zero."),
        ("10000.01", "A price cannot be above €10,000."),
        ("99.999", "“99.999” is not a price. Write it like 129.90."),
        ("NaN", "“NaN” is not a price. Write it like 129.90."),
        ("1e400", "“1e400” is not a price. Write it like 129.90."),
    ],
)
def test_a_price_that_is_none_is_refused_in_plain_words_and_changes_nothing(typed, words):
    listing = make_listing(price_minor=45_900)
    office = office_of(listing.seller)

    as_data = office.post(url_of(listing), {"market": "FR", "price": typed}, headers=AS_DATA)
    as_page = office.post(url_of(listing), {"market": "FR", "price": typed})

    assert (as_data.status_code, as_data.json()) == (422, {"errors": {"price": words}})
    assert as_page.status_code == 422
    assert words in as_page.content.decode()
    assert price_of(listing) == 45_900
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "1.5", "many", "", "100001", "9" * 30, "٣"])
def test_a_quantity_that_is_none_is_refused_and_changes_nothing(typed):
    listing = make_listing(quantity=5)

    response = office_of(listing.seller).post(url_of(listing), {"market": "FR", "quantity": typed}, headers=AS_DATA)

    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["quantity"]
    listing.refresh_from_db()
    assert listing.quantity == 5


def test_a_refused_price_holds_back_the_quantity_sent_with_it():
    listing = make_listing(quantity=5)

    response = office_of(listing.seller).post(url_of(listing), {"market": "FR", "quantity": "9", "price": "20000"})

    assert response.status_code == 422
    listing.refresh_from_db()
    assert listing.quantity == 5


def test_units_being_paid_stay_on_top_of_the_quantity():
    listing = make_listing(quantity=5)
    Listing.objects.update(reserved=2)

    office_of(listing.seller).post(url_of(listing), {"market": "FR", "quantity": "7"})

    listing.refresh_from_db()
    assert (listing.quantity, listing.reserved, listing.available) == (9, 2, 7)


def test_a_paused_listing_leaves_the_shop():
    listing = make_listing()
    elect_all()

    office_of(listing.seller).post(url_of(listing), {"market": "FR", "published": "0"})
    outbox.drain(now=clock.now())

    assert Offer.objects.get().in_stock is False


@pytest.mark.parametrize("market", ["", "XX", "DE"])
def test_a_market_without_this_listing_does_not_exist(market):
    listing = make_listing()

    response = office_of(listing.seller).post(url_of(listing), {"market": market, "price": "10"}, headers=AS_DATA)

    assert response.status_code == 404
    assert price_of(listing) == 45_900


def test_each_listing_tells_where_it_stands_and_what_would_win():
    sku = SkuFactory()
    mine = make_listing(sku=sku, price_minor=45_900)
    make_listing(sku=sku, price_minor=44_000)
    alone = make_listing(seller=mine.seller, price_minor=30_000)
    sold_out = make_listing(seller=mine.seller, quantity=0)
    elect_all()

    rows = standings.rows_with_standing(standings.listings_of_seller(seller_id=mine.seller_id))

    found = {row.listing_id: (row.standing, row.gap and row.gap.amount_minor, row.winning_price) for row in rows}
    assert found[mine.pk][:2] == (Standing.LOSING, 1_877)
    assert found[alone.pk] == (Standing.WINNING, None, None)
    assert found[sold_out.pk] == (Standing.SOLD_OUT, None, None)
    assert found[mine.pk][2] == Money(44_000, "EUR")


def test_the_price_said_to_win_wins():
    sku = SkuFactory()
    mine = make_listing(sku=sku, price_minor=45_900)
    make_listing(sku=sku, price_minor=44_000)
    elect_all()
    (row,) = standings.rows_with_standing(standings.listings_of_seller(seller_id=mine.seller_id))
    assert row.winning_price is not None

    office_of(mine.seller).post(url_of(mine), {"market": "FR", "price": str(row.winning_price.decimal)})
    outbox.drain(now=clock.now())

    assert Offer.objects.get().listing_id == mine.pk


def test_filters_narrow_the_table_and_counts_agree():
    sku = SkuFactory()
    mine = make_listing(sku=sku, price_minor=45_900, seller_sku="LOSES-1")
    make_listing(sku=sku, price_minor=44_000)
    make_listing(seller=mine.seller, seller_sku="WINS-1")
    make_listing(seller=mine.seller, seller_sku="EMPTY-1", quantity=0)
    elect_all()
    office = office_of(mine.seller)

    def skus(query):
        page = office.get(reverse("office:listings") + query)
        return [cell.row.seller_sku for cell in page.context["cells"]]

    assert skus("?state=losing") == ["LOSES-1"]
    assert skus("?state=winning") == ["WINS-1"]
    assert skus("?state=sold_out") == ["EMPTY-1"]
    assert skus("?q=wins") == ["WINS-1"]
    assert skus("?q=nothing-like-it") == []
    assert skus("?market=XX&state=odd&page=999&q=%00") == ["LOSES-1", "WINS-1", "EMPTY-1"]
    assert standings.counts_of_seller(seller_id=mine.seller_id) == {
        "all": 3,
        "winning": 1,
        "losing": 1,
        "sold_out": 1,
        "paused": 0,
    }


def test_fifty_listings_take_as_many_queries_as_one(django_assert_max_num_queries):
    first = make_listing()
    office = office_of(first.seller)
    for _ in range(60):
        make_listing(seller=first.seller)
    elect_all()

    with django_assert_max_num_queries(14):
        page = office.get(reverse("office:listings"))

    assert len(page.context["cells"]) == 50
