"""Brands, categories, product models and SKUs of the demo."""

from dataclasses import dataclass
from datetime import date

from backmarket.ops.seed.copying import copy_rows
from catalog.demo.facts import DemoModel, load_categories, load_models
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
    """Write the catalogue and return it, the most popular product first."""
    categories = _categories()
    models = load_models()
    names = sorted({model.brand for model in models})
    brands = {
        brand.name: brand
        for brand in copy_rows(
            [Brand(name=name, slug=name.lower().replace(" ", "-").replace("&", "and")) for name in names]
        )
    }
    products = copy_rows(
        [_product(model, brands[model.brand], categories[model.category]) for model in models],
        without=["search_vector"],
    )
    parents = {key: category.parent.key if category.parent else None for key, category in categories.items()}
    skus = {product.pk: _skus(model, product) for model, product in zip(models, products, strict=True)}
    copy_rows([sku for group in skus.values() for sku in group])
    return [
        Stocked(model, product, skus[product.pk], parents[model.category])
        for model, product in zip(models, products, strict=True)
    ]


def _categories() -> dict[str, Category]:
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


def _skus(model: DemoModel, product: ProductModel) -> list[Sku]:
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
        for variant in model.variants()
    ]
