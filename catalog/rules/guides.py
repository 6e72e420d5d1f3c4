"""
Buying guides: a little markup that staff write in the admin, read into pieces that templates draw. No database.

A guide starts with one paragraph that sums it up. `## ` starts a section, `- ` an item of a list, `**…**` stands
out, `[text](c:iphones)` links: `c:` to a category, `b:` to a brand, `p:` to a product, `deals` to those, and
`[good](grade)` is a grade by its name in the reader's language. Whatever else stands there is text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PIECE = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|\[(?P<text>[^\]]+)\]\((?P<target>(?:[cbp]:[a-z0-9_-]+|deals|grade))\)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `target` names where it leads, `is_strong` that it stands out."""

    text: str
    target: str = ""
    is_strong: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of one line, or a list of several."""

    lines: tuple[Line, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    summary: str
    sections: tuple[Section, ...] = ()


def read_guide(text: str) -> Guide:
    """Read a guide; text without any markup is its own summary."""
    summary, *parts = re.split(r"^## +", text.strip(), flags=re.MULTILINE)
    sections = []
    for part in parts:
        title, _newline, body = part.partition("\n")
        sections.append(Section(title.strip(), tuple(_blocks(body))))
    return Guide(" ".join(summary.split()), tuple(sections))


def _blocks(body: str) -> Iterator[Block]:
    items: list[Line] = []
    for line in map(str.strip, body.splitlines()):
        if line.startswith("- "):
            items.append(_pieces(line[2:]))
            continue
        if items:
            yield Block(tuple(items), is_list=True)
            items = []
        if line:
            yield Block((_pieces(line),))
    if items:
        yield Block(tuple(items), is_list=True)


def _pieces(line: str) -> Line:
    pieces, at = [], 0
    for found in PIECE.finditer(line):
        if found.start() > at:
            pieces.append(Piece(line[at : found.start()]))
        if found["strong"]:
            pieces.append(Piece(found["strong"], is_strong=True))
        else:
            pieces.append(Piece(found["text"], target=found["target"]))
        at = found.end()
    if at < len(line):
        pieces.append(Piece(line[at:]))
    return tuple(pieces)
