"""
The device drawings that the shop can show, by family.

A family is one drawing of `frontend/public/devices.svg`, with real proportions;
the finish comes from the colour of the SKU. Catalogue rows store `key`, so a
key is never renamed or reused for another shape.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceFamily:
    """
    A drawing and its box; `front` names the symbol that shows the screen.

    `marks` is where scratches may lie, as x, y, width and height; a parcel has none.
    """

    key: str
    width: int
    height: int
    front: str = ""
    marks: tuple[int, int, int, int] | None = None

    @property
    def is_phone(self) -> bool:
        """Phones of one slab share their box, and marks drawn for it with dents in its edges."""
        return (self.width, self.height) == (300, 600)

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
    DeviceFamily("phone-fold", 480, 560, front="phone-fold-front", marks=(40, 110, 180, 360)),  # Galaxy Z Fold, open
    DeviceFamily("phone-flip", 300, 600, front="phone-punch-front"),  # Galaxy Z Flip, Razr
    # Tablets and readers
    DeviceFamily("tablet", 400, 540, marks=(70, 110, 260, 330)),  # iPad Air, Pro, Galaxy Tab
    DeviceFamily("tablet-home", 400, 540, marks=(70, 120, 260, 300)),  # iPad with a home button
    DeviceFamily("e-reader", 360, 500, marks=(60, 70, 240, 320)),
    # Computers
    DeviceFamily("laptop-notch", 640, 400, marks=(150, 60, 340, 190)),  # MacBook Air and Pro of 2021 on
    DeviceFamily("laptop", 640, 400, marks=(150, 60, 340, 190)),  # MacBook before 2021, thin Windows laptops
    DeviceFamily("laptop-black", 640, 400, marks=(160, 64, 320, 180)),  # ThinkPad, Latitude: thick bezel, dark keys
    DeviceFamily("desktop-aio", 560, 500, marks=(80, 60, 400, 190)),  # iMac
    DeviceFamily("desktop-mini", 480, 220, marks=(110, 60, 260, 60)),  # Mac mini, NUC
    DeviceFamily("desktop-tower", 320, 480, marks=(70, 90, 180, 280)),
    DeviceFamily("monitor", 560, 460, marks=(80, 60, 400, 220)),
    # Consoles
    DeviceFamily("console-handheld", 640, 280, marks=(200, 64, 240, 140)),  # Switch
    DeviceFamily("console-deck", 640, 280, marks=(200, 64, 240, 130)),  # Steam Deck, ROG Ally
    DeviceFamily("console-ps5", 300, 560, marks=(100, 150, 100, 250)),
    DeviceFamily("console-ps4", 560, 220, marks=(110, 50, 340, 60)),
    DeviceFamily("console-xbox-x", 260, 460, marks=(50, 110, 160, 280)),
    DeviceFamily("console-xbox-s", 480, 240, marks=(60, 60, 220, 120)),
    DeviceFamily("controller", 480, 340, marks=(190, 110, 100, 100)),
    # Watches
    DeviceFamily("watch-square", 260, 440, marks=(66, 146, 128, 150)),
    DeviceFamily("watch-round", 280, 440, marks=(90, 170, 100, 110)),
    # Audio
    DeviceFamily("buds", 400, 400, marks=(110, 220, 180, 110)),
    DeviceFamily("headphones", 400, 440, marks=(46, 240, 60, 120)),
    DeviceFamily("speaker", 360, 380, marks=(100, 120, 160, 150)),
    DeviceFamily("speaker-tube", 480, 260, marks=(90, 90, 300, 90)),
    # Cameras
    DeviceFamily("camera", 480, 360, marks=(56, 210, 90, 100)),
    # Chargers, cases and whatever has no drawing of its own: a parcel
    DeviceFamily("accessory", 400, 360),
)

FAMILIES_BY_KEY: dict[str, DeviceFamily] = {family.key: family for family in DEVICE_FAMILIES}
DEVICE_FAMILY_KEYS: tuple[str, ...] = tuple(FAMILIES_BY_KEY)
