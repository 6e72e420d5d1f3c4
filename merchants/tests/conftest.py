from datetime import timedelta

import pytest

from backmarket.core import clock
from catalog.tests.factories import NOW


@pytest.fixture(autouse=True)
def an_hour_later(monkeypatch):
    """Pages are opened an hour after the factories' instant, a Monday at ten in France."""
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))
