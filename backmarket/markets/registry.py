"""
The ten markets: country, languages, currency, time zone, taxes, carriers and fee table.

Facts of code, not rows: opening a market is a release. Amounts are minor units of the market's currency.
"""

from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Carrier:
    """A way to deliver: `days` working days from hand-over, domestic; `cross_border_days` from another country."""

    key: str
    name: str
    price_minor: int
    days: int
    cross_border_days: int
    pick_up: bool = False
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class FeeBand:
    """The buyer service fee of a line whose price is below `under_minor` (None: no upper end)."""

    under_minor: int | None
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Market:
    code: str
    name: str
    languages: tuple[str, ...]
    currency: str
    time_zone: ZoneInfo
    vat_rate: Decimal
    prices_include_tax: bool
    carriers: tuple[Carrier, ...]
    fee_bands: tuple[FeeBand, ...]
    price_ceiling_minor: int
    phone_example: str
    legal_conformity_months: int

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(f"{language}-{self.code.lower()}" for language in self.languages)

    @property
    def default_locale(self) -> str:
        return self.locales[0]

    def carrier(self, key: str) -> Carrier:
        """:raises KeyError: the market has no such carrier"""
        for carrier in self.carriers:
            if carrier.key == key:
                return carrier
        raise KeyError(key)

    def service_fee_minor(self, price_minor: int) -> int:
        """Return the buyer service fee of one line by its price band."""
        for band in self.fee_bands:
            if band.under_minor is None or price_minor < band.under_minor:
                return band.fee_minor
        raise ValueError("the last fee band must have no upper end")


_FEES = (FeeBand(10_000, 99), FeeBand(30_000, 299), FeeBand(60_000, 499), FeeBand(None, 699))


def _carriers(
    home: tuple[str, str, str], express: tuple[str, str, str], point: tuple[str, str, str]
) -> tuple[Carrier, ...]:
    return (
        Carrier(home[0], home[1], 0, 3, 5, tracking_url=home[2]),
        Carrier(express[0], express[1], 990, 1, 2, tracking_url=express[2]),
        Carrier(point[0], point[1], 0, 4, 6, pick_up=True, tracking_url=point[2]),
    )


_UPS = ("ups_express", "UPS Express", "https://www.ups.com/track?tracknum={number}")
_DHL_X = ("dhl_express", "DHL Express", "https://www.dhl.com/track?tracking-id={number}")
_CHRONO = ("chronopost", "Chronopost", "https://www.chronopost.fr/tracking?numero={number}")
_MONDIAL = ("mondial_relay", "Mondial Relay", "https://www.mondialrelay.com/suivi?numero={number}")


def _market(
    code: str,
    name: str,
    languages: str,
    zone: str,
    vat: str,
    carriers: tuple[Carrier, ...],
    phone: str,
    *,
    currency: str = "EUR",
    prices_include_tax: bool = True,
    legal_conformity_months: int = 24,
) -> Market:
    return Market(
        code=code,
        name=name,
        languages=tuple(dict.fromkeys([*languages.split(), "en"])),
        currency=currency,
        time_zone=ZoneInfo(zone),
        vat_rate=Decimal(vat),
        prices_include_tax=prices_include_tax,
        carriers=carriers,
        fee_bands=_FEES,
        price_ceiling_minor=1_000_000,
        phone_example=phone,
        legal_conformity_months=legal_conformity_months,
    )


_LIST = (
    _market("FR", "France", "fr", "Europe/Paris", "0.20", _carriers(("colissimo", "Colissimo", "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"), _CHRONO, _MONDIAL), "+33612345678"),
    _market("DE", "Deutschland", "de", "Europe/Berlin", "0.19", _carriers(("dhl", "DHL Paket", "https://www.dhl.de/sendungsverfolgung?piececode={number}"), _DHL_X, ("dhl_packstation", "DHL Packstation", "https://www.dhl.de/sendungsverfolgung?piececode={number}")), "+4915112345678"),
    _market("ES", "España", "es", "Europe/Madrid", "0.21", _carriers(("correos", "Correos", "https://www.correos.es/seguimiento?numero={number}"), ("seur", "SEUR 24", "https://www.seur.com/seguimiento?numero={number}"), _MONDIAL), "+34612345678"),
    _market("IT", "Italia", "it", "Europe/Rome", "0.22", _carriers(("poste", "Poste Italiane", "https://www.poste.it/cerca?numero={number}"), ("brt", "BRT Express", "https://www.brt.it/tracking?numero={number}"), ("inpost", "InPost", "https://inpost.it/trova?numero={number}")), "+393123456789"),
    _market("NL", "Nederland", "nl", "Europe/Amsterdam", "0.21", _carriers(("postnl", "PostNL", "https://postnl.nl/tracktrace?B={number}"), _DHL_X, ("postnl_point", "PostNL-punt", "https://postnl.nl/tracktrace?B={number}")), "+31612345678"),
    _market("BE", "België · Belgique", "fr nl", "Europe/Brussels", "0.21", _carriers(("bpost", "bpost", "https://track.bpost.cloud/btr/web?itemCode={number}"), _DHL_X, _MONDIAL), "+32470123456"),
    _market("IE", "Ireland", "en", "Europe/Dublin", "0.23", _carriers(("an_post", "An Post", "https://www.anpost.com/track?item={number}"), _DHL_X, ("an_post_point", "An Post Click & Collect", "https://www.anpost.com/track?item={number}")), "+353850123456"),
    _market("AT", "Österreich", "de", "Europe/Vienna", "0.20", _carriers(("post_at", "Österreichische Post", "https://www.post.at/sv?snr={number}"), _DHL_X, ("post_at_station", "Post Abholstation", "https://www.post.at/sv?snr={number}")), "+436641234567"),
    _market("GB", "United Kingdom", "en", "Europe/London", "0.20", _carriers(("royal_mail", "Royal Mail Tracked 48", "https://www.royalmail.com/track?number={number}"), ("dpd_uk", "DPD Next Day", "https://track.dpd.co.uk/{number}"), ("evri_point", "Evri ParcelShop", "https://www.evri.com/track/{number}")), "+447400123456", currency="GBP", legal_conformity_months=12),
    _market("US", "United States", "en", "America/New_York", "0", _carriers(("usps", "USPS Ground Advantage", "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"), _UPS, ("ups_point", "UPS Access Point", _UPS[2])), "+12015550123", currency="USD", prices_include_tax=False, legal_conformity_months=12),
)  # fmt: skip

MARKETS: dict[str, Market] = {market.code: market for market in _LIST}
LOCALES: dict[str, Market] = {locale: market for market in _LIST for locale in market.locales}
LANGUAGE_NAMES = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
}


def market_of_locale(locale: str) -> Market:
    """Return the market of a locale such as `fr-be`; an unknown one means the default locale's market."""
    return LOCALES.get(locale, MARKETS["US"])


def translated(texts: dict[str, str], locale: str) -> str:
    """Choose a catalogue text: the locale's language, then the market's own, then English, then any."""
    market = market_of_locale(locale)
    for language in (locale.split("-")[0], *market.languages, "en"):
        if texts.get(language):
            return texts[language]
    return next((text for text in texts.values() if text), "")
