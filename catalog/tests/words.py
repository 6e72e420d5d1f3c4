"""A small catalogue as searches are read by it, for tests without a database."""

from catalog.search.documents import ProductFacts, document
from catalog.search.needs import need_words
from catalog.search.vocabulary import Facts, Vocabulary, vocabulary_of

PRODUCTS = (
    ("Apple", "iPhone 12", 2020, "iphones"),
    ("Apple", "iPhone 12 Pro Max", 2020, "iphones"),
    ("Apple", "iPhone 13 mini", 2021, "iphones"),
    ("Apple", "iPhone 13 Pro", 2021, "iphones"),
    ("Apple", "iPhone X", 2017, "iphones"),
    ("Apple", "iPhone SE (3rd generation)", 2022, "iphones"),
    ("Apple", "MacBook Air 13″ (M1, 2020)", 2020, "macbooks"),
    ("Apple", "MacBook Pro 16″ (M1 Pro, 2021)", 2021, "macbooks"),
    ("Apple", "AirPods Pro (2nd generation)", 2022, "earbuds"),
    ("Apple", "Apple Watch Series 7", 2021, "watches"),
    ("Samsung", "Galaxy S21 Ultra 5G", 2021, "android-phones"),
    ("Samsung", "Galaxy S21 FE 5G", 2022, "android-phones"),
    ("Samsung", "Galaxy Watch4 Classic", 2021, "watches"),
    ("Samsung", "Galaxy Z Flip3 5G", 2021, "android-phones"),
    ("Sony", "WH-1000XM4", 2020, "headphones"),
    ("Sony", "PlayStation 5", 2020, "playstation"),
    ("Nintendo", "Nintendo 64", 1996, "consoles"),
    ("Nintendo", "Nintendo Switch OLED", 2021, "consoles"),
    ("Microsoft", "Surface Laptop 4 13.5″", 2021, "laptops"),
    ("Nikon", "Z 6II", 2020, "cameras"),
    ("GoPro", "HERO12 Black", 2023, "cameras"),
    ("Nothing", "Nothing Phone (2)", 2023, "android-phones"),
    ("Bose", "QuietComfort Ultra Headphones", 2023, "headphones"),
)
CATEGORIES = (
    ("smartphones", {"en": "Smartphones", "fr": "Smartphones", "es": "Móviles"}, None),
    ("iphones", {"en": "iPhone", "fr": "iPhone"}, "smartphones"),
    ("android-phones", {"en": "Android phones", "fr": "Téléphones Android"}, "smartphones"),
    ("tablets", {"en": "Tablets", "fr": "Tablettes"}, None),
    ("android-tablets", {"en": "Android tablets", "fr": "Tablettes Android"}, "tablets"),
    ("laptops", {"en": "Laptops", "fr": "Ordinateurs portables"}, None),
    ("macbooks", {"en": "MacBook", "fr": "MacBook"}, "laptops"),
    ("consoles", {"en": "Game consoles", "fr": "Consoles de jeux"}, None),
    ("playstation", {"en": "PlayStation", "fr": "PlayStation"}, "consoles"),
    ("audio", {"en": "Audio", "fr": "Audio"}, None),
    ("headphones", {"en": "Headphones", "fr": "Casques"}, "audio"),
    ("earbuds", {"en": "Earbuds", "fr": "Écouteurs"}, "audio"),
    ("cameras", {"en": "Cameras", "fr": "Appareils photo"}, None),
    ("watches", {"en": "Smartwatches", "fr": "Montres connectées"}, None),
)
FINISHES = (
    ("midnight", {"en": "Midnight", "fr": "Minuit"}),
    ("sierra-blue", {"en": "Sierra Blue", "fr": "Bleu alpin"}),
    ("rose-gold", {"en": "Rose Gold", "fr": "Or rose"}),
    ("space-gray", {"en": "Space Gray", "fr": "Gris sidéral"}),
)
DETAILS = ("128gb", "45mm", "6.1in", "Midnight")
SAID = (
    "Small and light, with a stylus, a headphone jack and a large battery. Titanium frame.",
    "Folds in half. Gaming phone with noise cancelling; a portable speaker.",
)


NEEDS = need_words(descriptions=SAID, specs={"battery_mah": 5000}, categories=["smartphones"], family="phone-home")


def small_catalogue(**changes: object) -> Vocabulary:
    words: dict[str, int] = {}
    names: dict[str, int] = {}
    for brand, name, year, category in PRODUCTS:
        made = document(
            ProductFacts(
                name=name, brand=brand, launch_year=year, categories=[category], details=list(DETAILS), needs=NEEDS
            )
        )
        for weight, found in made.items():
            for word in found:
                words[word] = words.get(word, 0) + 1
                if weight in "AB":
                    names[word] = names.get(word, 0) + 1
    facts = Facts(
        words=words,
        names=names,
        brands=[(brand, brand.lower()) for brand in dict.fromkeys(row[0] for row in PRODUCTS)],
        categories=CATEGORIES,
        finishes=FINISHES,
        sizes=((64, 128, 256, 512, 1000, 1024, 8), (8, 16, 32), ("unlocked",)),
        specs=(("connectivity", "5g, nfc, wifi-6"), ("screen_in", 6.1), ("screen_in", 13.3), ("screen_in", 23.8)),
        products=[(brand, name) for brand, name, _year, _category in PRODUCTS],
    )
    for name, value in changes.items():
        setattr(facts, name, value)
    return vocabulary_of(facts)
