"""The comparison: what stands side by side, what is best, and what the address may hold."""

from typing import Any

import pytest

from catalog.enums import Grade

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
URL = "/en-fr/compare/"


@pytest.fixture
def phones():
    """Three phones, the first the cheapest and with the largest battery."""
    found = []
    for n, (battery, price) in enumerate([(5_000, 30_000), (4_000, 40_000), (4_000, 50_000)]):
        specs = [{"key": "battery_mah", "value": battery}, {"key": "os", "value": "iOS"}]
        product = ProductModelFactory(name=f"iPhone {n}", specs=specs, co2_saved_g=60_000)
        make_listing(sku=SkuFactory(product=product), price_minor=price)
        make_listing(sku=SkuFactory(product=product, storage_gb=256), price_minor=price + 5_000, grade=Grade.FAIR)
        found.append(product)
    elect_all()
    return found


def rows_of(page) -> dict[str, Any]:
    return {row.name: row for group in page.context["groups"] for row in group.rows}


def test_devices_stand_side_by_side_in_the_order_of_the_address(client, phones):
    page = client.get(URL, {"p": [phones[1].slug, phones[0].slug]})

    rows = rows_of(page)
    assert [column.product for column, _url in page.context["columns"]] == [phones[1], phones[0]]
    assert [cell.text for cell in rows["Good, from"].cells] == ["400\xa0€", "300\xa0€"]
    assert [cell.is_best for cell in rows["Good, from"].cells] == [False, True]
    assert [cell.is_best for cell in rows["Battery when new"].cells] == [False, True]
    assert rows["Battery when new"].differs
    assert not rows["System"].differs
    assert [cell.text for cell in rows["Storage"].cells] == ["128 GB, 256 GB"] * 2
    assert not any(cell.is_best for cell in rows["Storage"].cells)


def test_it_takes_as_many_queries_for_two_as_for_four(client, phones, django_assert_num_queries):
    client.get("/en-fr/")
    for slugs in ([phones[0].slug], [phone.slug for phone in phones]):
        with django_assert_num_queries(3):
            client.get(URL, {"p": slugs})


def test_the_choice_is_kept_and_the_bare_address_leads_to_it(client, phones):
    client.post(f"{URL}choose/", {"compare": phones[0].slug, "next": "/en-fr/c/smartphones/"})
    client.post(f"{URL}choose/", {"compare": phones[1].slug})

    answer = client.get(URL)

    assert answer.url == f"{URL}?p={phones[0].slug}&p={phones[1].slug}"
    assert client.get(answer.url).status_code == 200


def test_a_second_press_and_the_cross_leave_a_device_out(client, phones):
    client.post(f"{URL}choose/", {"compare": phones[0].slug})
    client.post(f"{URL}choose/", {"compare": phones[0].slug})
    assert client.cookies["compare"].value == ""

    page = client.get(URL, {"p": [phones[0].slug, phones[1].slug]})
    without_first = page.context["columns"][0][1]
    client.get(without_first)

    assert client.cookies["compare"].value == phones[1].slug


def test_the_last_cross_empties_the_comparison(client, phones):
    page = client.get(URL, {"p": phones[0].slug})

    empty = client.get(page.context["columns"][0][1])

    assert "Nothing to compare yet" in empty.content.decode()
    assert client.cookies["compare"].value == ""


def test_a_fifth_device_is_refused_in_words(client, phones):
    client.cookies["compare"] = "a.b.c.d"

    page = client.post(f"{URL}choose/", {"compare": phones[0].slug, "next": "/en-fr/"}, follow=True)

    assert "Leave one out first" in page.content.decode()
    assert client.cookies["compare"].value == "a.b.c.d"


@pytest.mark.parametrize(
    ("slugs", "said"),
    [
        (["no-such-phone"], "is not in the shop"),
        (["<script>", "../.."], "Nothing to compare yet"),
        (["a", "b", "c", "d", "e", "f"], "2 were left out"),
        (["x" * 10_000], "Nothing to compare yet"),
    ],
)
def test_odd_addresses_are_answered_in_words(client, phones, slugs, said):
    page = client.get(URL, {"p": slugs})

    assert page.status_code == 200
    assert said in page.content.decode()


def test_a_device_that_is_sold_out_here_says_so(client, phones):
    page = client.get("/en-gb/compare/", {"p": phones[0].slug})

    assert page.context["columns"][0][0].price is None
    assert "sold out" in page.content.decode()
