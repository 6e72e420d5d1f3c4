import csv
from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from backmarket.core.errors import DomainError
from catalog.services.device_files import device_rows
from catalog.services.device_import import ImportReport, Refusal, import_devices

SHOWN_REFUSALS = 10


class Command(BaseCommand):
    help = "Import product models and SKUs from a CSV or CSV.GZ file of devices; again changes only what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--report", type=Path, help="write the refused rows to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        report = self._import(options["file"])
        seconds = perf_counter() - started
        written = report.written
        self.stdout.write(
            f"{report.read} rows in {seconds:.2f} s ({report.read / seconds:,.0f} rows/s): "
            f"{written.created} products added, {written.updated} changed, {report.unchanged} unchanged, "
            f"{written.kept} kept as staff wrote them, {len(report.refused)} refused; {written.skus} SKUs written."
        )
        for refusal in report.refused[:SHOWN_REFUSALS]:
            self.stderr.write(f"line {refusal.line}: {refusal.column} {refusal.reason}")
        if len(report.refused) > SHOWN_REFUSALS:
            self.stderr.write(f"… and {len(report.refused) - SHOWN_REFUSALS} more; --report FILE lists them all.")
        if options["report"]:
            self._write_report(options["report"], report.refused)

    def _import(self, path: Path) -> ImportReport:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        try:
            with (
                Progress(*columns, console=Console(stderr=True)) as progress,
                progress.open(path, "rb", description=path.name) as stream,
                transaction.atomic(durable=True),
            ):
                return import_devices(device_rows(stream))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
        except DomainError as error:
            raise CommandError(f"{path}: {error.text} Nothing was written.") from error

    def _write_report(self, path: Path, refused: list[Refusal]) -> None:
        try:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["line", "column", "reason"])
                writer.writerows([refusal.line, refusal.column, refusal.reason] for refusal in refused)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error} (the import itself is done)") from error
