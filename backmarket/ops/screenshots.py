"""`make screenshots`: take the README's pictures from the running demo."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from . import demo_accounts
from .chromium import require_chromium
from .console import OpsError, Steps, one_line_failures
from .demo_accounts import SignIn
from .paths import ROOT
from .ports import LOCAL
from .sqs import answers

FOLDER = ROOT / "docs" / "screenshots"
LOCALE = "en-gb"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shot:
    """
    One picture: what it shows, to whom, on which screen.

    A path that starts with `~` is a link to look for; `clicks` are followed one after the other.
    """

    name: str
    path: str
    person: SignIn | None = None
    phone: bool = False
    clicks: tuple[str, ...] = ()


SHOTS = (
    Shot("home", f"/{LOCALE}/"),
    Shot("home-phone", "/fr-fr/", phone=True),
    Shot("category", f"~/{LOCALE}/c/"),
    Shot("search", f"/{LOCALE}/search/?q=iphone+12+128"),
    Shot("product", f"~/{LOCALE}/p/"),
    Shot("product-phone", f"~/{LOCALE}/p/", phone=True),
    Shot("checkout", f"~/{LOCALE}/p/", clicks=("#add button[type=submit]", "a[href$='/checkout/']")),
    Shot("office", "/office/", demo_accounts.MERCHANT),
    Shot("listings", "/office/listings/", demo_accounts.MERCHANT),
    Shot("ticket", "/admin/care/ticket/", demo_accounts.AGENT, clicks=("#result_list tbody a",)),
    Shot(
        "money",
        "/admin/money/sellers/",
        demo_accounts.FINANCE,
        clicks=("a[href*='/seller:']", "a[href*='/trail/order:']"),
    ),
)


def main() -> None:
    """Take every picture of `SHOTS` at the size that the README shows it in."""
    with one_line_failures():
        shop = f"http://{LOCAL}:{os.environ.get('PORT') or '8000'}"
        if not answers(f"{shop}/healthz"):
            raise OpsError(f"No demo answers on {shop}: start it with `make demo` in another terminal.")
        FOLDER.mkdir(parents=True, exist_ok=True)
        steps = Steps(len(SHOTS))
        with _browser() as browser:
            for shot in SHOTS:
                with steps.step(f"{shot.name}.png"):
                    _take(browser, shop, shot)


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _take(browser: Browser, shop: str, shot: Shot) -> None:
    size = PHONE if shot.phone else DESKTOP
    page = browser.new_page(
        base_url=shop,
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=2 if shot.phone else 1,
        reduced_motion="reduce",
    )
    if shot.person is not None:
        _sign_in(page, shot.person)
    response = page.goto(_address(page, shot.path), wait_until="networkidle")
    if response is None or not response.ok:
        raise OpsError(f"{shot.path} answers {response.status if response else 'nothing'}.")
    for selector in shot.clicks:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    page.close()


def _sign_in(page: Page, person: SignIn) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", demo_accounts.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")


def _address(page: Page, path: str) -> str:
    """Return the path, or where the home page's first link that starts with it leads."""
    if not path.startswith("~"):
        return path
    page.goto(f"/{LOCALE}/")
    links: list[str] = re.findall(r'href="(/[^"#]*)"', page.content())
    found = next((link for link in links if link.startswith(path[1:])), None)
    if found is None:
        raise OpsError(f"The home page has no link that starts with {path[1:]}.")
    return found


if __name__ == "__main__":
    main()
