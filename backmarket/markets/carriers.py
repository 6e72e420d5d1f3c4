"""
The carriers of each market: a free tracked home delivery, a paid express, a free pick-up point.

Days are the carriers' published domestic and cross-border delays in working days; prices are ours.
"""

from dataclasses import dataclass

from .remote import RemoteArea


@dataclass(frozen=True, slots=True)
class Carrier:
    """
    A way to deliver: `days` working days from hand-over, domestic; `cross_border_days` from another country.

    `to_po_boxes`: only posts that deliver letters and parcels alike open post office boxes.
    """

    key: str
    name: str
    price_minor: int
    days: int
    cross_border_days: int
    pick_up: bool = False
    is_express: bool = False
    tracking_url: str = ""
    to_po_boxes: bool = False

    def serves(self, area: RemoteArea | None) -> bool:
        """Tell whether it delivers in `area`; everywhere else it does."""
        return area is None or self.key not in area.unserved_by

    def days_to(self, area: RemoteArea | None, *, is_domestic: bool) -> int:
        """Return the working days from hand-over to a home, `area` being where it lies if that is far away."""
        more = 0 if area is None else area.express_days if self.is_express else area.days
        return more + (self.days if is_domestic else self.cross_border_days)


def _home(key: str, name: str, tracking_url: str, *, to_po_boxes: bool = False) -> Carrier:
    return Carrier(key, name, 0, days=3, cross_border_days=5, tracking_url=tracking_url, to_po_boxes=to_po_boxes)


def _express(key: str, name: str, tracking_url: str) -> Carrier:
    return Carrier(key, name, 990, days=1, cross_border_days=2, is_express=True, tracking_url=tracking_url)


def _point(key: str, name: str, tracking_url: str) -> Carrier:
    return Carrier(key, name, 0, days=4, cross_border_days=6, pick_up=True, tracking_url=tracking_url)


_DHL_EXPRESS = _express("dhl_express", "DHL Express", "https://www.dhl.com/track?tracking-id={number}")
_MONDIAL_RELAY = _point("mondial_relay", "Mondial Relay", "https://www.mondialrelay.com/suivi?numero={number}")
_DHL_TRACKING = "https://www.dhl.de/sendungsverfolgung?piececode={number}"
_POSTNL_TRACKING = "https://postnl.nl/tracktrace?B={number}"
_AN_POST_TRACKING = "https://www.anpost.com/track?item={number}"
_POST_AT_TRACKING = "https://www.post.at/sv?snr={number}"
_UPS_TRACKING = "https://www.ups.com/track?tracknum={number}"

CARRIERS: dict[str, tuple[Carrier, ...]] = {
    "FR": (
        _home("colissimo", "Colissimo", "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"),
        _express("chronopost", "Chronopost", "https://www.chronopost.fr/tracking?numero={number}"),
        _MONDIAL_RELAY,
    ),
    "DE": (
        _home("dhl", "DHL Paket", _DHL_TRACKING),
        _DHL_EXPRESS,
        _point("dhl_packstation", "DHL Packstation", _DHL_TRACKING),
    ),
    "ES": (
        _home("correos", "Correos", "https://www.correos.es/seguimiento?numero={number}"),
        _express("seur", "SEUR 24", "https://www.seur.com/seguimiento?numero={number}"),
        _MONDIAL_RELAY,
    ),
    "IT": (
        _home("poste", "Poste Italiane", "https://www.poste.it/cerca?numero={number}"),
        _express("brt", "BRT Express", "https://www.brt.it/tracking?numero={number}"),
        _point("inpost", "InPost", "https://inpost.it/trova?numero={number}"),
    ),
    "NL": (
        _home("postnl", "PostNL", _POSTNL_TRACKING),
        _DHL_EXPRESS,
        _point("postnl_point", "PostNL-punt", _POSTNL_TRACKING),
    ),
    "BE": (
        _home("bpost", "bpost", "https://track.bpost.cloud/btr/web?itemCode={number}"),
        _DHL_EXPRESS,
        _MONDIAL_RELAY,
    ),
    "IE": (
        _home("an_post", "An Post", _AN_POST_TRACKING, to_po_boxes=True),
        _DHL_EXPRESS,
        _point("an_post_point", "An Post Click & Collect", _AN_POST_TRACKING),
    ),
    "AT": (
        _home("post_at", "Österreichische Post", _POST_AT_TRACKING),
        _DHL_EXPRESS,
        _point("post_at_station", "Post Abholstation", _POST_AT_TRACKING),
    ),
    "GB": (
        _home(
            "royal_mail",
            "Royal Mail Tracked 48",
            "https://www.royalmail.com/track?number={number}",
            to_po_boxes=True,
        ),
        _express("dpd_uk", "DPD Next Day", "https://track.dpd.co.uk/{number}"),
        _point("evri_point", "Evri ParcelShop", "https://www.evri.com/track/{number}"),
    ),
    "US": (
        _home(
            "usps",
            "USPS Ground Advantage",
            "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
            to_po_boxes=True,
        ),
        _express("ups_express", "UPS Express", _UPS_TRACKING),
        _point("ups_point", "UPS Access Point", _UPS_TRACKING),
    ),
}
