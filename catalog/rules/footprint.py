"""
Water that was not used because a device stays in use: an estimate, and only where a published figure exists.

Friends of the Earth and Trucost ("Mind your step", 2015) put the water footprint of a generic smartphone at nearly
13,000 litres over its supply chain. As with CO₂, a tenth is taken off for parts, testing and transport, and the
result is rounded down to whole thousands, because the factor knows no more than that. No comparable figure exists
for other kinds of device, so nothing is shown for them.
"""

SMARTPHONE_LITRES = 12_700
KEPT_PERCENT = 90
STEP_LITRES = 1_000


def water_saved_litres(family: str) -> int | None:
    """Return the litres that a refurbished device of a family saves, or None where nothing is known."""
    if not family.startswith("phone"):
        return None
    return SMARTPHONE_LITRES * KEPT_PERCENT // 100 // STEP_LITRES * STEP_LITRES
