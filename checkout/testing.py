"""A pytest plugin: tests that commit may empty the documents afterwards."""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the test runner empty the documents between tests; what else the database refuses stays refused."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE checkout_document DISABLE TRIGGER checkout_document_kept")
