"""What every tribe's tests may use."""

import contextlib

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from playwright.sync_api import sync_playwright

from backmarket.core import memo
from backmarket.ops.chromium import require_chromium
from backmarket.ops.stripe_mock import require_stripe_mock, running_stripe_mock

pytest_plugins = ["payments.testing", "checkout.testing"]


@pytest.fixture(autouse=True)
def _default_language():
    """Start each test in the default language, whatever the one before it activated."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _no_memories():
    """Let no test see what the process remembers of the one before it."""
    memo.forget_all()
    cache.clear()


@pytest.fixture(scope="session")
def browser():
    """A real Chromium, one a test process, because Playwright runs one event loop there."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=require_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", autouse=True)
def _patient_emptying():
    """Empty the tables again where a server that a test left behind was just reading one of them."""
    empty = DatabaseOperations.execute_sql_flush

    def patiently(self, sql_list):
        for _ in range(4):
            with contextlib.suppress(OperationalError):
                return empty(self, sql_list)
        return empty(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", patiently)
        yield


@pytest.fixture(scope="session")
def stripe_mock():
    """The address of Stripe's own stand-in, one a test process."""
    with running_stripe_mock(require_stripe_mock()) as url:
        yield url
