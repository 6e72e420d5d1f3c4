"""
What the query log may hold, and from when on a search may be seen.

The log counts searches, not people: it has nothing to tell two people apart by. What looks personal is never written;
what is left is shown to nobody until it was searched `MIN_SEARCHES` times on `MIN_DAYS` days in one market and
language, and is forgotten after `RARE_KEPT_DAYS` if it never was. What is common is forgotten after `KEPT_DAYS`.
"""

import re

MIN_SEARCHES = 5
MIN_DAYS = 2
RARE_KEPT_DAYS = 28
KEPT_DAYS = 180
MAX_CHARS = 60
MAX_WORDS = 8
MAX_POSITION = 1000
# Below this many clicks a search, a report calls a search one with few clicks.
FEW_CLICKS = 0.2

ADDRESS = re.compile(
    r"@|\bwww\.|https?:|\b[\w-]{2,}\.(?:com|net|org|info|eu|io|fr|de|es|it|nl|be|at|ie|uk|us)\b", re.IGNORECASE
)
# Digits with at most two separators between them: telephones, IMEIs, cards, accounts, order numbers.
DIGITS = re.compile(r"\d(?:[ .\-/()+]{0,2}\d)*")
GROUP = re.compile(r"\d+")
# Capacities and years stand in a row without being anybody's number.
SIZES = frozenset("4 6 8 12 16 18 24 32 36 48 64 96 128 256 500 512 1000 1024 2000 2048".split())
YEAR = re.compile(r"20[0-3]\d")
MAX_DIGITS = 7
LONG_GROUP = 7
BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|curl|wget|python|headless|lighthouse|preview|scan|monitor|http-?client|fetch",
    re.IGNORECASE,
)


def looks_personal(text: str) -> bool:
    """Say whether a search may hold an address, a link, or a number of somebody or something of theirs."""
    return bool(ADDRESS.search(text)) or any(_is_long_number(found) for found in DIGITS.findall(text))


def _is_long_number(text: str) -> bool:
    groups = GROUP.findall(text)
    own = [group for group in groups if group not in SIZES and not YEAR.fullmatch(group)]
    return any(len(group) >= LONG_GROUP for group in groups) or sum(map(len, own)) > MAX_DIGITS


def may_be_logged(text: str, normal_form: str) -> bool:
    """Say whether a search may be counted: it means something, is short, and looks like nobody's own."""
    is_short = len(text) <= MAX_CHARS and len(normal_form) <= MAX_CHARS and len(normal_form.split()) <= MAX_WORDS
    return bool(normal_form) and is_short and not looks_personal(text)


def is_robot(user_agent: str) -> bool:
    """Say whether a browser calls itself something that no shopper uses."""
    return not user_agent or bool(BOT.search(user_agent))
