"""A running demo for the tests marked `browser`."""

import os
from types import SimpleNamespace

import pytest

from .running_demo import running_demo


@pytest.fixture(scope="session")
def demo():
    """A running demo with fresh data, shared by the browser tests; `DEMO_ADDRESS` names one that runs already."""
    running = os.environ.get("DEMO_ADDRESS")
    if running:
        yield SimpleNamespace(address=running)
        return
    with running_demo() as started:
        yield started


@pytest.fixture
def page(browser, demo):
    """A page of a new visitor of the demo; what its console complains about fails the test."""
    context = browser.new_context(base_url=demo.address, viewport={"width": 1440, "height": 900}, locale="en-GB")
    visited = context.new_page()
    complaints = []
    visited.on("pageerror", lambda error: complaints.append(str(error)))
    visited.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield visited
    context.close()
    assert complaints == []
