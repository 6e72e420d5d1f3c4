"""Take over a file of devices: what is right is written in one transaction, what is wrong is reported by line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from catalog import locks
from catalog.models import Category
from catalog.rules.device_rows import DeviceRow, RowRefusedError, category_facts, read_row
from catalog.search.documents import ProductFacts, document, search_text, vector_text
from catalog.search.needs import need_words

from . import device_copy
from .device_copy import Written
from .device_files import NumberedRow
from .search_words import note_search_change

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Refusal:
    line: int
    column: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """`refused` rows were left out; of the others `unchanged` were known already."""

    read: int = 0
    refused: list[Refusal] = field(default_factory=list)
    written: Written = field(default_factory=lambda: Written(0, 0, 0, 0))

    @property
    def unchanged(self) -> int:
        written = self.written
        return self.read - len(self.refused) - written.kept - written.updated - written.created


@transaction.atomic
def import_devices(rows: Iterable[NumberedRow], *, progress: Callable[[int], None] | None = None) -> ImportReport:
    """
    Bring brands, product models and SKUs up to a file's rows; doing it again changes nothing.

    A product is known by its `source_ref`, the file's id. Whatever fails on the way leaves nothing written.
    `progress` is told how many rows were read so far.
    """
    locks.lock_device_import()
    device_copy.create_tables()
    importer = _Importer()
    for numbered in rows:
        importer.take(*numbered)
        if importer.report.read % CHUNK == 0:
            importer.flush()
            if progress:
                progress(importer.report.read)
    importer.flush()
    importer.report.written = device_copy.merge()
    note_search_change()
    return importer.report


class _Importer:
    def __init__(self) -> None:
        self.report = ImportReport()
        self.lines: dict[str, int] = {}
        self.devices: list[device_copy.Row] = []
        self.skus: list[device_copy.Row] = []
        self.categories = {row.key: row for row in Category.objects.select_related("parent")}
        self.trails: dict[str, tuple[list[str], list[str]]] = {}

    def take(self, line: int, raw: dict[str | None, str | list[str] | None]) -> None:
        self.report.read += 1
        try:
            device = read_row(self._complete(raw))
            self._check_new(device.source_ref, line)
        except RowRefusedError as refused:
            self.report.refused.append(Refusal(line, refused.column, refused.reason))
            return
        self._add(device)

    def _complete(self, raw: dict[str | None, str | list[str] | None]) -> dict[str, str]:
        if None in raw:
            raise RowRefusedError("", "has more fields than the header")
        if None in raw.values():
            raise RowRefusedError("", "has fewer fields than the header")
        return {key: value for key, value in raw.items() if key is not None and isinstance(value, str)}

    def _check_new(self, source_ref: str, line: int) -> None:
        first = self.lines.setdefault(source_ref, line)
        if first != line:
            raise RowRefusedError("id", f"is the id of line {first} already")

    def _category(self, key: str) -> Category:
        """Return a category, made with its parents where the tree has none."""
        if key not in self.categories:
            facts = category_facts(key)
            self.categories[key] = Category.objects.create(
                key=key,
                parent=self._category(facts["parent"]) if facts["parent"] else None,
                names=facts["names"],
                family=facts["family"],
                position=facts["position"],
            )
        return self.categories[key]

    def _trail(self, category: Category) -> tuple[list[str], list[str]]:
        """Return keys and names from a category up to the top."""
        if category.key not in self.trails:
            keys, names = self._trail(category.parent) if category.parent else ([], [])
            self.trails[category.key] = ([category.key, *keys], [*category.names.values(), *names])
        return self.trails[category.key]

    def _add(self, device: DeviceRow) -> None:
        category = self._category(device.category)
        words = document(_facts(device, *self._trail(category)))
        self.devices.append(
            (
                *(device.source_ref, device.brand, device.brand_slug, category.pk, device.name, device.slug),
                *(device.family, device.launch_year, device.launch_month, device.specs),
                *(search_text(words), vector_text(words)),
            )
        )
        self.skus += [
            (
                *(device.source_ref, sku.key, sku.attributes, sku.storage_gb),
                *(sku.colour, dict(sku.colour_names), sku.colour_hex),
            )
            for sku in device.skus
        ]

    def flush(self) -> None:
        device_copy.copy_rows("import_device", self.devices)
        device_copy.copy_rows("import_sku", self.skus)
        self.devices, self.skus = [], []


def _facts(device: DeviceRow, keys: list[str], names: list[str]) -> ProductFacts:
    specs = {str(spec["key"]): str(spec["value"]) for spec in device.specs}
    sizes = dict.fromkeys(f"{sku.storage_gb}gb" for sku in device.skus if sku.storage_gb)
    colours = dict.fromkeys(name for sku in device.skus for name in sku.colour_names.values())
    screens = [f"{size.strip()}in" for size in specs.get("screen_in", "").split(",") if size]
    return ProductFacts(
        name=device.name,
        brand=device.brand,
        launch_year=device.launch_year,
        categories=keys,
        category_names=names,
        details=[*sizes, *colours, *screens, specs.get("soc", ""), specs.get("model_codes", "")],
        needs=need_words(
            descriptions=(),
            specs={str(spec["key"]): spec["value"] for spec in device.specs},
            categories=keys,
            family=device.family,
        ),
    )
