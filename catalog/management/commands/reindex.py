from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from elasticsearch import ApiError, TransportError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from backmarket.core import clock
from backmarket.core.errors import DomainError
from catalog import locks
from catalog.flows import search_reindex
from catalog.models import SearchReindex
from catalog.search.elastic import client


class Command(BaseCommand):
    help = "Rebuild the search index beside the live one and swap them; a killed run goes on where it ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="start afresh instead of going on")
        parser.add_argument("--if-needed", action="store_true", help="only if no index was filled from this database")

    def handle(self, *args: Any, **options: Any) -> None:
        if not client.is_configured():
            raise CommandError(
                "ELASTICSEARCH_URL names no Elasticsearch: PostgreSQL answers searches without an index."
            )
        with locks.hold_reindex() as is_alone:
            if not is_alone:
                raise CommandError("Another reindex is running.")
            try:
                self._run(options)
            except (ApiError, TransportError) as error:
                raise CommandError(f"Elasticsearch does not answer: {error}") from error
            except DomainError as error:
                raise CommandError(str(error.text)) from error

    def _run(self, options: dict[str, Any]) -> None:
        if options["if_needed"] and not search_reindex.is_needed():
            self.stdout.write("The search index is there already.")
            return
        reindex = search_reindex.begin(now=clock.now(), restart=options["restart"])
        started, before = perf_counter(), reindex.written_count
        if before:
            self.stdout.write(f"Going on after {before} of {reindex.document_count} documents.")
        self._load(reindex)
        loaded = perf_counter() - started
        search_reindex.finish(reindex, now=clock.now())
        count = reindex.written_count - before
        rate = f"{count / loaded:,.0f} documents/s" if loaded else ""
        self.stdout.write(
            f"{count} documents in {perf_counter() - started:.1f} s ({rate}); {reindex.index_name} is live."
        )

    def _load(self, reindex: SearchReindex) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
            task = progress.add_task("documents", total=reindex.document_count, completed=reindex.written_count)
            for count in search_reindex.load(reindex, clock=clock.now):
                progress.advance(task, count)
