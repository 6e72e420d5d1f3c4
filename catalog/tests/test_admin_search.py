"""Staff's words and products for the search: what is refused, what is written down, and the page to try it."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from backmarket.accounts.models import User
from backmarket.core.models import AuditEntry
from catalog.enums import BoostKind
from catalog.models import SearchBoost, SearchSynonym, SearchVersion
from catalog.services.indexing import index_products

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
TRY = "/admin/catalog/searchsynonym/try/"


@pytest.fixture
def phone():
    product = ProductModelFactory(name="iPhone 12", popularity=70, launch_year=2020)
    make_listing(sku=SkuFactory(product=product))
    elect_all()
    index_products()
    cache.clear()
    return product


@pytest.fixture
def staff(client, phone):
    client.force_login(User.objects.create_superuser(email="staff@example.com", password="secret-word-1"))
    return client


def post(staff, model, data, pk=None):
    name = f"admin:catalog_{model._meta.model_name}_{'change' if pk else 'add'}"
    return staff.post(reverse(name, args=[pk] if pk else []), data)


def boost_data(product, **changes):
    return {
        "query": "iphone",
        "product": product.pk,
        "kind": BoostKind.PIN,
        "points": 0,
        "reason": "launch",
        "starts_at_0": "2026-11-01",
        "starts_at_1": "00:00:00",
        "is_active": "on",
    } | changes


def errors_of(response):
    return [error for errors in response.context["adminform"].form.errors.values() for error in errors]


def test_a_synonym_is_kept_in_its_normal_form_and_written_down(staff):
    before = SearchVersion.objects.get().version

    response = post(staff, SearchSynonym, {"term": " KNÖCHEN ", "means": "iPhone 12", "is_active": "on"})

    synonym = SearchSynonym.objects.get()
    assert response.status_code == 302
    assert (synonym.term, synonym.means, synonym.language) == ("knochen", "iphone 12", "")
    assert AuditEntry.objects.get().action == "search synonym saved"
    assert SearchVersion.objects.get().version != before


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"term": "…", "means": "iphone"}, "Write letters or digits."),
        ({"term": "a b c d e", "means": "iphone"}, "Write at most 4 words."),
        ({"term": "bone", "means": "qwxyz"}, "Nothing in the catalogue is called “qwxyz”."),
        ({"term": "iPhone", "means": "iphone"}, "The term means itself already."),
        ({"term": "bone", "means": "iphone", "language": "xx"}, "xx is not one of the available choices."),
    ],
)
def test_a_synonym_without_sense_is_refused(staff, data, error):
    response = post(staff, SearchSynonym, data)

    assert any(error in text for text in errors_of(response))
    assert not SearchSynonym.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_synonym_is_once_per_language(staff):
    data = {"term": "bone", "means": "iphone", "language": "de"}

    post(staff, SearchSynonym, data)

    assert post(staff, SearchSynonym, data).status_code == 200
    assert SearchSynonym.objects.count() == 1


def test_a_boost_is_kept_for_the_search_as_it_is_read(staff, phone):
    response = post(staff, SearchBoost, boost_data(phone, query="ipone 12"))

    boost = SearchBoost.objects.get()
    assert response.status_code == 302, errors_of(response)
    assert (boost.query, boost.product_id, boost.kind) == ("iphone 12", phone.pk, "pin")
    assert AuditEntry.objects.get().reason == "launch"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"query": ""}, "for one search, not for all"),
        ({"query": "qwxyz"}, "Nothing in the catalogue is called"),
        ({"kind": "raise", "points": 0}, "Without points nothing changes."),
        ({"kind": "raise", "points": 101}, "from −100 to 100"),
        ({"ends_at_0": "2026-10-01", "ends_at_1": "00:00:00"}, "The end must come after the start."),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_a_boost_without_sense_is_refused(staff, phone, changes, error):
    response = post(staff, SearchBoost, boost_data(phone, **changes))

    assert any(error in text for text in errors_of(response))
    assert not SearchBoost.objects.exists()


@pytest.mark.parametrize("model", [SearchSynonym, SearchBoost])
def test_deleting_is_written_down_too(staff, phone, model):
    data = {"term": "bone", "means": "iphone"} if model is SearchSynonym else boost_data(phone)
    post(staff, model, data)
    AuditEntry.objects.all().delete()

    staff.post(
        reverse(f"admin:catalog_{model._meta.model_name}_delete", args=[model.objects.get().pk]), {"post": "yes"}
    )

    assert not model.objects.exists()
    assert AuditEntry.objects.get().action.endswith("deleted")


@pytest.mark.parametrize("model", [SearchSynonym, SearchBoost])
def test_lists_lead_to_the_page_to_try_a_search(staff, phone, model):
    html = staff.get(reverse(f"admin:catalog_{model._meta.model_name}_changelist")).content.decode()

    assert f'href="{TRY}"' in html


def test_a_search_can_be_tried(staff, phone):
    post(staff, SearchBoost, boost_data(phone, query="iphone 12 128"))
    cache.clear()

    response = staff.get(TRY, {"q": "ipone 12 128 qwxyz", "market": "FR", "language": "fr"})

    (one,) = response.context["trials"]
    assert [(part.kind, part.text) for part in one.reading.parts] == [
        ("word", "iphone"),
        ("word", "12"),
        ("storage", "128gb"),
    ]
    assert (one.total, one.left_out) == (1, ("qwxyz",))
    assert one.found[0].reasons == ("shown first by staff", "iphone 12 in the name")
    assert "iPhone 12" in response.content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"q": "a" * 10_000}, {"q": "x", "market": "XX", "language": "zz"}, {"q": "%s'\x00"}]
)
def test_odd_trials_show_a_page(staff, data):
    assert staff.get(TRY, data).status_code == 200


def test_only_staff_try_searches(client, phone):
    client.force_login(User.objects.create_user(email="someone@example.com", password="secret-word-1"))

    assert client.get(TRY).status_code in (302, 403, 404)


def test_staff_without_permission_do_not_try_searches(client, phone):
    client.force_login(User.objects.create_user(email="clerk@example.com", password="secret-word-1", is_staff=True))

    assert client.get(TRY).status_code in (403, 404)
