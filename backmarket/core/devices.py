"""
The device drawings that the shop can show, by family.

A family is one drawing of `frontend/public/devices.svg`, with real proportions;
the finish comes from the colour of the SKU. Catalogue rows store `key`, so a
key is never renamed or reused for another shape.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceFamily:
    """A drawing and its box; `front` names the symbol that shows the screen."""

    key: str
    width: int
    height: int
    front: str = ""

    @property
    def has_wallpaper(self) -> bool:
        """Phones and tablets show a wallpaper that suits their finish."""
        return self.key.startswith(("phone", "tablet"))

    @property
    def is_wide(self) -> bool:
        """Wide drawings fill a card by its width, the others by its height."""
        return self.width > self.height

    def symbol(self, view: str) -> str:
        """Name the symbol for a view; a family with one view shows that one."""
        return self.front if view == "front" and self.front else self.key


DEVICE_FAMILIES: tuple[DeviceFamily, ...] = (
    # Phones with a home button, then notch, then island: what the front shows.
    DeviceFamily("phone-home", 300, 600, front="phone-home-front"),  # iPhone 6 to 8, SE
    DeviceFamily("phone-home-dual", 300, 600, front="phone-home-front"),  # iPhone 7 and 8 Plus
    DeviceFamily("phone-pill", 300, 600, front="phone-notch-front"),  # iPhone X, XS
    DeviceFamily("phone-single", 300, 600, front="phone-notch-front"),  # iPhone XR
    DeviceFamily("phone-duo", 300, 600, front="phone-notch-front"),  # iPhone 11, 12: one above the other
    DeviceFamily("phone-dual", 300, 600, front="phone-notch-front"),  # iPhone 13, 14: diagonal
    DeviceFamily("phone-dual-island", 300, 600, front="phone-island-front"),  # iPhone 15
    DeviceFamily("phone-duo-island", 300, 600, front="phone-island-front"),  # iPhone 16
    DeviceFamily("phone-triple", 300, 600, front="phone-notch-front"),  # iPhone 11 Pro to 13 Pro
    DeviceFamily("phone-triple-island", 300, 600, front="phone-island-front"),  # iPhone 14 Pro on
    DeviceFamily("phone-stack", 300, 600, front="phone-punch-front"),  # Galaxy S, A: lenses in a column
    DeviceFamily("phone-ultra", 300, 600, front="phone-punch-front"),  # Galaxy Ultra: square corners
    DeviceFamily("phone-bar", 300, 600, front="phone-punch-front"),  # Pixel 6 on: camera bar
    DeviceFamily("phone-round", 300, 600, front="phone-punch-front"),  # OnePlus, Honor, Xiaomi: round island
    DeviceFamily("phone-square", 300, 600, front="phone-punch-front"),  # Pixel 4/5, Redmi, Oppo: square island
    DeviceFamily("phone-fold", 480, 560, front="phone-fold-front"),  # Galaxy Z Fold, open
    DeviceFamily("phone-flip", 300, 600, front="phone-punch-front"),  # Galaxy Z Flip, Razr
    # Tablets and readers
    DeviceFamily("tablet", 400, 540),  # iPad Air, Pro, Galaxy Tab
    DeviceFamily("tablet-home", 400, 540),  # iPad with a home button
    DeviceFamily("e-reader", 360, 500),
    # Computers
    DeviceFamily("laptop-notch", 640, 400),  # MacBook Air and Pro of 2021 on
    DeviceFamily("laptop", 640, 400),  # MacBook before 2021, thin Windows laptops
    DeviceFamily("laptop-black", 640, 400),  # ThinkPad, Latitude: thick bezel, dark keys
    DeviceFamily("desktop-aio", 560, 500),  # iMac
    DeviceFamily("desktop-mini", 480, 220),  # Mac mini, NUC
    DeviceFamily("desktop-tower", 320, 480),
    DeviceFamily("monitor", 560, 460),
    # Consoles
    DeviceFamily("console-handheld", 640, 280),  # Switch
    DeviceFamily("console-deck", 640, 280),  # Steam Deck, ROG Ally
    DeviceFamily("console-ps5", 300, 560),
    DeviceFamily("console-ps4", 560, 220),
    DeviceFamily("console-xbox-x", 260, 460),
    DeviceFamily("console-xbox-s", 480, 240),
    DeviceFamily("controller", 480, 340),
    # Watches
    DeviceFamily("watch-square", 260, 440),
    DeviceFamily("watch-round", 280, 440),
    # Audio
    DeviceFamily("buds", 400, 400),
    DeviceFamily("headphones", 400, 440),
    DeviceFamily("speaker", 360, 380),
    DeviceFamily("speaker-tube", 480, 260),
    # Cameras
    DeviceFamily("camera", 480, 360),
    # Chargers, cases and whatever has no drawing of its own: a parcel
    DeviceFamily("accessory", 400, 360),
)

FAMILIES_BY_KEY: dict[str, DeviceFamily] = {family.key: family for family in DEVICE_FAMILIES}
DEVICE_FAMILY_KEYS: tuple[str, ...] = tuple(FAMILIES_BY_KEY)
