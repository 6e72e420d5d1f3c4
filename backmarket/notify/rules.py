"""When a text message may disturb somebody, and how long it is."""

import unicodedata
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# Nobody's telephone rings at night because of a parcel.
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
# GSM 03.38: the letters of the basic alphabet, and those that take two places.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "..."}
)


def loud_at(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when a text message may be sent: now, or in the morning of whoever gets it."""
    local = now.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=zone)


def plain(text: str) -> str:
    """Return a text in letters that cost one place each, where it can be said in them without a loss of meaning."""
    return "".join(_plain(letter) for letter in text.translate(PLAIN))


def _plain(letter: str) -> str:
    if letter in BASIC or letter in EXTENDED:
        return letter
    if letter.isspace():
        return " "
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return base if base and all(part in BASIC for part in base) else letter


def segments(text: str) -> int:
    """Return how many messages a text is sent as: of 160 letters, or 70 if one is outside the GSM alphabet."""
    if all(letter in BASIC or letter in EXTENDED for letter in text):
        length, alone, joined = sum(2 if letter in EXTENDED else 1 for letter in text), 160, 153
    else:
        length, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)
