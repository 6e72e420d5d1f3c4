"""Open a device file: CSV or CSV.GZ, UTF-8 with a header; say in one sentence why one cannot be read."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import InvalidInputError
from catalog.rules.device_rows import COLUMNS

GZIP_MAGIC = b"\x1f\x8b"
NumberedRow = tuple[int, dict[str | None, str | list[str] | None]]


class DeviceFileError(InvalidInputError):
    code = "device_file_unreadable"
    message = _("This file cannot be read.")


def device_rows(stream: IO[bytes]) -> Iterator[NumberedRow]:
    """
    Yield each row with its line number, as the file has it.

    :raises DeviceFileError: not UTF-8, not CSV, damaged, empty, or a column is missing
    """
    try:
        yield from _rows(stream)
    except UnicodeDecodeError as error:
        raise DeviceFileError(f"The file is not UTF-8 text (byte {error.start} of a block: {error.reason}).") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DeviceFileError(f"The compressed file is damaged or cut short ({error}).") from error


def _rows(stream: IO[bytes]) -> Iterator[NumberedRow]:
    start = stream.read(2)
    stream.seek(0)
    unpacked = gzip.GzipFile(fileobj=stream) if start == GZIP_MAGIC else stream
    reader = csv.DictReader(io.TextIOWrapper(unpacked, encoding="utf-8-sig", newline=""))
    try:
        header = reader.fieldnames
        if not header:
            raise DeviceFileError("The file is empty.")
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise DeviceFileError(f"The file has no column {', '.join(missing)}.")
        line = reader.line_num + 1
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise DeviceFileError(f"Line {reader.line_num} is not CSV: {error}.") from error
