"""A shipping label as a PDF of 100 × 150 mm, set by Typst, its number in Code 128."""

import json
from datetime import UTC
from itertools import groupby
from typing import Any

from babel import Locale
from barcode.codex import Code128
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backmarket.markets.carriers import Carrier
from checkout.models import ShippingLabel

from .pdf import HERE, compiler
from .words import clean

TEMPLATE = HERE / "label.typ"


def label_pdf(label: ShippingLabel, *, carrier: Carrier, language: str) -> bytes:
    """
    Draw a label that was bought; the same label gives the same bytes with the same version of the tools.

    Its words are the seller's; names of countries stand in English, as the post of any country reads them.
    """
    with translation.override(language):
        facts = clean(_facts(label, carrier))
    drawn = compiler().compile(
        TEMPLATE,
        format="pdf",
        sys_inputs={"label": json.dumps(facts)},
        timestamp=label.requested_at.astimezone(UTC).replace(microsecond=0),
    )
    assert isinstance(drawn, bytes)
    return drawn


def _facts(label: ShippingLabel, carrier: Carrier) -> dict[str, Any]:
    told = label.facts
    if carrier.pick_up:
        service = pgettext("label", "Pick-up point")
    else:
        service = pgettext("label", "Express") if carrier.is_express else pgettext("label", "Home")
    return {
        "carrier": carrier.name,
        "service": service,
        "sender": _party(told["sender"]),
        "recipient": _party(told["recipient"]),
        "phone": told["recipient"]["phone"],
        "pickup": [told["pickup_address"], told["pickup_point"]] if told["pickup_point"] else [],
        "order": told["order"],
        "weight": f"{told['weight_g'] / 1000:.2f} kg",
        "tracking_number": label.tracking_number,
        "number_text": _spaced(label.tracking_number),
        "routing_code": label.routing_code,
        "bars": bars(label.tracking_number),
        "words": {"from": _("From"), "to": _("To"), "order": _("Order"), "pickup": _("Pick-up point")},
    }


def _party(party: dict[str, Any]) -> list[str]:
    country = Locale("en").territories.get(party["country"], party["country"]).upper()
    return [line for line in (party["name"], party["company"], *party["lines"], country) if line]


def bars(text: str) -> list[int]:
    """Return the widths of a text's bars and gaps in Code 128, in modules, a bar first (ISO/IEC 15417)."""
    (modules,) = Code128(text).build()
    return [len(list(run)) for _bar, run in groupby(modules)]


def _spaced(number: str) -> str:
    """Return a number in groups of four, as people read it to each other."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
