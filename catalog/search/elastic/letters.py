"""Groups of three letters, as PostgreSQL's pg_trgm makes them: the index is filled by its `show_trgm`."""

import re

WORD = re.compile(r"[^\W_]+")


def trigrams(text: str) -> set[str]:
    """Return the groups of a text; each word has two blanks before and one behind."""
    found = set()
    for word in WORD.findall(text.lower()):
        padded = f"  {word} "
        found |= {padded[start : start + 3] for start in range(len(padded) - 2)}
    return found
