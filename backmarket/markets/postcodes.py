"""Postcodes by country, in the form that each postal service publishes."""

import re

_GB_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G "
    "GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW "
    "OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC "
    "WD WF WN WR WS WV YO ZE"
).split()

POSTCODES = {
    "FR": (r"(0[1-9]|[1-8]\d|9[0-8])\d{3}", "75011"),
    "DE": (r"(0[1-9]|[1-9]\d)\d{3}", "10115"),
    "ES": (r"(0[1-9]|[1-4]\d|5[0-2])\d{3}", "28004"),
    "IT": (r"\d{5}", "20121"),
    "NL": (r"[1-9]\d{3} ?(?!S[ADS])[A-Z]{2}", "1012 AB"),
    "BE": (r"[1-9]\d{3}", "1000"),
    "IE": (r"[AC-FHKNPRTV-Y]\d[0-9W] ?[0-9AC-FHKNPRTV-Y]{4}", "D02 AF30"),
    "AT": (r"[1-9]\d{3}", "1010"),
    "GB": (rf"({'|'.join(_GB_AREAS)})\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{{2}}", "EC1A 1BB"),
    "US": (r"\d{5}(-\d{4})?", "10001"),
}
LONGEST = 16


def normal_postcode(text: str, country: str) -> str | None:
    """Return a postcode as the country's post writes it, or None if it is none."""
    candidate = re.sub(r"\s+", " ", text[: LONGEST * 2].strip().upper())
    pattern, _example = POSTCODES[country]
    if not candidate.isascii() or not re.fullmatch(pattern, candidate):
        return None
    if country in ("NL", "GB", "IE") and " " not in candidate:
        cut = {"NL": 4, "IE": 3, "GB": len(candidate) - 3}[country]
        return f"{candidate[:cut]} {candidate[cut:]}"
    return candidate


def example_of(country: str) -> str:
    """Return a postcode of the country that people may copy the form of."""
    return POSTCODES[country][1]
