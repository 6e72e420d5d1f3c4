"""Buying guides: their markup, and how a category's page shows them."""

import pytest

from catalog.rules.guides import Block, Guide, Piece, Section, read_guide
from catalog.templatetags.guides import guide_piece

from .factories import CategoryFactory

TEXT = """Sum of it
in one paragraph.

## What to look for

- **Size.** See [iPhones](c:iphones).
- Plain.

Take [good](grade).
"""


def test_a_guide_is_read_into_its_pieces():
    assert read_guide(TEXT) == Guide(
        "Sum of it in one paragraph.",
        (
            Section(
                "What to look for",
                (
                    Block(
                        (
                            (Piece("Size.", is_strong=True), Piece(" See "), Piece("iPhones", "c:iphones"), Piece(".")),
                            (Piece("Plain."),),
                        ),
                        is_list=True,
                    ),
                    Block(((Piece("Take "), Piece("good", "grade"), Piece(".")),)),
                ),
            ),
        ),
    )


@pytest.mark.parametrize("text", ["", "plain", "[x](javascript:alert)", "**open", "<b>no</b>", "## \n\n- "])
def test_odd_text_stays_text(text):
    guide = read_guide(text)

    pieces = [piece for section in guide.sections for block in section.blocks for line in block.lines for piece in line]
    assert all(not piece.target for piece in pieces)


def test_pieces_are_escaped_and_links_that_lead_nowhere_are_text():
    assert guide_piece(Piece("<b>", is_strong=True)) == "<b>&lt;b&gt;</b>"
    assert guide_piece(Piece("<i>", "c:iphones")) == '<a class="link" href="/en-us/c/iphones/">&lt;i&gt;</a>'
    assert guide_piece(Piece("good", "grade")) == '<a class="link" href="/en-us/#grades">Good</a>'
    assert guide_piece(Piece("x", "d:odd")) == "x"


@pytest.mark.django_db
def test_a_narrow_category_goes_on_with_the_guide_of_the_wider_one(client):
    phones = CategoryFactory(key="smartphones", guide={"en": "Phones.\n\n## Which grade\n\nTake [fair](grade)."})
    CategoryFactory(key="iphones", parent=phones, guide={"en": "iPhones last."})

    page = client.get("/en-fr/c/iphones/")

    html = page.content.decode()
    assert page.context["page"].guide.summary == "iPhones last."
    assert "Which grade" in html
    assert 'href="/en-fr/#grades">Fair</a>' in html
