"""Versions, postcode, reviews and questions in a real browser, with and without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from catalog.enums import Grade, ReviewState
from catalog.models import Question, Review, Sku

from .factories import NOW, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/en-fr/p/apple-iphone-13/"


@pytest.fixture
def shop(live_server):
    """A phone in two versions and two grades, with two reviews of different grades."""
    product = ProductModelFactory.create(name="iPhone 13")
    small = SkuFactory.create(product=product, storage_gb=128)
    large = SkuFactory.create(product=product, storage_gb=256)
    seller = SellerFactory.create(name="Repousse")
    make_listing(sku=small, price_minor=45_900, seller=seller)
    make_listing(sku=small, price_minor=49_900, seller=seller, grade=Grade.EXCELLENT)
    make_listing(sku=large, price_minor=52_900, seller=seller)
    elect_all()
    for n, (grade, text) in enumerate((("good", "A few light marks."), ("excellent", "Not a mark on it."))):
        review_of(small, seller, n, grade, text)
    return live_server.url


def review_of(sku: Sku, seller, n: int, grade: str, text: str) -> None:
    Review.objects.create(
        product=sku.product, sku=sku, seller=seller, grade=grade, line_reference=f"line:{n}", rating=5, text=text,
        language="en", market="FR", author_name="Ada L.", created_at=NOW, state=ReviewState.PUBLISHED,
    )  # fmt: skip


def test_the_table_of_versions_leads_to_each_and_back(shop: str, browser: Browser):
    page = browser.new_page()
    page.goto(shop + PAGE)
    page.evaluate("window.stayed = true")

    page.click("#versions summary")
    page.locator("#versions a", has_text="529").click()
    expect(page.locator(".deal output")).to_have_text("529\xa0€")
    page.go_back()
    expect(page.locator(".deal output")).to_have_text("459\xa0€")
    page.click("#look-excellent")
    expect(page.locator(".deal output")).to_have_text("499\xa0€")

    assert page.evaluate("window.stayed") is True
    assert "grade=excellent" in page.url


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_postcode_is_checked_and_kept(shop: str, browser: Browser, has_scripts: bool):
    page = browser.new_context(java_script_enabled=has_scripts).new_page()
    page.goto(shop + PAGE)

    page.fill("#postcode", "abc")
    page.click("#postcode-go")
    expect(page.locator("#postcode-error")).to_contain_text("It looks like 75011.")
    page.fill("#postcode", "20000")
    page.click("#postcode-go")
    expect(page.locator(".to label")).to_contain_text("Corsica")
    page.goto(shop + PAGE)

    expect(page.locator("#postcode")).to_have_value("20000")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_reviews_are_narrowed_by_grade(shop: str, browser: Browser, has_scripts: bool):
    page = browser.new_context(java_script_enabled=has_scripts).new_page()
    page.goto(shop + PAGE)

    page.click("#all-reviews")
    page.select_option("#rf-grade", "excellent")
    if not has_scripts:
        page.click(".rf button")
    expect(page.locator("#reviews blockquote")).to_have_text(["Not a mark on it."])
    page.click("#rf-all")

    expect(page.locator("#reviews blockquote")).to_have_count(2)


def test_a_question_is_asked_from_the_products_page(shop: str, browser: Browser):
    page = browser.new_page()
    page.goto(shop + PAGE)

    page.click("#read-questions")
    page.fill("#id_text", "Is a charger in the box?")
    page.fill("#id_name", "Ada")
    page.click("#ask button[type=submit]")
    expect(page.locator(".toasts")).to_contain_text("We read each question before it is shown here.")

    assert Question.objects.get().author_name == "Ada"
