"""`manage.py evaluate_search`: any catalogue, any judgements of the format, and errors that say what to mend."""

from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from catalog.models import ProductModel
from catalog.services.indexing import index_products

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    for name, popularity in (("iPhone 12", 90), ("iPhone 12 Pro", 50), ("iPhone 13", 99)):
        make_listing(sku=SkuFactory(product=ProductModelFactory(name=name, popularity=popularity)))
    ProductModelFactory(name="iPhone 13 mini", source_ref="d1")
    elect_all()
    index_products()
    cache.clear()


def evaluated(tmp_path, text, **options):
    file = tmp_path / "judgements.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out, err = StringIO(), StringIO()
    call_command("evaluate_search", str(file), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.usefixtures("catalogue")
def test_figures_are_printed_overall_and_by_language(tmp_path):
    out, err = evaluated(
        tmp_path,
        "query,product,grade,language\niphone 12,apple-iphone-12,3,en\nipone 13,Apple iPhone 13,3,fr\n"
        "iphone 13 mini,d1,3,fr\n",
    )

    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if "│" in line]
    assert rows[0] == ["PostgreSQL", "all", "3", "1.0000", "1.0000", "0.0%"]
    assert rows[1:3] == [["", "en", "1", "1.0000", "1.0000", "0.0%"], ["", "fr", "2", "1.0000", "1.0000", "0.0%"]]
    assert err == ""


@pytest.mark.usefixtures("catalogue")
def test_products_are_known_by_their_public_id_and_unknown_ones_are_named(tmp_path):
    public_id = ProductModel.objects.get(name="iPhone 12").public_id

    out, err = evaluated(
        tmp_path, f"query,product,grade\niphone 12,{public_id},3\niphone 12,nokia-3310,2\nnokia,n9,3\n"
    )

    assert "1.0000" in out
    assert "2 products of the file are not in the catalogue and left out: n9, nokia-3310." in err
    assert "1 query is left out" in err


@pytest.mark.usefixtures("catalogue")
def test_the_worst_queries_are_shown_with_what_came_first(tmp_path):
    out, _err = evaluated(tmp_path, "query,product,grade\niphone 12,apple-iphone-13,3\n")

    assert "Worst queries of PostgreSQL" in out
    assert "iPhone 12 (0)" in " ".join(out.replace("│", " ").split())


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("text", "options", "error"),
    [
        ("query,product\n", {}, "line 1: the header lacks grade"),
        ("query,product,grade\na,b,9\n", {}, "line 2: grade '9'"),
        (b"query,product,grade\n\xff,b,1\n", {}, "not UTF-8"),
        ("query,product,grade,market\na,b,1,XX\n", {}, "no such market: XX"),
        ("query,product,grade\na,b,1\n", {}, "none of the file's products"),
        ("query,product,grade\nx,apple-iphone-12,1\n", {"engine": ["Solr"]}, "Solr does not answer"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_reason(tmp_path, text, options, error):
    with pytest.raises(CommandError, match=error):
        evaluated(tmp_path, text, **options)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("evaluate_search", str(tmp_path / "none.csv"))


def test_a_catalogue_that_nobody_sells_from_is_measured_by_what_is_known(tmp_path):
    for name in ("iPhone 12", "iPhone 12 Pro", "iPhone 13"):
        ProductModelFactory(name=name)
    index_products()
    cache.clear()

    out, _err = evaluated(tmp_path, "query,product,grade\nipone 12,apple-iphone-12,3\nipone 12,apple-iphone-12-pro,1\n")

    assert "1.0000" in out
