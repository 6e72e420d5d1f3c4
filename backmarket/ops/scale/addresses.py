"""Addresses to measure: hundreds of each kind of page, as different as people's, the same ones for a seed."""

from collections.abc import Iterator
from random import Random
from urllib.parse import urlencode

from backmarket.markets.registry import LOCALES
from catalog.models import Category, Offer, ProductModel

# Half of the visits come from the largest markets.
VISITED = ("fr-fr", "fr-fr", "de-de", "de-de", "en-gb", "es-es", "it-it", "nl-nl", "fr-be", "en-ie", "de-at", "en-us")
SORTS = ("best", "best", "price", "new", "value", "co2", "-price")
GRADES = ("premium", "excellent", "good", "fair")
COLOURS = ("black", "white", "blue", "green", "silver", "red", "pink")
NOISE = {"e": "", "a": "e", "l": "ll", "o": "0", "s": "z"}


def addresses(*, count: int, seed: int) -> dict[str, list[str]]:
    """Return `count` addresses of each kind of page; the home page has one a locale."""
    random = Random(seed)
    return {
        "home": [f"/{locale}/" for locale in LOCALES],
        "category": list(_categories(count, random)),
        "product": list(_products(count, random)),
        "search": list(_searches(count, random)),
    }


def _categories(count: int, random: Random) -> Iterator[str]:
    keys = list(Category.objects.order_by("pk").values_list("key", flat=True))
    brands = list(ProductModel.objects.order_by().values_list("category__key", "brand__slug").distinct())
    for _ in range(count):
        key = random.choice(keys)
        near = [slug for category, slug in brands if category == key] or ["apple"]
        yield f"/{random.choice(VISITED)}/c/{key}/{_query(_filters(near, random), random)}"


def _filters(brands: list[str], random: Random) -> list[tuple[str, str]]:
    """Draw what people tick: nothing half of the time, else one to three filters."""
    possible = [
        ("brand", random.choice(brands)),
        ("storage", random.choice(("64", "128", "256", "512"))),
        ("grade", random.choice(GRADES)),
        ("colour", random.choice(COLOURS)),
        ("price_max", str(random.choice((150, 200, 300, 400, 600, 900)))),
        ("days", random.choice(("3", "5"))),
    ]
    return random.sample(possible, random.choice((0, 0, 0, 1, 1, 2, 3)))


def _query(filters: list[tuple[str, str]], random: Random) -> str:
    sort, page = random.choice(SORTS), random.choice((1, 1, 1, 1, 2, 3))
    parameters = [*filters, *([("sort", sort)] if sort != "best" else []), *([("page", str(page))] if page > 1 else [])]
    return f"?{urlencode(parameters)}" if parameters else ""


def _products(count: int, random: Random) -> Iterator[str]:
    """Visit products that are on sale somewhere, popular ones more often."""
    rows = list(ProductModel.objects.order_by("pk").values_list("pk", "slug", "popularity"))
    chosen = random.choices(rows, [popularity + 1 for _, _, popularity in rows], k=count)
    for pk, slug, _ in chosen:
        locale = random.choice(VISITED)
        offers = Offer.objects.filter(product_id=pk, market=LOCALES[locale].code, in_stock=True).order_by("pk")
        wishes = list(offers.values_list("sku__public_id", "grade")[:20])
        wish = ""
        if wishes and random.random() < 0.5:
            sku, grade = random.choice(wishes)
            wish = f"?{urlencode({'sku': sku, 'grade': grade})}"
        yield f"/{locale}/p/{slug}/{wish}"


def _searches(count: int, random: Random) -> Iterator[str]:
    """Search for names, parts of names, with storage or colour, and one in eight with a slip of the finger."""
    names = list(ProductModel.objects.order_by("pk").values_list("name", "brand__name", "popularity"))
    chosen = random.choices(names, [popularity + 1 for _, _, popularity in names], k=count)
    for name, brand, _ in chosen:
        words = random.choice((name, name.lower(), f"{brand} {name}".lower(), brand.lower(), name.split()[0].lower()))
        words += random.choice(("", "", "", " 128", " 256 go", " noir", " black", " 64gb"))
        if random.random() < 0.125:
            place = random.randrange(len(words))
            words = words[:place] + NOISE.get(words[place], words[place]) + words[place + 1 :]
        yield f"/{random.choice(VISITED)}/search/?{urlencode({'q': words})}"
