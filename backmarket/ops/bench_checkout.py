"""`make bench-checkout`: whole purchases by guests, from an empty basket to the paid order, at the same time."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import re
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

from . import bench
from .console import OpsError, one_line_failures
from .paths import ROOT, venv_tool
from .processes import shop_processes

LOCALE = "en-fr"
BUYERS, SECONDS, WARM_UP_S, LISTINGS = 8, 30, 5, 1000
TARGETS = {"many listings": 20.0, "one listing": 8.0}
P95_TARGET_MS = 250
# Any token of the right form will do: what counts is that cookie and header agree.
TOKEN = "b" * 32
CSRF_COOKIES = ("csrftoken", "sandbox_csrf")
CARD = {"number": "4242424242424242", "expiry": "12 / 34", "cvc": "123", "holder": "Ada Lovelace"}
HIDDEN = re.compile(r'name="(basket|total_minor)"\s+value="([^"]*)"')
CANCEL = re.compile(r'href="([^"]+/cancel/)"')
_numbers = itertools.count(1)


@dataclass
class Outcome:
    """Paid orders, what went wrong, and the milliseconds of each step."""

    paid: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    steps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class Refused(Exception):  # noqa: N818 — an outcome, not a bug
    """A step answered something else than what leads on."""


class Browser:
    """One guest: cookies, and a connection a host."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.hosts: dict[str, http.client.HTTPConnection] = {}
        # The shop's cookie, and the one of the provider's card page.
        self.cookies = dict.fromkeys(CSRF_COOKIES, TOKEN)

    def ask(self, step: str, url: str, data: Mapping[str, str] | None = None, *, expects: int) -> tuple[str, str]:
        """Return the address that the answer leads to and its text; :raises Refused: another status than expected"""
        parts = urlsplit(url)
        connection = self.hosts.setdefault(parts.netloc, http.client.HTTPConnection(parts.netloc, timeout=30))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}
            body = urlencode(data)
        started = time.perf_counter()
        target = parts._replace(scheme="", netloc="").geturl()
        connection.request("GET" if body is None else "POST", target, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.outcome.steps[step].append((time.perf_counter() - started) * 1000)
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value if name not in CSRF_COOKIES else TOKEN
        if answer.status != expects:
            raise Refused(f"{step}: {answer.status}")
        return answer.headers.get("Location", ""), text


def main() -> None:
    """Measure with many listings and with one, print the tables, and fail if an order was lost."""
    with one_line_failures(), contextlib.ExitStack() as stack:
        addresses, env = bench.start_shop(stack)
        provider = shop_processes(addresses)["provider"]
        bench.start_process(stack, "provider", provider, env, f"{addresses.provider}/health")
        listings = fill_listings(env, LISTINGS)
        for name, choice in {"many listings": listings, "one listing": listings[:1]}.items():
            _load(addresses.shop, choice, WARM_UP_S)
            before = _processor_seconds()
            outcome = _load(addresses.shop, choice, _seconds())
            _print(name, outcome)
            _print_shares(before, _processor_seconds(), outcome.paid)
            if outcome.failures:
                raise OpsError(f"Some purchases failed: {dict(outcome.failures)}")


def _seconds() -> int:
    return int(os.environ.get("SECONDS_PER_PAGE", SECONDS))


def fill_listings(env: dict[str, str], count: int) -> list[str]:
    """Fill the stock of some listings that are on sale, and return their public ids."""
    command = [venv_tool("python"), "manage.py", "bench_listings", "--count", str(count)]
    found = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout
    listings: list[str] = json.loads(found.splitlines()[-1])
    return listings


def _load(shop: str, listings: list[str], seconds: int) -> Outcome:
    until = time.monotonic() + seconds
    return buy_on(
        lambda outcome: buy(shop, [listings[next(_numbers) % len(listings)]], outcome),
        goes_on=lambda outcome: time.monotonic() < until,
    )


def buy_on(purchase: Callable[[Outcome], None], *, goes_on: Callable[[Outcome], bool]) -> Outcome:
    """Let eight buyers buy one thing after the other while it goes on; what is refused is counted."""
    outcome = Outcome()

    def work() -> None:
        while goes_on(outcome):
            try:
                purchase(outcome)
            except (Refused, OSError, http.client.HTTPException) as error:
                outcome.failures[str(error) or type(error).__name__] += 1

    threads = [threading.Thread(target=work) for _ in range(BUYERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def buy(shop: str, listings: Sequence[str], outcome: Outcome, *, cancels: bool = False) -> None:
    """
    Buy devices as a new guest, with a name, address and number of their own; `cancels` one of them afterwards.

    :raises Refused: a step led elsewhere
    """
    browser, number = Browser(outcome), next(_numbers)
    checkout = f"{shop}/{LOCALE}/checkout/"
    for listing in listings:
        browser.ask("put in basket", f"{shop}/{LOCALE}/basket/add/", {"listing": listing, "quantity": "1"}, expects=302)
    _, page = browser.ask("open checkout", checkout, expects=200)
    details = {
        "email": f"guest-{number}-{os.getpid()}@example.org",
        "phone": f"+336{number % 100_000_000:08d}",
        "first_name": "Ada",
        "last_name": f"Guest {number}",
        "street": f"{number % 900 + 1} rue de la Roquette",
        "postcode": "75011",
        "city": "Paris",
    }
    card_page, _ = browser.ask("place order", checkout, {**details, **dict(HIDDEN.findall(page))}, expects=302)
    browser.ask("card page", card_page, expects=200)
    back, _ = browser.ask("pay by card", card_page, {**CARD, "csrfmiddlewaretoken": TOKEN}, expects=302)
    order, _ = browser.ask("come back", back, expects=302)
    if "/orders/" not in order:
        raise Refused(f"come back: led to {order}")
    outcome.paid += 1
    if cancels:
        _, page = browser.ask("order page", f"{shop}{order}", expects=200)
        found = CANCEL.search(page)
        if found:
            browser.ask("cancel", f"{shop}{found[1]}", {}, expects=302)


# Whose processor time it is, by a word of the command line; what is not named here is none of ours.
OWNERS = {"uwsgi": "web", "postgres": "database", "payments.sandbox": "provider", "bench_checkout": "load"}


def _processor_seconds() -> Counter[str]:
    """Return the processor seconds that each kind of our processes has had (Linux, /proc/<pid>/stat)."""
    tick, spent = os.sysconf("SC_CLK_TCK"), Counter[str]()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            owner = next((name for word, name in OWNERS.items() if word in command), None)
            if owner:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                spent[owner] += round((int(fields[11]) + int(fields[12])) * 1000 / tick)
    return spent


def _print_shares(before: Counter[str], after: Counter[str], paid: int) -> None:
    """Say what a purchase costs of the processor, and who has it: that is what limits the rate."""
    spent = {owner: (after[owner] - before[owner]) / max(1, paid) for owner in OWNERS.values()}
    told = ", ".join(f"{owner} {milliseconds:.0f}" for owner, milliseconds in spent.items())
    print(f"processor ms a purchase: {told}; {sum(spent.values()):.0f} in all", flush=True)


def _print(name: str, outcome: Outcome) -> None:
    rate = outcome.paid / _seconds()
    print(f"\n{name}: {outcome.paid} paid orders, {rate:.1f}/s (asked: {TARGETS[name]:.0f}/s), {BUYERS} buyers")
    print(f"{'step':<16}{'p50 ms':>9}{'p95 ms':>9}   (asked: p95 below {P95_TARGET_MS} ms)")
    for step, times in outcome.steps.items():
        cuts = quantiles(times, n=20) if len(times) > 1 else times * 20
        print(f"{step:<16}{cuts[9]:>9.1f}{cuts[-1]:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
