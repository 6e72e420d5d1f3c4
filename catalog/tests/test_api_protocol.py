"""What every address of the API does alike: parameters, cursors, languages, versions, limits, other origins."""

import base64
import gzip

import pytest
from django.core.cache import cache

from backmarket.core import clock
from catalog.api.throttles import client_of

from .api import API, answer, make_phone, problem, write_reviews, wrong
from .factories import NOW, elect_all, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def phone():
    return make_phone()


@pytest.mark.parametrize("spoil", ["x", "0" * 399, "é", "%00", "eyJhIjoxfQ", "../../etc/passwd"])
def test_a_cursor_that_was_changed_is_refused(client, spoil):
    assert wrong(client.get(f"{API}/brands/?market=FR&cursor={spoil}")) in (
        [("cursor", "invalid_cursor")],
        [("cursor", "null_characters_not_allowed")],
    )


def test_a_cursor_of_another_list_is_refused(client, phone):
    write_reviews(phone, 3)
    path = f"{API}/products/apple-iphone-13/reviews/?market=FR&page_size=2"
    cursor = client.get(path).json()["next"]

    assert client.get(f"{path}&cursor={cursor}").status_code == 200
    assert client.get(f"{path.replace('size=2', 'size=1')}&cursor={cursor}").status_code == 200
    for other in (path.replace("FR", "DE"), f"{path}&grade=good", f"{API}/brands/?market=FR"):
        assert wrong(client.get(f"{other}&cursor={cursor}")) == [("cursor", "invalid_cursor")]


def test_a_cursor_shows_nothing_of_what_it_holds(client, phone):
    write_reviews(phone, 3)

    cursor = answer(client, "/products/apple-iphone-13/reviews/?market=FR&page_size=1")["next"]

    assert b"2026" not in base64.urlsafe_b64decode(cursor + "==")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [("market", "required")]),
        ("?market=XX", [("market", "invalid_choice")]),
        ("?market=fr", [("market", "invalid_choice")]),
        ("?market=FR&market=DE", [("market", "repeated")]),
        ("?market=FR&colour=red", [("colour", "unknown_parameter")]),
        ("?market=FR&page_size=0", [("page_size", "min_value")]),
        ("?market=FR&page_size=1000000", [("page_size", "max_value")]),
        ("?market=FR&page_size=ten", [("page_size", "invalid")]),
        ("?market=FR&page_size=", [("page_size", "invalid")]),
        ("?market=FR%00", [("market", "invalid_choice")]),
        (f"?market=FR&{'x' * 10_000}=1", [("x" * 80, "unknown_parameter")]),
        (f"?market={'F' * 10_000}", [("market", "invalid_choice")]),
    ],
)
def test_wrong_parameters_are_named(client, query, expected):
    assert wrong(client.get(f"{API}/brands/{query}")) == expected


def test_errors_speak_the_callers_language(client):
    body = client.get(f"{API}/brands/?market=FR&page_size=0", headers={"Accept-Language": "de, fr;q=0.8"}).json()

    # Germans in the French shop read English or French, as the shop's own pages are.
    assert "supérieure ou égale à" in body["detail"]


@pytest.mark.parametrize(
    ("market", "accepted", "locale"),
    [
        ("BE", "nl-BE, fr;q=0.5", "nl-be"),
        ("BE", "", "fr-be"),
        ("BE", "de, *;q=0.1", "fr-be"),
        ("DE", "fr, en;q=0.2", "en-de"),
        ("DE", "garbage;;q=x", "de-de"),
        ("DE", "en" * 5_000, "de-de"),
    ],
)
def test_the_language_is_one_of_the_market(client, market, accepted, locale):
    response = client.get(f"{API}/brands/?market={market}", headers={"Accept-Language": accepted})

    assert response["Content-Language"] == locale
    assert "Accept-Language" in response["Vary"]


def test_an_answer_is_not_sent_again_while_it_holds(client, phone):
    path = f"{API}/products/apple-iphone-13/?market=FR"
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    make_listing(sku=phone.skus.get(storage_gb=128), price_minor=39_900)
    elect_all()
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert first["ETag"].startswith('"')
    assert first["Cache-Control"] == "public, max-age=60"
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_answers_are_compressed_under_a_version_of_their_own(client, phone):
    path = f"{API}/products/apple-iphone-13/?market=FR"

    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert again.status_code == 304


def test_answers_belong_to_nobody(client, phone):
    response = client.get(f"{API}/products/apple-iphone-13/?market=FR")

    assert "Set-Cookie" not in response
    assert "Cookie" not in response["Vary"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response


def test_other_origins_may_ask_beforehand(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.options(f"{API}/brands/", headers={"Access-Control-Request-Method": "GET"})

    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    response = getattr(client, method)(f"{API}/brands/?market=FR")

    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_head_answers_without_a_body(client, phone):
    path = f"{API}/products/apple-iphone-13/?market=FR"

    response = client.head(path)

    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == client.get(path)["ETag"]


def test_only_json_is_spoken(client):
    problem(client.get(f"{API}/brands/?market=FR", headers={"Accept": "text/csv"}), 406, "not_acceptable")


def test_an_unknown_address_is_a_problem_too(client):
    problem(client.get(f"{API}/nothing/"), 404, "not_found")


def test_who_asks_too_much_has_to_wait(client, settings):
    settings.API_REQUESTS_A_MINUTE = 3
    path = f"{API}/brands/?market=FR"

    allowed = [client.get(path) for _ in range(3)]
    refused = client.get(path)
    other = client.get(path, REMOTE_ADDR="203.0.113.9")

    assert [response["RateLimit-Remaining"] for response in allowed] == ["2", "1", "0"]
    problem(refused, 429, "too_many_requests")
    assert refused["Retry-After"] == refused["RateLimit-Reset"] == "60"
    assert other.status_code == 200


def test_a_client_cannot_claim_another_address(client, settings):
    settings.API_REQUESTS_A_MINUTE = 1
    path = f"{API}/brands/?market=FR"

    answers = [client.get(path, headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(2)]

    assert [response.status_code for response in answers] == [200, 429]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("anything", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_client_is_an_address_or_an_ipv6_network(address, client):
    assert client_of(address) == client
