from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from backmarket.markets.registry import MARKETS
from catalog.rules.judgements import Judgements, JudgementsRefusedError, read_judgements
from catalog.search.elastic import client
from catalog.search.engines import engines_that_answer
from catalog.search.requests import EngineUnavailableError, SearchEngine
from catalog.selectors.evaluation import Evaluation, Figures, Known, evaluate, known_judgements

SHOWN_UNKNOWN = 10
SHOWN_FIRST = 3


class Command(BaseCommand):
    help = (
        "Measure the search: nDCG@10, MRR and zero-result rate of each engine over a CSV file of judgements "
        "(query,product,grade and where wanted language,market; a product is a slug, a public id, a source_ref or a "
        "full name; grades go from 0 to 3)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("judgements", type=Path)
        parser.add_argument("--market", default="FR", choices=sorted(MARKETS), help="where the file does not say (FR)")
        parser.add_argument("--engine", action="append", help="only this engine; may be repeated")
        parser.add_argument("--worst", type=int, default=10, help="how many of the worst queries to show (10)")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=self.stdout)  # type: ignore[arg-type]
        judgements = _read(options["judgements"])
        known = known_judgements(judgements)
        self._report_unknown(judgements, known)
        engines = _engines(options["engine"])
        if client.is_configured() and not options["engine"] and len(engines) == 1:
            self.stderr.write("ELASTICSEARCH_URL is set, but no index answers there: PostgreSQL is measured alone.")
        evaluations = [self._evaluate(known, engine, options["market"]) for engine in engines]
        console.print(_figures(evaluations))
        if options["worst"]:
            for evaluation in evaluations:
                console.print(_worst(evaluation, known, options["worst"]))

    def _report_unknown(self, judgements: Judgements, known: Known) -> None:
        if known.unknown:
            shown = ", ".join(known.unknown[:SHOWN_UNKNOWN])
            more = len(known.unknown) - SHOWN_UNKNOWN
            products = "product of the file is" if len(known.unknown) == 1 else "products of the file are"
            self.stderr.write(
                f"{len(known.unknown)} {products} not in the catalogue and left out: "
                f"{shown}{f' and {more} more' if more > 0 else ''}."
            )
        left_out = len(judgements.grades) - len(known.grades)
        if left_out:
            queries = "query is" if left_out == 1 else "queries are"
            self.stderr.write(f"{left_out} {queries} left out: none of the products is in the catalogue.")
        if not known.grades:
            raise CommandError("The catalogue has none of the file's products: nothing can be measured.")

    def _evaluate(self, known: Known, engine: SearchEngine, market: str) -> Evaluation:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(engine.name, total=len(known.grades))
            try:
                return evaluate(known, engine, market=market, asked=lambda: progress.advance(task))
            except EngineUnavailableError as error:
                raise CommandError(f"{engine.name} stopped answering: {error}") from error


def _read(path: Path) -> Judgements:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            judgements = read_judgements(lines)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
    except JudgementsRefusedError as error:
        raise CommandError(f"{path}: {error}") from error
    strange = sorted({query.market for query in judgements.grades} - {*MARKETS, ""})
    if strange:
        raise CommandError(f"{path}: no such market: {', '.join(strange)} (there are {', '.join(sorted(MARKETS))})")
    return judgements


def _engines(wanted: list[str] | None) -> list[SearchEngine]:
    engines = engines_that_answer()
    if not wanted:
        return engines
    chosen = [engine for engine in engines if engine.name.lower() in {name.lower() for name in wanted}]
    missing = [name for name in wanted if name.lower() not in {engine.name.lower() for engine in chosen}]
    if missing:
        names = ", ".join(engine.name for engine in engines)
        raise CommandError(f"{', '.join(missing)} does not answer; there is {names}.")
    return chosen


def _figures(evaluations: list[Evaluation]) -> Table:
    table = Table(title="Relevance", title_justify="left")
    table.add_column("engine")
    table.add_column("language")
    for name in ("queries", "nDCG@10", "MRR", "zero results"):
        table.add_column(name, justify="right")
    for evaluation in evaluations:
        table.add_row(evaluation.engine, "all", *_cells(evaluation.of()), style="bold")
        for language in evaluation.languages:
            table.add_row("", language, *_cells(evaluation.of(language)))
        table.add_section()
    return table


def _cells(figures: Figures) -> tuple[str, ...]:
    zero = "–" if figures.zero_rate is None else f"{figures.zero_rate:.1%}"
    return (str(figures.queries), _score(figures.ndcg), _score(figures.mrr), zero)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _worst(evaluation: Evaluation, known: Known, count: int) -> Table:
    table = Table(title=f"Worst queries of {evaluation.engine}", title_justify="left")
    for name in ("nDCG@10", "query", "found first (grade)", "wanted"):
        table.add_column(name, overflow="fold")
    for outcome in evaluation.worst(count):
        grades = known.grades[outcome.query]
        best = max(grades.values())
        first = [f"{known.names[pk]} ({grades.get(pk, 0)})" for pk in outcome.ranked[:SHOWN_FIRST]]
        wanted = [known.names[pk] for pk, grade in grades.items() if grade == best and pk not in outcome.ranked]
        place = f" [{outcome.language}]" if outcome.query.language else ""
        table.add_row(
            _score(outcome.ndcg),
            f"{outcome.query.text}{place}",
            ", ".join(first) or "nothing",
            ", ".join(wanted[:SHOWN_FIRST]) or "all of the best, lower",
        )
    return table
