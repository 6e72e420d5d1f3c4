"""`make demo` as a person meets it: it opens, survives, ends, and goes on."""

import os
import signal
import time

import pytest

from backmarket.ops.demo_accounts import MERCHANT_SELLER
from backmarket.ops.lifeline import is_alive
from backmarket.ops.sqs import answers

# One demo serves all of them: they run in one process.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]


def soon(holds, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until and not holds():
        time.sleep(0.2)
    return holds()


def test_the_shop_opens_in_a_browser_without_a_complaint(page):
    response = page.goto("/en-gb/")

    assert response.status == 200
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", ["worker", "relay", "beat", "web", "provider"])
def test_a_killed_process_of_the_demo_comes_back(demo, name):
    killed = demo.pid(name)

    os.kill(killed, signal.SIGKILL)

    assert soon(lambda: demo.pid(name) != killed)
    assert soon(lambda: answers(f"{demo.address}/healthz"))


def test_the_demo_ends_whole_and_goes_on_where_it_ended(demo):
    family = demo.family()

    code = demo.stop()
    is_gone = soon(lambda: not any(map(is_alive, family)), seconds=10)
    demo.start()

    assert code == 0
    assert is_gone
    assert answers(f"{demo.address}/en-gb/s/{MERCHANT_SELLER}/")
