"""How the money pages call orders and sellers."""

import pytest
from django.test import RequestFactory

from catalog.tests.factories import SellerFactory
from payments.slots import REFERENCE_LABELS

pytestmark = pytest.mark.django_db


def test_sellers_are_called_by_name_in_one_query(django_assert_num_queries):
    first, second = SellerFactory.create(name="Atelier Relance"), SellerFactory.create(name="Nordlicht Technik")
    references = [f"seller:{first.pk}", f"seller:{second.pk}", "seller:0", "seller:x", "payout:1"]

    with django_assert_num_queries(1):
        labels = REFERENCE_LABELS.labels(RequestFactory().get("/"), references)

    assert [labels[reference].text for reference in references] == [
        "Atelier Relance",
        "Nordlicht Technik",
        "seller:0",
        "seller:x",
        "payout:1",
    ]


@pytest.mark.parametrize(("text", "count"), [("relance", 1), ("re", 0), ("nobody", 0)])
def test_sellers_are_found_by_three_letters_of_their_name(text, count):
    seller = SellerFactory.create(name="Atelier Relance")

    assert REFERENCE_LABELS.find(RequestFactory().get("/"), text) == [f"seller:{seller.pk}"] * count
