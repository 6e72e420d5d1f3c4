"""Tables as files to take away."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from .money import Money

AnswerT = TypeVar("AnswerT", bound=HttpResponseBase)
CSV = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def download(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Answer a CSV file; no cell can start a formula in a spreadsheet."""
    return _named(HttpResponse("".join(_lines(heading, rows)), content_type=CSV), name)


def streamed(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Answer the same file line by line, for tables too long to be held."""
    return _named(StreamingHttpResponse(_lines(heading, rows), content_type=CSV), name)


def _named(answer: AnswerT, name: str) -> AnswerT:
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Echo:
    """A file that hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(heading)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    if isinstance(value, Money):
        return str(value.decimal)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def attachment(name: str, content: bytes, content_type: str) -> HttpResponse:
    """Answer a private file to keep, which a browser neither runs nor shows in place of a page."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer
