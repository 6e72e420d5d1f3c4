"""What goes with a product and what is like it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from backmarket.markets.registry import MARKETS
from catalog import tasks
from catalog.enums import RelatedKind
from catalog.models import Category, PurchasedLine, RelatedGroup, RelatedProduct
from catalog.rules.together import Likeness, Pair, alike, bought_together, shares
from catalog.selectors.recommendation_figures import recommendation_figures
from catalog.selectors.related import related_cards, related_products
from catalog.services import related

from .factories import BrandFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PHONE, SISTER, BUDS, WATCH = 1, 2, 3, 4
GROUPS = {PHONE: "phones", SISTER: "phones", BUDS: "audio", WATCH: "watches"}
EVEN = dict.fromkeys(GROUPS, 0.25)


def best(ranked, product_id, market=""):
    return [entry.other_id for entry in ranked if entry.product_id == product_id and entry.market == market]


def test_what_was_bought_with_a_product_comes_first():
    pairs = [Pair(PHONE, BUDS, "FR", 9), Pair(PHONE, WATCH, "FR", 2)]

    ranked = bought_together([PHONE], pairs, EVEN, GROUPS, count=3)

    assert best(ranked, PHONE) == [BUDS, WATCH, SISTER]


def test_a_new_product_starts_with_what_its_sisters_are_bought_with():
    pairs = [Pair(PHONE, WATCH, "FR", 9)]

    ranked = bought_together([PHONE, SISTER], pairs, EVEN, GROUPS, count=1)

    assert best(ranked, SISTER) == [WATCH]


def test_a_product_that_nobody_bought_falls_back_to_what_is_popular():
    popular = {PHONE: 0.1, SISTER: 0.2, BUDS: 0.3, WATCH: 0.4}

    assert best(bought_together([PHONE], [], popular, GROUPS, count=2), PHONE) == [WATCH, BUDS]


def test_only_a_market_with_enough_orders_has_ranks_of_its_own():
    pairs = [Pair(PHONE, BUDS, "FR", 60), Pair(PHONE, WATCH, "DE", 40), Pair(PHONE, WATCH, "ES", 5)]

    ranked = bought_together([PHONE], pairs, EVEN, GROUPS, count=1)

    assert best(ranked, PHONE) == [BUDS]
    assert best(ranked, PHONE, "DE") == [WATCH]
    assert best(ranked, PHONE, "ES") == []


def test_shares_add_up_to_one_even_without_orders():
    assert shares({}, {PHONE: 30, BUDS: 10}) == {PHONE: 0.75, BUDS: 0.25}
    assert sum(shares({PHONE: 5, BUDS: 1}, {PHONE: 30, BUDS: 10}).values()) == pytest.approx(1)


def test_the_sister_of_the_same_price_and_year_is_more_alike_than_the_dear_or_the_old_one():
    phone = Likeness(PHONE, 1, 80_000, 2023, 6.1, 50)
    near = Likeness(SISTER, 1, 82_000, 2023, 6.1, 50)

    assert alike(phone, near) > alike(phone, Likeness(5, 1, 160_000, 2023, 6.1, 50))
    assert alike(phone, near) > alike(phone, Likeness(6, 1, 82_000, 2018, 6.1, 50))
    assert alike(phone, near) > alike(phone, Likeness(7, 2, 82_000, 2023, 6.1, 50))


@pytest.fixture
def shop(db):
    """Two phones, earbuds and a watch, all on sale in France; the watch is sold there only."""
    audio = Category.objects.create(key="earbuds", names={"en": "Earbuds"}, family="buds")
    maker = BrandFactory(name="Acme")
    made = {
        "phone": ProductModelFactory(name="One", brand=maker, popularity=5),
        "other": ProductModelFactory(name="Two", brand=maker, popularity=4),
        "buds": ProductModelFactory(name="Buds", brand=maker, category=audio, popularity=3),
        "case": ProductModelFactory(name="Sound", brand=maker, category=audio, popularity=2),
    }
    listings = {name: make_listing(sku=SkuFactory(product=product)) for name, product in made.items()}
    elect_all()
    return made, listings


def bought(shop, *baskets, market="FR", at=NOW - timedelta(days=3), start=0):
    made, listings = shop
    for number, basket in enumerate(baskets, start):
        for name in basket:
            PurchasedLine.objects.create(
                order_reference=f"{market}-{number}",
                line_reference=f"{market}-{number}-{name}",
                product=made[name],
                sku=listings[name].sku,
                seller=listings[name].seller,
                market=market,
                paid_at=at,
            )


def refresh_all():
    related.note_groups()
    while related.refresh_due_group(now=NOW):
        pass


def test_pages_show_what_was_bought_with_it_and_is_on_sale(shop):
    made, listings = shop
    bought(shop, *[("phone", "buds")] * 4, ("phone", "other"))
    refresh_all()

    assert related_products([made["phone"].pk], MARKETS["FR"])[0] == made["buds"].pk
    assert [card.name for card in related_cards([made["phone"].pk], MARKETS["FR"], count=1)] == ["Acme Buds"]
    assert related_cards([made["phone"].pk], MARKETS["US"]) == []
    assert related_cards([], MARKETS["FR"]) == []

    listings["buds"].quantity = 0
    listings["buds"].save()
    elect_all()
    assert made["buds"].pk not in related_products([made["phone"].pk], MARKETS["FR"])


def test_what_is_in_the_basket_already_is_not_recommended(shop):
    made, _ = shop
    bought(shop, ("phone", "buds"), ("other", "buds"))
    refresh_all()

    shown = related_products([made["phone"].pk, made["buds"].pk], MARKETS["FR"])

    assert set(shown) == {made["other"].pk, made["case"].pk}


def test_what_is_like_a_product_is_of_its_category(shop):
    made, _ = shop
    refresh_all()

    assert related_products([made["phone"].pk], MARKETS["FR"], kind=RelatedKind.SIMILAR) == [made["other"].pk]


def test_groups_are_refreshed_once_a_day_and_leave_nothing_old_behind(shop):
    bought(shop, ("phone", "buds"))
    refresh_all()
    rows = RelatedProduct.objects.count()

    assert not related.refresh_due_group(now=NOW + timedelta(hours=23))
    assert related.refresh_due_group(now=NOW + timedelta(hours=25))
    assert RelatedProduct.objects.count() == rows
    assert RelatedGroup.objects.filter(refreshed_at=NOW).count() == RelatedGroup.objects.count() - 1


def test_the_sweep_relates_all_products(shop):
    tasks.relate_products()

    assert RelatedGroup.objects.filter(refreshed_at=None).count() == 0
    assert RelatedProduct.objects.count() > 0


def test_recommendations_are_measured_on_orders_that_they_did_not_learn_from(shop):
    early, late = NOW - timedelta(days=30), NOW - timedelta(days=1)
    bought(shop, *[("phone", "buds")] * 6, at=early)
    bought(shop, ("phone", "buds"), at=late, start=6)

    figures = recommendation_figures(held_back=0.1, count=1)

    assert figures is not None
    assert (figures.learnt_orders, figures.held_back_orders, figures.questions) == (6, 1, 2)
    assert (figures.recall, figures.popularity_recall) == (1.0, 1.0)


@pytest.mark.django_db
def test_too_few_orders_are_said_so():
    with pytest.raises(CommandError, match="too few"):
        call_command("evaluate_recommendations")


def test_the_product_page_shows_it_within_five_queries(client, shop, django_assert_max_num_queries):
    made, _ = shop
    bought(shop, *[("phone", "buds")] * 4)
    refresh_all()

    with django_assert_max_num_queries(5):
        response = client.get(f"/en-fr/p/{made['phone'].slug}/")

    assert response.context["bought_with"][0].name == "Acme Buds"
    assert "Often bought with it" in response.content.decode()
