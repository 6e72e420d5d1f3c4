"""Brands, categories, product models and SKUs of the demo."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from backmarket.ops.seed.copying import copy_rows
from catalog.demo.facts import DemoModel, DemoVariant, load_categories, load_models, load_repairability
from catalog.models import Brand, Category, ProductModel, Sku


@dataclass(frozen=True)
class Stocked:
    """A product of the demo with its facts and SKUs."""

    facts: DemoModel
    product: ProductModel
    skus: list[Sku]
    parent_category: str | None

    @property
    def launched(self) -> date:
        return date(self.facts.launch_year, self.facts.launch_month, 15)


def load_catalogue() -> list[Stocked]:
    """Write the demo's catalogue and return it, the most popular product first."""
    models = load_models()
    return load_products([(model, model.variants()) for model in models], load_brands(models), load_the_categories())


def load_brands(models: Iterable[DemoModel]) -> dict[str, Brand]:
    """Write the brands of these models and return them by their names."""
    names = sorted({model.brand for model in models})
    brands = [Brand(name=name, slug=name.lower().replace(" ", "-").replace("&", "and")) for name in names]
    return {brand.name: brand for brand in copy_rows(brands)}


def load_products(
    models: Sequence[tuple[DemoModel, Sequence[DemoVariant]]],
    brands: Mapping[str, Brand],
    categories: Mapping[str, Category],
    *,
    public_id: Callable[[], UUID] = uuid4,
) -> list[Stocked]:
    """Write models with these of their variants."""
    products = [_product(model, brands[model.brand], categories[model.category]) for model, _ in models]
    stocked = []
    for (model, variants), product in zip(models, products, strict=True):
        parent = categories[model.category].parent
        stocked.append(Stocked(model, product, _skus(variants, product), parent.key if parent else None))
    skus = [sku for entry in stocked for sku in entry.skus]
    for product in products:
        product.public_id = public_id()
    for sku in skus:
        sku.public_id = public_id()
    copy_rows(products, without=["search_vector"])
    copy_rows(skus)
    return stocked


def load_the_categories() -> dict[str, Category]:
    """Write the category tree and return it by keys."""
    made: dict[str, Category] = {}
    for facts in load_categories():
        made[facts.key] = Category.objects.create(
            key=facts.key,
            parent=made[facts.parent] if facts.parent else None,
            names=dict(facts.names),
            guide=dict(facts.guide),
            family=facts.family,
            position=facts.order,
        )
    return made


def _product(model: DemoModel, brand: Brand, category: Category) -> ProductModel:
    facts = {
        "screen_in": model.screen_in,
        "resolution": model.resolution,
        "soc": model.soc,
        "ram_gb": model.ram_gb,
        "battery_mah": model.battery_mah,
        "connectivity": ", ".join(model.connectivity),
        "weight_g": model.weight_g,
        "os": model.os,
        "repairability": load_repairability().get(model.slug),
    }
    return ProductModel(
        brand=brand,
        category=category,
        name=model.name,
        slug=model.slug,
        family=model.family,
        launch_year=model.launch_year,
        launch_month=model.launch_month,
        descriptions=dict(model.description),
        specs=[{"key": key, "value": value} for key, value in facts.items() if value],
        co2_saved_g=round(model.co2_saved_kg * 1000),
        ewaste_saved_g=model.ewaste_g,
        popularity=model.popularity,
    )


def _skus(variants: Iterable[DemoVariant], product: ProductModel) -> list[Sku]:
    return [
        Sku(
            product=product,
            key="|".join(f"{key}={value}" for key, value in sorted(variant.attributes.items()) if key != "colour_hex"),
            attributes=dict(variant.attributes),
            storage_gb=variant.attributes.get("storage_gb"),
            memory_gb=variant.attributes.get("memory_gb"),
            colour=variant.colour.key,
            colour_names=dict(variant.colour.names),
            colour_hex=variant.colour.hex,
            new_price_minor=variant.new_price_minor,
        )
        for variant in variants
    ]
