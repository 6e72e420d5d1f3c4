"""
The ten markets: country, languages, currency, time zone, taxes, carriers and fee table.

Facts of code, not rows: opening a market is a release. Amounts are minor units of the market's currency.
"""

from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from .carriers import CARRIERS, Carrier


@dataclass(frozen=True, slots=True)
class FeeBand:
    """The buyer service fee of a line whose price is below `under_minor` (None: no upper end)."""

    under_minor: int | None
    fee_minor: int


@dataclass(frozen=True, slots=True)
class ProtectionBand:
    """What a protection plan costs for a device whose price is below `under_minor` (None: no upper end)."""

    under_minor: int | None
    price_minor: int


@dataclass(frozen=True, slots=True)
class InstalmentOffer:
    """In how many parts a total from `from_minor` on is shown."""

    times: int
    from_minor: int


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
    protection_bands: tuple[ProtectionBand, ...]
    protection_months: int
    eco_minor: tuple[tuple[str, int], ...]
    instalments: tuple[InstalmentOffer, ...]
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

    def protection_minor(self, price_minor: int) -> int:
        """Return what the protection plan of one device costs, by its price band."""
        for band in self.protection_bands:
            if band.under_minor is None or price_minor < band.under_minor:
                return band.price_minor
        raise ValueError("the last protection band must have no upper end")


_FEES = (FeeBand(10_000, 99), FeeBand(30_000, 299), FeeBand(60_000, 499), FeeBand(None, 699))
# About 8 % of the device's price, for two years of cover against drops and liquids.
_PROTECTION = (
    *(ProtectionBand(10_000, 790), ProtectionBand(20_000, 1_290), ProtectionBand(30_000, 1_990)),
    *(ProtectionBand(45_000, 2_990), ProtectionBand(60_000, 4_190), ProtectionBand(80_000, 5_490)),
    *(ProtectionBand(110_000, 7_490), ProtectionBand(150_000, 9_990), ProtectionBand(None, 12_990)),
)
PROTECTION_MONTHS = 24
_INSTALMENTS = (InstalmentOffer(3, 10_000), InstalmentOffer(4, 20_000))
# What of a price pays for recycling, by category: the scale that 01net.com printed when France began to show it in
# November 2006. Whoever runs the market puts in the scale of its own eco-organisation.
_ECO_FRANCE = (
    *(("smartphones", 1), ("watches", 1), ("tablets", 3), ("e-readers", 3)),
    *(("audio", 10), ("cameras", 10), ("laptops", 30), ("desktops", 100)),
)


def _market(
    code: str,
    name: str,
    languages: str,
    zone: str,
    vat: str,
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
        carriers=CARRIERS[code],
        fee_bands=_FEES,
        protection_bands=_PROTECTION,
        protection_months=PROTECTION_MONTHS,
        eco_minor=_ECO_FRANCE if code == "FR" else (),
        instalments=_INSTALMENTS,
        price_ceiling_minor=1_000_000,
        phone_example=phone,
        legal_conformity_months=legal_conformity_months,
    )


_LIST = (
    _market("FR", "France", "fr", "Europe/Paris", "0.20", "+33612345678"),
    _market("DE", "Deutschland", "de", "Europe/Berlin", "0.19", "+4915112345678"),
    _market("ES", "España", "es", "Europe/Madrid", "0.21", "+34612345678"),
    _market("IT", "Italia", "it", "Europe/Rome", "0.22", "+393123456789"),
    _market("NL", "Nederland", "nl", "Europe/Amsterdam", "0.21", "+31612345678"),
    _market("BE", "België · Belgique", "fr nl", "Europe/Brussels", "0.21", "+32470123456"),
    _market("IE", "Ireland", "en", "Europe/Dublin", "0.23", "+353850123456"),
    _market("AT", "Österreich", "de", "Europe/Vienna", "0.20", "+436641234567"),
    _market(
        "GB", "United Kingdom", "en", "Europe/London", "0.20", "+447400123456",
        currency="GBP", legal_conformity_months=12,
    ),
    _market(
        "US", "United States", "en", "America/New_York", "0", "+12015550123",
        currency="USD", prices_include_tax=False, legal_conformity_months=12,
    ),
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
