"""Taking over device files: what is right is written once, what is wrong is named by line, nothing is half-written."""

import csv
import gzip
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from catalog.models import Brand, Category, ProductModel, Sku
from catalog.rules.device_rows import COLUMNS, RowRefusedError, read_row
from catalog.search.query import search
from catalog.search.requests import SearchRequest
from catalog.services import device_copy, device_import
from catalog.services.device_files import device_rows
from catalog.services.device_import import import_devices

from .factories import BrandFactory, ProductModelFactory, make_listing

FIXTURE = Path(__file__).parent / "devices.csv"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalogue" / "devices.csv.gz"
GOOD = {
    **dict.fromkeys(COLUMNS, ""),
    "id": "t1",
    "category": "phone",
    "brand": "Apple",
    "model": "iPhone 12",
    "storage_gb": "64|128",
    "colours": "Midnight|Sunset Mauve",
    "release_date": "2020-10-23",
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_vocabulary():
    cache.clear()


def run(path, **options):
    with path.open("rb") as stream:
        return import_devices(device_rows(stream), **options)


def written(tmp_path, *rows, columns=COLUMNS, name="devices.csv", encoding="utf-8"):
    path = tmp_path / name
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def nothing_was_written():
    tables = (Brand, Category, ProductModel, Sku)
    return not any(table.objects.exists() for table in tables)


def test_a_file_becomes_brands_models_and_skus():
    report = run(FIXTURE)

    assert (report.read, report.written.created, report.written.skus) == (14, 5, 10)
    phone = ProductModel.objects.get(source_ref="t001")
    assert (phone.full_name, phone.slug, phone.category.key, phone.family) == (
        "Apple iPhone 12",
        "apple-iphone-12",
        "iphones",
        "phone-duo",
    )
    assert phone.category.parent == Category.objects.get(key="smartphones")
    assert (phone.launch_year, phone.launch_month) == (2020, 10)
    assert {spec["key"]: spec["value"] for spec in phone.specs} == {
        "screen_in": 6.1,
        "resolution": "1170x2532",
        "soc": "Apple A14",
        "ram_gb": 4,
        "battery_mah": 2815,
        "weight_g": 164,
        "model_codes": "A2403, A2172",
    }
    skus = phone.skus.order_by("storage_gb", "colour").values_list("storage_gb", "colour", "colour_hex")
    assert list(skus) == [
        (64, "black", "#26262a"),
        (64, "sierra-blue", "#a4bfd6"),
        (128, "black", "#26262a"),
        (128, "sierra-blue", "#a4bfd6"),
    ]
    assert {sku.colour_names["fr"] for sku in phone.skus.all()} == {"Noir", "Bleu alpin"}


def test_wrong_rows_are_left_out_and_named_by_line_column_and_reason():
    report = run(FIXTURE)

    assert [(refusal.line, refusal.column, refusal.reason) for refusal in report.refused] == [
        (5, "category", "'submarine' is not a category of the shop"),
        (6, "brand", "is empty"),
        (7, "storage_gb", "'lots' is no number above 0 and up to 65536"),
        (8, "release_date", "'2020-13' is no date such as 2020-09 or 2020-09-18"),
        (9, "id", "is the id of line 2 already"),
        (10, "", "has fewer fields than the header"),
        (11, "", "has more fields than the header"),
        (12, "model", "a software variant of a device, not a device"),
        (15, "storage_gb", "has a part of a gigabyte"),
    ]


def test_brands_are_one_whatever_their_case():
    run(FIXTURE)

    assert sorted(Brand.objects.values_list("slug", flat=True)) == ["apple", "asus", "samsung"]


def test_importing_again_changes_nothing():
    run(FIXTURE)
    before = list(ProductModel.objects.order_by("pk").values())
    skus = list(Sku.objects.order_by("pk").values())

    report = run(FIXTURE)

    assert (report.written.created, report.written.updated, report.written.skus, report.unchanged) == (0, 0, 0, 5)
    assert list(ProductModel.objects.order_by("pk").values()) == before
    assert list(Sku.objects.order_by("pk").values()) == skus


def test_a_changed_row_changes_its_product_and_keeps_its_address(tmp_path):
    run(written(tmp_path, GOOD))
    known = ProductModel.objects.get()
    make_listing(sku=known.skus.first())

    report = run(written(tmp_path, {**GOOD, "model": "iPhone 12 5G", "storage_gb": "64|128|256"}))

    changed = ProductModel.objects.get()
    assert (report.written.updated, report.written.created, report.written.skus) == (1, 0, 2)
    assert (changed.pk, changed.public_id, changed.slug) == (known.pk, known.public_id, "apple-iphone-12")
    assert changed.name == "iPhone 12 5G"
    assert changed.skus.count() == 6


def test_what_staff_wrote_stays_as_it_is(tmp_path):
    ProductModelFactory(name="iPhone 12", brand=BrandFactory(name="Apple"), slug="own-address")

    report = run(written(tmp_path, GOOD))

    assert (report.written.kept, report.written.created, report.written.skus) == (1, 0, 0)
    own = ProductModel.objects.get()
    assert (own.source_ref, own.launch_year, own.slug) == (None, None, "own-address")


def test_two_models_that_would_share_an_address_get_one_each(tmp_path):
    run(written(tmp_path, GOOD, {**GOOD, "id": "t2", "model": "iPhone-12"}))

    assert sorted(ProductModel.objects.values_list("slug", flat=True)) == ["apple-iphone-12", "apple-iphone-12-t2"]


def test_unknown_colours_keep_their_name(tmp_path):
    run(written(tmp_path, GOOD))

    sku = Sku.objects.get(colour="sunset-mauve", storage_gb=64)
    assert (sku.colour_names, sku.colour_hex) == ({"en": "Sunset Mauve"}, "")


def test_imported_models_are_found_by_search(tmp_path):
    run(written(tmp_path, {**GOOD, "model_codes": "A2403"}))

    assert [known.name for known in search("iphone 12", filters=SearchRequest("FR"), version="").unavailable] == [
        "Apple iPhone 12"
    ]
    assert [known.name for known in search("a2403", filters=SearchRequest("FR"), version="").unavailable] == [
        "Apple iPhone 12"
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("id", "", "is empty"),
        ("id", "x" * 81, "is longer than 80 characters"),
        ("brand", "…", "has no letters or digits that an address can hold"),
        ("model", "iPhone\x0012", "has characters that cannot be shown"),
        ("model", "x" * 161, "is longer than 160 characters"),
        ("category", "", "is empty"),
        ("release_date", "23/10/2020", "'23/10/2020' is no date such as 2020-09 or 2020-09-18"),
        ("release_year", "20", "'20' is no year"),
        ("storage_gb", "-64", "'-64' is no number above 0 and up to 65536"),
        ("storage_gb", "0", "'0' is no number above 0 and up to 65536"),
        ("storage_gb", "9999999", "'9999999' is no number above 0 and up to 65536"),
        ("ram_gb", "NaN", "'NaN' is no number above 0 and up to 4096"),
        ("screen_in", "6,1", "'6,1' is no number above 0 and up to 120"),
        ("resolution", "big", "'big' is no resolution such as 1170x2532"),
        ("colours", "|".join(f"c{n}" for n in range(25)), "has more than 24 values"),
        ("colours", "Red|…", "'…' is no colour"),
        ("model_codes", "A1|\x07", "has characters that cannot be shown"),
    ],
)
def test_a_row_says_which_column_is_wrong_and_why(column, value, reason):
    with pytest.raises(RowRefusedError) as refused:
        read_row({**GOOD, column: value})

    assert (refused.value.column, refused.value.reason) == (column, reason)


@pytest.mark.parametrize(
    ("memory", "written_as"), [("8", 8), ("8.0", 8), ("1.5", "1.5 GB"), ("6|8", "6, 8 GB"), ("", None)]
)
def test_memory_is_a_number_only_where_there_is_one(memory, written_as):
    specs = {spec["key"]: spec["value"] for spec in read_row({**GOOD, "ram_gb": memory}).specs}

    assert specs.get("ram_gb") == written_as


def test_a_carbon_reports_year_is_not_taken_for_the_launch():
    facts = {**GOOD, "release_date": "", "release_year": "2021"}

    assert read_row({**facts, "source": "Boavizta environmental-footprint-data"}).launch_year is None
    assert read_row(facts).launch_year == 2021


def test_a_missing_column_is_named_and_nothing_is_written(tmp_path):
    path = written(tmp_path, GOOD, columns=[column for column in COLUMNS if column not in ("brand", "model")])

    with pytest.raises(CommandError, match=r"The file has no column brand, model\. Nothing was written"):
        call_command("import_catalogue", path)

    assert nothing_was_written()


def test_a_file_that_is_not_utf_8_is_refused_whole(tmp_path):
    rows = [{**GOOD, "id": f"t{n}"} for n in range(2_000)]
    path = written(tmp_path, *rows, {**GOOD, "id": "last", "colours": "Été"}, encoding="latin-1")

    with pytest.raises(CommandError, match=r"not UTF-8 text .* Nothing was written"):
        call_command("import_catalogue", path)

    assert nothing_was_written()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (gzip.compress(b"", mtime=0), "The file is empty."),
        (gzip.compress(",".join(COLUMNS).encode() + b"\n" + b"x" * 5_000, mtime=0)[:-20], "damaged or cut short"),
        (b"\x1f\x8bnonsense", "damaged or cut short"),
        (b"\xff\xfei\x00d\x00", "not UTF-8 text"),
        (b"one,two\n1,2\n", "The file has no column id, category"),
        (",".join(COLUMNS).encode() + b"\n" + b'"' + b"x" * 200_000 + b'"\n', "is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path, content, reason):
    path = tmp_path / "devices.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=reason):
        call_command("import_catalogue", path)

    assert nothing_was_written()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.csv: No such file"):
        call_command("import_catalogue", tmp_path / "none.csv")


def test_a_file_without_rows_imports_nothing(tmp_path):
    report = run(written(tmp_path))

    assert (report.read, report.refused) == (0, [])
    assert nothing_was_written()


def test_a_failure_on_the_way_leaves_nothing_half_written(tmp_path, monkeypatch):
    monkeypatch.setattr(device_copy, "SKUS", "SELECT 1 / 0")

    with pytest.raises(Exception, match="division by zero"):
        call_command("import_catalogue", written(tmp_path, GOOD))

    assert nothing_was_written()


def test_large_files_are_copied_in_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(device_import, "CHUNK", 10)
    seen: list[int] = []

    report = run(
        written(tmp_path, *({**GOOD, "id": f"t{n}", "model": f"M{n}"} for n in range(25))), progress=seen.append
    )

    assert seen == [10, 20]
    assert (report.written.created, ProductModel.objects.count()) == (25, 25)


@pytest.mark.django_db(transaction=True)
def test_the_command_reads_gzip_counts_and_writes_its_report(tmp_path, capsys):
    packed = tmp_path / "devices.csv.gz"
    packed.write_bytes(gzip.compress(FIXTURE.read_bytes(), mtime=0))
    report = tmp_path / "refused.csv"

    call_command("import_catalogue", packed, report=report)

    shown = capsys.readouterr()
    assert "14 rows in" in shown.out
    assert "rows/s): 5 products added, 0 changed, 0 unchanged, 0 kept as staff wrote them, 9 refused" in shown.out
    assert "line 5: category 'submarine' is not a category of the shop" in shown.err
    lines = report.read_text().splitlines()
    assert lines[0] == "line,column,reason"
    assert lines[2] == "6,brand,is empty"
    assert len(lines) == 10


@pytest.mark.skipif(not SHARED.exists(), reason="the large file lies beside some clones only")
def test_the_large_file_is_taken_over():
    report = run(SHARED)

    assert report.read == 2_093
    assert {refusal.reason for refusal in report.refused} == {"a software variant of a device, not a device"}
    assert report.written.created == 2_093 - len(report.refused)
    assert ProductModel.objects.filter(search_vector=None).count() == 0
