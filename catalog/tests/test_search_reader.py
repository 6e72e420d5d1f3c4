"""How searches are read: short forms, slips of the finger, filters in six languages, and what hostile text costs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.reader import MAX_TOKENS, MAX_WORD, read
from catalog.search.spelling import corrected, halves, segments

from .words import small_catalogue

KNOWN = small_catalogue()


def words_of(text, language=""):
    return " ".join(read(text, KNOWN, language).words)


def filters_of(text, language=""):
    return [facet for group in read(text, KNOWN, language).groups for facet in group]


def limits_of(text):
    reading = read(text, KNOWN)
    return reading.price_from_minor, reading.price_to_minor


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ip 13 pm", "iphone 13 pro max"),
        ("iphone12", "iphone 12"),
        ("ipone12", "iphone 12"),
        ("iphone13pro", "iphone 13 pro"),
        ("s21fe", "s21 fe"),
        ("s 21 fe", "s21 fe"),
        ("galaxys21ultra", "galaxy s21 ultra"),
        ("galaxy watch4 classic", "galaxy watch 4 classic"),
        ("zflip3", "z flip 3"),
        ("z6ii", "z 6 ii"),
        ("ps5", "playstation 5"),
        ("play station 5", "playstation 5"),
        ("mba m1", "macbook air m1"),
        ("mbp 16", "macbook pro 16"),
        ("air pods pro 2", "airpods pro 2"),
        ("airpod", "airpods"),
        ("iphone 10", "iphone x"),
        ("iphone se 2022", "iphone se 2022"),
        ("wh1000xm4", "wh 1000xm4"),
        ("wh 1000 xm4", "wh 1000xm4"),
        ("ipone 12", "iphone 12"),
        ("galxy s21", "galaxy s21"),
        ("plastation 5", "playstation 5"),
        ("iphone pas cher reconditionné", "iphone"),
        ("günstiges gebrauchtes iphone", "iphone"),
    ],
)
def test_short_forms_and_slips_are_read_as_meant(typed, words):
    assert words_of(typed) == words


@pytest.mark.parametrize(
    ("typed", "brand"),
    [("samsumg s21", "samsung"), ("samsnug s21", "samsung"), ("nitendo switch", "nintendo"), ("appel", "apple")],
)
def test_brands_are_filters_however_they_are_spelt(typed, brand):
    assert filters_of(typed) == [f"brand:{brand}"]


def test_a_search_becomes_words_and_filters():
    reading = read("ipone 12 128 noir moins de 300 €", KNOWN)

    assert reading.words == ["iphone", "12"]
    assert reading.groups == (("storage:128",), ("colour:black",))
    assert (reading.price_from_minor, reading.price_to_minor) == (None, 30_000)
    assert reading.is_corrected
    assert reading.text == "iphone 12 128gb noir moins de 300 eur"


@pytest.mark.parametrize(
    ("typed", "facets"),
    [
        ("macbook 8 go ram 256 go", ["memory:8", "storage:256"]),
        ("macbook 8gb 256gb", ["memory:8", "storage:256"]),
        ("macbook 16/512", ["memory:16", "storage:512"]),
        ("macbook pro 16 32gb 1tb", ["memory:32", "storage:1024"]),
        ("macbook 64gb ram", ["memory:64"]),
        ("macbook 8gb", ["memory:8", "storage:8"]),
        ("macbook 1 to", ["storage:1024"]),
        ("iphone 64", ["storage:64"]),
        ("iphone 128 ou 256", ["storage:128", "storage:256"]),
        ("iphone 12", []),
        ("nintendo 64", ["brand:nintendo"]),
        ("128", []),
        ("iphone 77", []),
    ],
)
def test_numbers_are_capacities_only_where_they_are_meant_so(typed, facets):
    assert filters_of(typed) == facets


@pytest.mark.parametrize(
    ("typed", "facets"),
    [
        ("iphone noir", ["colour:black"]),
        ("schwarzes iphone", ["colour:black"]),
        ("iphone negra", ["colour:black"]),
        ("iphone noir ou blanc", ["colour:black", "colour:white"]),
        ("iphone minuit", ["finish:midnight"]),
        ("iphone sierra blue", ["finish:sierra-blue"]),
        ("iphone space grey", ["finish:space-gray"]),
        ("iphone or rose", ["finish:rose-gold"]),
        ("gopro hero 12 black", ["brand:gopro"]),
        ("iphone 12 black", ["colour:black"]),
    ],
)
def test_colours_and_finishes_are_told_from_names(typed, facets):
    assert filters_of(typed) == facets


@pytest.mark.parametrize(
    ("typed", "facets"),
    [
        ("téléphone", ["category:smartphones"]),
        ("telefoons", ["category:smartphones"]),
        ("cellulari", ["category:smartphones"]),
        ("handys", ["category:smartphones"]),
        ("ordinateur portable", ["category:laptops"]),
        ("ordenadores portátiles", ["category:laptops"]),
        ("telephones androids", ["category:android-phones"]),
        ("tablette android", ["category:android-tablets"]),
        ("kopfhörer", ["category:headphones"]),
        ("iphones", ["category:iphones"]),
        ("gaming", ["category:consoles"]),
        ("gaming laptop", ["category:laptops"]),
        ("laptop microsoft", ["brand:microsoft", "category:laptops"]),
        ("bose headphones", ["brand:bose", "category:headphones"]),
        ("nothing phone 2", ["brand:nothing"]),
        ("surface laptop", []),
        ("playstation", []),
        ("hedphones", ["category:headphones"]),
        ("laptpo", ["category:laptops"]),
    ],
)
def test_categories_are_told_from_names(typed, facets):
    assert sorted(filters_of(typed)) == facets


@pytest.mark.parametrize(
    ("typed", "facets"),
    [
        ("iphone très bon état", ["grade:excellent"]),
        ("iphone bon état", ["grade:good"]),
        ("iphone guter zustand", ["grade:good"]),
        ("iphone wie neu", ["grade:premium"]),
        ("iphone como nuevo", ["grade:premium"]),
        ("iphone excellent", ["grade:excellent"]),
        ("iphone buone condizioni", ["grade:good"]),
        ("iphone goede staat", ["grade:good"]),
        ("iphone unlocked", ["lock:unlocked"]),
        ("iphone désimlocké", ["lock:unlocked"]),
        ("iphone simlockfrei", ["lock:unlocked"]),
        ("iphone 6,1 pouces", ["screen:6"]),
        ("iphone 6.1", ["screen:6"]),
        ('phone 6.7"', ["category:smartphones", "screen:6.5"]),
        ("phone with nfc and 5g", ["category:smartphones", "feature:nfc", "feature:5g"]),
        ("wi-fi 6 laptop", ["feature:wifi-6", "category:laptops"]),
        ("s21 ultra 5g", []),
        ("laptop 13", ["category:laptops", "screen:13"]),
        ("laptop 24 inch", ["category:laptops", "screen:23"]),
        ("laptop 99", ["category:laptops"]),
    ],
)
def test_grades_locks_screens_and_features_are_filters(typed, facets):
    assert filters_of(typed) == facets


def test_a_lock_that_no_device_has_asks_for_nothing():
    known = small_catalogue(sizes=((128,), (8,), ()))

    reading = read("iphone unlocked", known)

    assert (reading.words, reading.groups, reading.ignored) == (["iphone"], (), [])


def test_a_feature_that_no_device_has_is_named_as_left_out():
    reading = read("iphone waterproof", KNOWN)

    assert (reading.words, reading.ignored) == (["iphone"], ["waterproof"])


@pytest.mark.parametrize(
    ("typed", "limits"),
    [
        ("phone under 300", (None, 30_000)),
        ("phone < 300 €", (None, 30_000)),
        ("moins de 300 €", (None, 30_000)),
        ("à moins de 299,99 euros", (None, 29_999)),
        ("unter 300 euro", (None, 30_000)),
        ("bis 300", (None, 30_000)),
        ("menos de 250 euros", (None, 25_000)),
        ("sotto i 300 euro", (None, 30_000)),
        ("onder de 300 euro", (None, 30_000)),
        ("ab 200 €", (20_000, None)),
        ("à partir de 150 euros", (15_000, None)),
        ("più di 200 euro", (20_000, None)),
        ("between 200 and 300", (20_000, 30_000)),
        ("entre 200 et 300 €", (20_000, 30_000)),
        ("200-300 €", (20_000, 30_000)),
        ("from £150 to £250", (15_000, 25_000)),
        ("$400", (None, 40_000)),
        ("1 200 €", (None, 120_000)),
        ("1.200 €", (None, 120_000)),
        ("environ 300 euros", (24_000, 36_000)),
        ("300 euros maximum", (None, 30_000)),
        ("iphone 13 pro max", (None, None)),
        ("iphone 12 pro max 256", (None, None)),
        ("under 13", (None, None)),
        ("between 5 and 7", (None, None)),
        ("iphone 12", (None, None)),
    ],
)
def test_limits_of_the_price_are_read_in_six_languages(typed, limits):
    assert limits_of(typed) == limits


@pytest.mark.parametrize(
    ("typed", "language", "facets"),
    [
        ("iphone 12 or", "fr", ["colour:gold"]),
        ("iphone 12 or samsung", "en", ["brand:samsung"]),
    ],
)
def test_a_word_of_two_languages_counts_in_its_own(typed, language, facets):
    assert filters_of(typed, language) == facets


def test_natural_phrases_keep_what_is_searched_for():
    camera = read("téléphone pas cher avec bon appareil photo", KNOWN, "fr")
    console = read("casque pour ps5", KNOWN, "fr")
    student = read("laptop for students 16gb ram", KNOWN, "en")

    assert (camera.groups, camera.ignored) == ((("category:smartphones",),), ["appareil photo"])
    assert (console.groups, console.words, console.ignored) == ((("category:headphones",),), [], ["playstation", "5"])
    assert student.groups == (("category:laptops",), ("memory:16",))


def test_of_categories_that_exclude_each_other_the_first_counts():
    reading = read("headphones laptop", KNOWN)

    assert (reading.groups, reading.ignored) == ((("category:headphones",),), ["laptop"])


def test_every_part_can_be_taken_away():
    reading = read("iphone 12 128 noir bon état unter 300 euro", KNOWN)

    assert [(part.kind, reading.without(part)) for part in reading.parts if part.kind != "word"] == [
        ("storage", "iphone 12 noir bon etat unter 300 euro"),
        ("colour", "iphone 12 128gb bon etat unter 300 euro"),
        ("grade", "iphone 12 128gb noir unter 300 euro"),
        ("price", "iphone 12 128gb noir bon etat"),
    ]


def test_the_last_word_may_be_only_begun():
    whole, begun = read("macbook air", KNOWN), read("macbook ai", KNOWN)

    assert (whole.words, whole.prefix) == (["macbook", "air"], "")
    assert (begun.words, begun.prefix) == (["macbook"], "ai")


def test_what_means_nothing_is_set_aside_and_named():
    reading = read("coque iphone qwxyz", KNOWN)

    assert (reading.words, reading.ignored) == (["iphone"], ["coque", "qwxyz"])


def test_synonyms_of_staff_come_first_and_keep_to_their_language():
    known = small_catalogue(synonyms=[("knochen", "de", "nintendo 64"), ("mba", "", "macbook pro")])

    assert read("knochen", known, "de").words == ["64"]
    assert read("knochen", known, "fr").ignored == ["knochen"]
    assert read("mba", known, "fr").words == ["macbook", "pro"]


def test_a_synonym_that_means_itself_ends():
    known = small_catalogue(synonyms=[("iphone", "", "iphone iphone")])

    assert read("iphone", known).words == ["iphone"]


def test_models_are_never_guessed():
    assert corrected("s22", KNOWN.names, KNOWN.terms) is None
    assert corrected("1000xm5", KNOWN.names, KNOWN.terms) is None
    assert segments("99", {"9": 1}, frozenset()) == []
    assert segments("z9", {"z": 1, "9": 1}, frozenset()) == []
    assert halves("abc12") == []


SPOKEN = st.lists(
    st.sampled_from(
        "iphone|ipone|12|13|pro max|128|128go|1to|noir|midnight|or rose|samsung|s21fe|ps5|téléphone|reconditionné"
        "|pas cher|moins de 300 €|laptop|16gb ram|bon état|qwxyz|under 400 euros|8/256|6,1 pouces|case|5g".split("|")
    ),
    max_size=8,
).map(" ".join)


@given(SPOKEN)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_what_was_read_reads_the_same_again(typed):
    once = read(typed, KNOWN)
    again = read(once.text, KNOWN)

    assert again.text == once.text
    assert (again.words, again.price_to_minor) == (once.words, once.price_to_minor)


@given(SPOKEN)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_case_does_not_matter(typed):
    assert read(typed.upper(), KNOWN).text == read(typed, KNOWN).text


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_every_text_can_be_read(typed):
    reading = read(typed, KNOWN)

    assert set(reading.words) <= set(KNOWN.words)
    assert all(part.text for part in reading.parts)


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 10_000,
        "iphone " * 2_000,
        "xqzw" * 2_500,
        " ".join(f"qxz{number}w" for number in range(2_000)),
        " ".join(["playstaton"] * 500 + ["samsumg"] * 500),
        "\u0301" * 10_000,
        "\ufdfa" * 10_000,
        "1" * 10_000,
        "1 " * 5_000,
        "1,1," * 2_500,
        "under " * 2_000,
        "((((" * 2_500,
        "-- ' \" \\ % _ & | ! : * ( ) <" * 400,
        "for with pour avec " * 600,
        "iphone12pro" * 900,
        "𝔄" * 10_000,
    ],
    ids=lambda typed: f"{typed[:8]!a}",
)
def test_hostile_text_is_cut(typed):
    reading = read(typed, KNOWN)

    words = " ".join([reading.text, *reading.ignored]).split()
    assert len(words) <= 2 * MAX_TOKENS
    assert sum(map(len, words)) <= MAX_TOKENS * MAX_WORD
