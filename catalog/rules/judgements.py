"""
Read a file of judgements: which products a search should show, from 0 (useless) to 3 (exactly what was meant).

UTF-8 CSV with the columns query, product and grade, and where wanted language and market. A product is named by its
slug, its public id, its `source_ref` or its full name.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

REQUIRED = ("query", "product", "grade")
CODE = re.compile(r"[A-Za-z]{2}")
GRADES = {"0": 0, "1": 1, "2": 2, "3": 3}
MAX_QUERY = 10_000
MAX_LINES = 1_000_000


class JudgementsRefusedError(ValueError):
    """The file cannot be used; its message names line and reason."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A search as somebody types it; `language` and `market` are empty where the file does not say."""

    text: str
    language: str = ""
    market: str = ""


@dataclass(slots=True)
class Judgements:
    """Grades of products by the names that the file gives them."""

    grades: dict[JudgedQuery, dict[str, int]] = field(default_factory=dict)

    @property
    def products(self) -> set[str]:
        return {name for graded in self.grades.values() for name in graded}


def read_judgements(lines: Iterable[str]) -> Judgements:
    """:raises JudgementsRefusedError: the file is malformed, or gives two grades to one product of one query"""
    reader = csv.reader(lines, strict=True)
    judgements = Judgements()
    header: Sequence[str] | None = None
    try:
        for fields in reader:
            if not any(value.strip() for value in fields):
                continue
            if header is None:
                header = _header(fields)
            else:
                _take(judgements, _row(header, fields, reader.line_num), reader.line_num)
    except csv.Error as error:
        raise JudgementsRefusedError(f"line {reader.line_num}: not CSV ({error})") from error
    if header is None:
        raise JudgementsRefusedError("the file is empty; its first line names the columns query,product,grade")
    if not judgements.grades:
        raise JudgementsRefusedError("the file holds no judgements, only its header")
    return judgements


def _header(fields: Sequence[str]) -> list[str]:
    names = [name.strip().lower().removeprefix("\ufeff") for name in fields]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise JudgementsRefusedError(f"line 1: the header lacks {', '.join(missing)}; it reads {', '.join(names)!r}")
    if len(set(names)) < len(names):
        raise JudgementsRefusedError("line 1: the header names a column twice")
    return names


def _row(header: Sequence[str], fields: Sequence[str], line: int) -> dict[str, str]:
    if len(fields) != len(header):
        raise JudgementsRefusedError(f"line {line}: {len(fields)} fields, where the header has {len(header)}")
    if line > MAX_LINES:
        raise JudgementsRefusedError(f"line {line}: more than {MAX_LINES:,} lines")
    return {name: value.strip() for name, value in zip(header, fields, strict=True)}


def _take(judgements: Judgements, row: dict[str, str], line: int) -> None:
    text, product, grade = (row[name] for name in REQUIRED)
    if not text or len(text) > MAX_QUERY:
        raise JudgementsRefusedError(f"line {line}: query is {'too long' if text else 'empty'}")
    if not product:
        raise JudgementsRefusedError(f"line {line}: product is empty")
    if grade not in GRADES:
        raise JudgementsRefusedError(f"line {line}: grade {grade!r} is not one of 0, 1, 2, 3")
    language, market = _code(row, "language", line).lower(), _code(row, "market", line).upper()
    graded = judgements.grades.setdefault(JudgedQuery(text, language, market), {})
    if graded.setdefault(product, GRADES[grade]) != GRADES[grade]:
        raise JudgementsRefusedError(f"line {line}: {product!r} has another grade for {text!r} already")


def _code(row: dict[str, str], name: str, line: int) -> str:
    value = row.get(name, "")
    if value and not CODE.fullmatch(value):
        raise JudgementsRefusedError(f"line {line}: {name} {value!r} is no code of two letters")
    return value
