"""Which plain colours a finish counts as: a "midnight" phone is what people mean by a black one."""

import colorsys
import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
# Upper ends of the hues in degrees; red wraps around.
HUES = ((14, "red"), (40, "orange"), (68, "yellow"), (170, "green"), (256, "blue"), (300, "purple"), (345, "pink"))


def plain_colours(hex_colour: str) -> frozenset[str]:
    """Return the plain colours of a finish by its hex value; border cases count as both."""
    if not HEX.fullmatch(hex_colour):
        return frozenset()
    red, green, blue = (int(hex_colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    chroma = max(red, green, blue) - min(red, green, blue)
    found = _by_lightness(light, chroma)
    if chroma >= 0.1 or (saturation >= 0.25 and light < 0.8):
        found |= _by_hue(hue * 360, light, chroma)
    return frozenset(found)


def _by_lightness(light: float, chroma: float) -> set[str]:
    found = set()
    if chroma < 0.09:
        ranges = (("black", 0, 0.31), ("grey", 0.24, 0.72), ("silver", 0.68, 0.91), ("white", 0.83, 1.01))
        found = {name for name, low, high in ranges if low <= light < high}
    elif light < 0.19:
        found = {"black"}
    return found


def _by_hue(hue: float, light: float, chroma: float) -> set[str]:
    name = next((name for end, name in HUES if hue < end), "red")
    if name == "red" and light > 0.68:
        return {"pink"}
    if name == "orange" and light < 0.4:
        return {"brown"}
    if name in ("orange", "yellow") and chroma < 0.4 and light > 0.6:
        return {"gold", "beige"}
    return {name}
