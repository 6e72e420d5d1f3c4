"""axe-core finds nothing on the pages that shoppers see, on a phone and a desk, in both themes."""

import pytest
from playwright.sync_api import Browser, Page

from backmarket.notify.models import Recipient
from backmarket.ops.paths import FRONTEND
from catalog.tests.factories import (
    BrandFactory,
    ProductModelFactory,
    SellerFactory,
    SkuFactory,
    elect_all,
    make_listing,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
PAGES = {
    "home": "",
    "category": "c/smartphones/?brand=apple",
    "product": "p/apple-iphone-13/",
    "search": "search/?q=iphone",
    "nothing found": "search/?q=zzz",
    "seller": "s/repousse/",
    "basket": "basket/",
    "checkout": "checkout/",
    "choices": "messages/7c1dbb3a-6f0c-4a2b-9d0e-0d5f0c3b7d11/",
    "compare": "compare/?p=apple-iphone-13&p=samsung-galaxy-s22",
    "wish list": "wishlist/",
    "alerts": "alerts/",
    "deals": "deals/",
    "brand": "b/apple/",
}
LOOKS = [(width, theme) for width in (390, 1440) for theme in ("light", "dark")]


@pytest.fixture
def shop(live_server):
    """A few phones of two makers, one of them in the basket of whoever asks."""
    iphone = ProductModelFactory(name="iPhone 13", popularity=9)
    seller = SellerFactory(name="Repousse", slug="repousse")
    make_listing(sku=SkuFactory(product=iphone, storage_gb=128), price_minor=45_900, seller=seller)
    make_listing(sku=SkuFactory(product=iphone, storage_gb=256, new_price_minor=102_900), price_minor=52_900)
    galaxy = ProductModelFactory(name="Galaxy S22", brand=BrandFactory(name="Samsung"))
    make_listing(sku=SkuFactory(product=galaxy), price_minor=24_000)
    elect_all()
    Recipient.objects.create(email="ada@example.org", token="7c1dbb3a-6f0c-4a2b-9d0e-0d5f0c3b7d11")
    return f"{live_server.url}/en-fr/"


def found(page: Page, url: str) -> list[str]:
    page.goto(url)
    page.evaluate(AXE.read_text())
    return [
        f"{violation['id']}: {node['target']} {node['html'][:120]}"
        for violation in page.evaluate(RUN)
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_nothing(shop: str, browser: Browser, path: str):
    problems = {}
    for width, theme in LOOKS:
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "theme", "value": theme, "url": shop}])
        page = context.new_page()
        if path in (PAGES["basket"], PAGES["checkout"]):
            page.goto(f"{shop}{PAGES['product']}")
            page.locator("#add [type=submit]:visible, [form=add]:visible").first.click()
        if nodes := found(page, f"{shop}{path}"):
            problems[width, theme] = nodes
        context.close()

    assert problems == {}
