"""The query log: what is counted, what never is, how counts add up, and when they are forgotten."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from backmarket.core import clock
from catalog.models import SearchQueryDay
from catalog.rules.searches import KEPT_DAYS, RARE_KEPT_DAYS
from catalog.services.indexing import index_products
from catalog.services.search_log import SearchCounts, SearchKey, forget_old_searches, record_searches
from catalog.web import search_log

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

URL = "/en-gb/search/"
SHOPPER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
TODAY = date(2026, 11, 23)
KEY = SearchKey("GB", "en", "iphone 13", TODAY)


@pytest.fixture(autouse=True)
def _nothing_waits():
    cache.clear()
    search_log.LOG._waiting.clear()
    yield
    search_log.LOG._waiting.clear()


@pytest.fixture
def phone(db):
    make_listing(sku=SkuFactory(product=ProductModelFactory(name="iPhone 13")), market="GB", currency="GBP")
    elect_all()
    with transaction.atomic():
        index_products()
    cache.clear()


def logged() -> dict[str, list[int]]:
    search_log.LOG.flush()
    rows = SearchQueryDay.objects.values_list("text", "searches", "without_result", "near_only")
    return {text: list(counts) for text, *counts in rows}


def searched(client, text, headers=SHOPPER, **params):
    return client.get(URL, {"q": text, **params}, headers=headers)


@pytest.mark.usefixtures("phone")
def test_searches_are_counted_by_their_normal_form_with_what_they_found(client):
    for text in ("iPhone 13", "  iphone   13 ", "iphone galaxy", "zzzqqq"):
        searched(client, text)

    assert logged()["iphone 13"] == [2, 0, 0]
    assert logged()["zzzqqq"] == [1, 1, 0]


@pytest.mark.usefixtures("phone")
def test_nothing_is_written_while_a_search_is_answered(client):
    searched(client, "iphone 13")

    assert SearchQueryDay.objects.count() == 0
    assert logged() == {"iphone 13": [1, 0, 0]}


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize(
    ("headers", "params"),
    [
        ({}, {"page": "2"}),
        ({}, {"grade": "good"}),
        ({}, {"sort": "price"}),
        ({"X-Requested-With": "swap"}, {}),
        ({"Sec-Purpose": "prefetch;prerender"}, {}),
        ({"Referer": f"http://testserver{URL}?q=iPhone%2013&grade=good"}, {}),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, {}),
        ({"User-Agent": ""}, {}),
    ],
)
def test_pages_filters_reloads_and_robots_are_no_new_searches(client, headers, params):
    searched(client, "iphone 13", SHOPPER | headers, **params)

    assert logged() == {}


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("referer", ["http://[broken", f"http://testserver{URL}?q=ipad", "http://testserver/en-gb/"])
def test_a_search_from_another_page_is_new(client, referer):
    searched(client, "iphone 13", SHOPPER | {"Referer": referer})

    assert logged() == {"iphone 13": [1, 0, 0]}


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("text", ["ada@example.org", "06 12 34 56 78", "356938035643809", "x" * 61, "???", ""])
def test_what_looks_personal_leaves_no_trace(client, text):
    response = searched(client, text)

    assert response.status_code == 200
    assert b"data-found" not in response.content
    assert logged() == {}


def token(client) -> str:
    return str(searched(client, "iphone 13").context["search_token"])


def opened(client, found, position):
    return client.post("/en-gb/search/opened/", {"found": found, "position": position})


@pytest.mark.usefixtures("phone")
def test_an_opened_result_is_counted_with_its_place(client):
    found = token(client)

    for position in ("1", "26"):
        assert opened(client, found, position).status_code == 204

    search_log.LOG.flush()
    row = SearchQueryDay.objects.get()
    assert (row.searches, row.clicks, row.position_sum) == (1, 2, 27)


@pytest.mark.usefixtures("phone")
def test_a_page_that_is_no_new_search_still_counts_its_clicks(client):
    found = searched(client, "iphone 13", grade="good").context["search_token"]

    opened(client, found, "1")

    search_log.LOG.flush()
    assert SearchQueryDay.objects.values_list("text", "searches", "clicks").get() == ("iphone 13", 0, 1)


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("position", ["0", "-1", "1001", "x", "", "9" * 5000, "1\x00"])
def test_a_senseless_place_counts_nothing(client, position):
    assert opened(client, token(client), position).status_code == 204

    search_log.LOG.flush()
    assert SearchQueryDay.objects.get().clicks == 0


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("found", ["", "made:up", "x" * 5000, "\x00"])
def test_a_click_without_our_token_counts_nothing(client, found):
    assert opened(client, found, "1").status_code == 204
    assert logged() == {}


@pytest.mark.usefixtures("phone")
def test_a_token_is_good_for_an_hour(client, monkeypatch):
    found = token(client)
    search_log.LOG.flush()
    monkeypatch.setattr(search_log, "TOKEN_AGE_S", -1)

    opened(client, found, "1")

    search_log.LOG.flush()
    assert SearchQueryDay.objects.get().clicks == 0


def test_opening_is_told_by_post_only(client):
    assert client.get("/en-gb/search/opened/").status_code == 405


@pytest.mark.django_db
def test_counts_add_up():
    other = SearchKey("FR", "fr", "ipad", TODAY)
    record_searches({KEY: SearchCounts(searches=2, near_only=1), other: SearchCounts(searches=1, without_result=1)})

    record_searches({KEY: SearchCounts(searches=3, clicks=2, position_sum=7)})

    row = SearchQueryDay.objects.get(text="iphone 13")
    assert (row.searches, row.without_result, row.near_only, row.clicks, row.position_sum) == (5, 0, 1, 2, 7)
    assert SearchQueryDay.objects.get(text="ipad").without_result == 1


@pytest.mark.django_db
def test_a_database_that_refuses_breaks_no_search(monkeypatch):
    def refuse(counts):
        raise DatabaseError

    monkeypatch.setattr(search_log, "record_searches", refuse)
    search_log.LOG.add(KEY, SearchCounts(searches=1))

    search_log.LOG.flush()

    assert logged() == {}


def test_only_so_many_texts_wait(monkeypatch):
    monkeypatch.setattr(search_log, "MAX_WAITING", 2)
    log = search_log.SearchLog()

    for text in ("a", "b", "c", "a"):
        log.add(SearchKey("GB", "en", text, TODAY), SearchCounts(searches=1))

    assert {key.text: counts.searches for key, counts in log._waiting.items()} == {"a": 2, "b": 1}


def add_from_threads(write) -> None:
    """Let eight threads add to one row at once."""
    barrier = Barrier(8)

    def add() -> None:
        barrier.wait()
        for _round in range(10):
            write()
        connection.close()

    threads = [Thread(target=add) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost_when_many_add_at_once():
    add_from_threads(lambda: record_searches({KEY: SearchCounts(searches=1)}))

    assert SearchQueryDay.objects.get().searches == 80


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_counts_would_be_lost_if_they_were_added_outside_the_database():
    record_searches({KEY: SearchCounts(searches=0)})

    def read_and_write() -> None:
        row = SearchQueryDay.objects.get()
        row.searches += 1
        row.save()

    add_from_threads(read_and_write)

    assert SearchQueryDay.objects.get().searches < 80


@pytest.mark.django_db(transaction=True)
def test_waiting_counts_are_written_by_themselves(settings):
    settings.SEARCH_LOG_DELAY_S = 0.05
    log = search_log.SearchLog()

    log.add(KEY, SearchCounts(searches=1))
    timer = log._timer
    assert timer is not None
    timer.join(timeout=5)

    assert SearchQueryDay.objects.get().searches == 1
    assert log._timer is None


def days_ago(days: int, text: str, searches: int) -> None:
    record_searches({SearchKey("GB", "en", text, TODAY - timedelta(days=days)): SearchCounts(searches=searches)})


@pytest.mark.django_db
def test_old_counts_are_forgotten_and_rare_ones_sooner():
    for days in (KEPT_DAYS + 1, KEPT_DAYS, RARE_KEPT_DAYS + 1, 1):
        days_ago(days, "common", 4)
    for days in (RARE_KEPT_DAYS + 1, RARE_KEPT_DAYS, 1):
        days_ago(days, "rare", 1)
    days_ago(RARE_KEPT_DAYS + 1, "one day only", 50)

    assert forget_old_searches(today=TODAY) == 3

    kept = SearchQueryDay.objects.order_by("text", "search_date").values_list("text", "search_date")
    assert [(text, (TODAY - day).days) for text, day in kept] == [
        ("common", KEPT_DAYS),
        ("common", RARE_KEPT_DAYS + 1),
        ("common", 1),
        ("rare", RARE_KEPT_DAYS),
        ("rare", 1),
    ]


@pytest.mark.django_db
def test_the_day_is_the_clocks(client):
    with clock.travel(timedelta(days=-3)):
        searched(client, "zzzqqq")
        day = clock.now().date()

    search_log.LOG.flush()
    assert SearchQueryDay.objects.get().search_date == day
