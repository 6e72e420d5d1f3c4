"""
`make messages`: gather every text of code and templates into the catalogues under locale/.

Babel extracts and merges, so that nobody needs the machine's gettext tools. English is the source; French is
complete, the other languages of the markets stand ready to be filled.
"""

from __future__ import annotations

import re
import subprocess

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from .paths import ROOT

LANGUAGES = ("fr", "de", "es", "it", "nl")
COMPLETE = ("fr",)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [
    ("templates/**.html", "enmerkar.extract.extract_django"),
    ("templates/**.txt", "enmerkar.extract.extract_django"),
    ("**/tests/**.py", "ignore"),
    ("**/migrations/**.py", "ignore"),
    ("**.py", "python"),
]
LONE_PERCENT = re.compile(r"(?<!%)%(?!%|\(\w+\)s)")
FOLDERS = ("backmarket", "payments", "catalog", "checkout", "care", "merchants", "templates")


def _tracked() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(listed.stdout.splitlines())


def source_texts() -> Catalog:
    """Extract every text, with the places it stands in."""
    catalog = Catalog(project="backmarket", charset="utf-8")
    tracked = _tracked()
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True)
    for file, _line, message, comments, context in found:
        if file in tracked:
            texts = _as_django_asks(message) if file.startswith("templates/") else message
            catalog.add(texts, None, [(file, 0)], auto_comments=comments, context=context)
    return catalog


def _as_django_asks(message: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Double the percent signs of a template's text, as Django does before it looks a text up."""
    if isinstance(message, str):
        return LONE_PERCENT.sub("%%", message)
    return tuple(LONE_PERCENT.sub("%%", text) for text in message)


def load(language: str) -> Catalog:
    """Read a language's catalogue; an absent one is empty."""
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language, project="backmarket", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str, source: Catalog) -> list[str]:
    """List the texts that a language does not translate."""
    catalog = load(language)
    absent = []
    for message in source:
        if not message.id:
            continue
        found = catalog.get(message.id, message.context)
        texts = found.string if found and isinstance(found.string, tuple | list) else [found.string if found else ""]
        if not all(texts) or (found and found.fuzzy):
            absent.append(message.id if isinstance(message.id, str) else message.id[0])
    return absent


def main() -> None:
    """Merge the texts into every catalogue and say what is left to translate."""
    source = source_texts()
    for language in LANGUAGES:
        catalog = load(language)
        catalog.update(source, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.fuzzy = False
        catalog.header_comment = f"# {catalog.locale.english_name if catalog.locale else language} texts of backmarket."
        folder = ROOT / "locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "django.po").open("wb") as file:
            write_po(file, catalog, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
        with (folder / "django.mo").open("wb") as file:
            write_mo(file, catalog)
        print(f"{language}: {len(missing(language, source))} of {len(source)} texts to translate")


if __name__ == "__main__":
    main()
