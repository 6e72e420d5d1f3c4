"""`make share-pictures`: draw what social networks show of a shared page, one picture a family of devices."""

from __future__ import annotations

import base64
import html
import io

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from backmarket.core.devices import DEVICE_FAMILIES, DeviceFamily

from .chromium import require_chromium
from .console import Steps, one_line_failures
from .paths import FRONTEND, ROOT

FOLDER = FRONTEND / "public" / "share"
SHEET = FRONTEND / "public" / "devices.svg"
LOGO = ROOT / "templates" / "components" / "logo.html"
FONTS = FRONTEND / "node_modules" / "@fontsource-variable" / "bricolage-grotesque" / "files"
FONT = FONTS / "bricolage-grotesque-latin-standard-normal.woff2"
WIDTH, HEIGHT = 1200, 630
SCALE = 2 / 3
STAGE_WIDTH, STAGE_HEIGHT = 620, 500
FINISH, NIGHT, SAND = "#41563f", "#242a33", "#a4bfd6"
LINEUP = (("phone-dual", "#f2cfc7"), ("phone-triple", SAND), ("phone-dual", NIGHT), ("phone-bar", "#f1eadd"))
COLOURS = 48
PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face{{font-family:Display;font-weight:200 800;src:url(data:font/woff2;base64,{font})}}
body{{margin:0;width:1200px;height:630px;background:#f6f3ec;overflow:hidden;font-family:Display;color:#12110e}}
body>*{{position:absolute}}
/* Not hidden: a hidden sheet loses its clips. */
.sheet{{width:0;height:0;overflow:hidden}}
.logo{{left:72px;top:64px;display:flex;align-items:flex-end;font-weight:800;font-size:60px;letter-spacing:-2px;
line-height:1}}
.logo svg{{width:40px;height:60px;margin-right:2px}}
.stage{{right:72px;top:65px;width:620px;height:500px;display:flex;align-items:center;justify-content:center}}
.wide{{left:72px;width:auto;gap:40px;top:170px;height:430px}}
</style><div class="sheet">{sheet}</div><div class="logo">{logo}</div>{body}"""


def main() -> None:
    """Draw every family and the line-up of the home page; run it again after a change of devices.svg."""
    with one_line_failures():
        FOLDER.mkdir(parents=True, exist_ok=True)
        steps = Steps(len(DEVICE_FAMILIES) + 1)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=require_chromium(), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)
            for family in DEVICE_FAMILIES:
                with steps.step(f"{family.key}.png"):
                    _take(page, family.key, f'<div class="stage">{_drawing(family)}</div>')
            with steps.step("shop.png"):
                drawn = "".join(_phone(key, colour) for key, colour in LINEUP)
                _take(page, "shop", f'<div class="stage wide">{drawn}</div>')
            browser.close()


def _drawing(family: DeviceFamily) -> str:
    colour = NIGHT if family.key.startswith(("console", "laptop-black", "camera")) else FINISH
    scale = min(STAGE_WIDTH / family.width, STAGE_HEIGHT / family.height)
    return _svg(family, colour, round(family.width * scale), round(family.height * scale))


def _phone(key: str, colour: str) -> str:
    family = next(family for family in DEVICE_FAMILIES if family.key == key)
    return _svg(family, colour, 215, 430)


def _svg(family: DeviceFamily, colour: str, width: int, height: int) -> str:
    box = f"0 0 {family.width} {family.height}"
    return (
        f'<svg class="dev" viewBox="{box}" width="{width}" height="{height}" color="{colour}" fill="{colour}">'
        f'<use href="#{html.escape(family.key)}"/></svg>'
    )


def _take(page: Page, name: str, body: str) -> None:
    font = base64.b64encode(FONT.read_bytes()).decode()
    page.set_content(PAGE.format(sheet=SHEET.read_text(), logo=LOGO.read_text(), body=body, font=font))
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot(type="png")))
    # Flat drawings need few colours, and so a tenth of the bytes.
    small = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
