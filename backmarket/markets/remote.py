"""
Where carriers take longer: islands and far regions by the beginning of the postcode, in working days more.

The areas are those for which the carriers themselves publish longer delays; `days` counts for the economical
ways, `express_days` for express. Some carriers do not go there at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class RemoteArea:
    """
    A region that parcels reach `days` working days later; `prefixes` begin its postcodes.

    `unserved_by` names the carriers that do not deliver there.
    """

    name: "StrPromise"
    prefixes: tuple[str, ...]
    days: int
    express_days: int
    unserved_by: tuple[str, ...] = ()

    def covers(self, postcode: str) -> bool:
        return postcode.startswith(self.prefixes)


def _outward(area: str, numbers: Iterable[int]) -> tuple[str, ...]:
    """Write the outward codes of a British postcode area, ended by the space so that PA4 is not PA41."""
    return tuple(f"{area}{number} " for number in numbers)


_NORTH_SEA = ("25849", "25859", "25863", "25869", "25938", "25946", "25980", "25996", "25997", "25999", "27498")
_EAST_FRISIA = ("26465", "26474", "26486", "26548", "26571", "26579", "26757")
_WADDEN = (*(str(code) for code in range(1791, 1798)), "888", "8890", "8891", "8892", "8893", "8894", "8895", "8896",
           "8897", "8899", "916")  # fmt: skip

REMOTE_AREAS: dict[str, tuple[RemoteArea, ...]] = {
    "FR": (
        RemoteArea(_("Corsica"), ("20",), days=2, express_days=1),
        RemoteArea(_("Overseas France"), ("97", "98"), days=5, express_days=3, unserved_by=("mondial_relay",)),
    ),
    "DE": (RemoteArea(_("German islands"), (*_NORTH_SEA, *_EAST_FRISIA, "18565"), days=1, express_days=1),),
    "ES": (
        RemoteArea(_("Balearic Islands"), ("07",), days=1, express_days=1),
        RemoteArea(_("Canary Islands"), ("35", "38"), days=2, express_days=2, unserved_by=("mondial_relay",)),
        RemoteArea(_("Ceuta and Melilla"), ("51", "52"), days=2, express_days=1, unserved_by=("seur", "mondial_relay")),
    ),
    "IT": (
        RemoteArea(_("Sardinia"), ("07", "08", "09"), days=1, express_days=1),
        RemoteArea(_("Sicily"), ("90", "91", "92", "93", "94", "95", "96", "97", "98"), days=1, express_days=1),
    ),
    "NL": (RemoteArea(_("Wadden Islands"), _WADDEN, days=1, express_days=1),),
    "GB": (
        RemoteArea(_("Northern Ireland"), ("BT",), days=1, express_days=1),
        RemoteArea(
            _("Scottish Highlands and islands"),
            ("HS", "ZE", "KW", "IV", *_outward("PA", (*range(41, 50), *range(60, 79)))),
            days=2,
            express_days=1,
        ),
        RemoteArea(
            _("Isle of Man and Channel Islands"),
            ("IM", "JE", "GY"),
            days=2,
            express_days=1,
            unserved_by=("evri_point",),
        ),
        RemoteArea(
            _("Isles of Scilly"),
            _outward("TR", range(21, 26)),
            days=2,
            express_days=1,
            unserved_by=("dpd_uk", "evri_point"),
        ),
    ),
    "US": (
        RemoteArea(_("Alaska"), ("995", "996", "997", "998", "999"), days=2, express_days=1),
        RemoteArea(_("Hawaii"), ("967", "968"), days=2, express_days=1),
        RemoteArea(
            _("Puerto Rico and other territories"),
            ("006", "007", "008", "009", "969"),
            days=2,
            express_days=2,
            unserved_by=("ups_point",),
        ),
        RemoteArea(
            _("Military post offices"),
            ("09", "340", "962", "963", "964", "965", "966"),
            days=6,
            express_days=6,
            unserved_by=("ups_express", "ups_point"),
        ),
    ),
}


def remote_area(postcode: str, market: str) -> RemoteArea | None:
    """Return the far region that a postcode lies in, or None for the rest of the country."""
    return next((area for area in REMOTE_AREAS.get(market, ()) if postcode and area.covers(postcode)), None)
