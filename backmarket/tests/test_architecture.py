"""The rules of architecture and style that no linter knows: one test a rule, each lists what breaks it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from backmarket.core.errors import DomainError
from backmarket.ops.paths import ROOT

from .source import TRIBES, calls, decorators, files, imports, migrations, modules, name_of

MAX_LINES = 500
MAX_DELAY_S = 14 * 60
RANKS = {
    "core": 0,
    "accounts": 1,
    "markets": 1,
    "notify": 1,
    "payments": 2,
    "catalog": 2,
    "checkout": 3,
    "care": 4,
    "merchants": 5,
    "ops": 6,
}
# The ground knows itself; from there up, tribes of one level do not know each other.
GROUND = {"core", "accounts", "markets", "notify"}
MONEY = re.compile(r"minor|money|amount|price|fee\b|refund|payout|balance|total", re.IGNORECASE)
BOOTSTRAP = ("paths", "console", "node", "bootstrap")


def our_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label in RANKS:
            yield model


def our_fields() -> Iterator[tuple[str, models.Field]]:
    for model in our_models():
        for field in model._meta.local_fields:
            yield f"{model._meta.label}.{field.name}", field


def in_layer(name: str, layer: str) -> bool:
    path = name.removesuffix(".py").split("/")
    return layer in path[1:]


def relations() -> Iterator[tuple[str, str, str]]:
    for model in our_models():
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if field.related_model is not None:
                target = field.related_model._meta.app_label
                yield f"{model._meta.label}.{field.name}", model._meta.app_label, target


def test_foreign_keys_point_down_the_pyramid():
    wrong = [
        name
        for name, source, target in relations()
        if target in RANKS
        and source != target
        and (RANKS[target] > RANKS[source] or (RANKS[target] == RANKS[source] and source not in GROUND))
    ]

    assert wrong == []


def test_no_foreign_key_enters_or_leaves_payments():
    wrong = [name for name, source, target in relations() if source != target and "payments" in (source, target)]

    assert wrong == []


def test_files_stay_under_500_lines():
    long = {}
    for file in files(".py", ".html", ".vue", ".js", ".css"):
        lines = file.read_text().count("\n")
        # Django writes the migrations.
        if lines >= MAX_LINES and "migrations" not in file.parts:
            long[name_of(file)] = lines

    assert long == {}


def test_what_is_installed_or_built_is_not_in_the_repository():
    generated = [".venv", ".run", "frontend/node_modules", "frontend/dist"]

    listed = subprocess.run(
        ["git", "ls-files", "--", *generated], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()

    assert listed == []


def test_rows_are_locked_only_in_locks():
    wrong = [
        name
        for name, tree in modules()
        if not in_layer(name, "locks") and any(called.endswith("select_for_update") for called, _ in calls(tree))
    ]

    assert wrong == []


def test_services_and_rules_never_read_the_clock():
    clocks = re.compile(r"(^|\.)(now|utcnow|today|localdate|localtime)$")

    wrong = [
        f"{name}: {called}()"
        for name, tree in modules()
        if in_layer(name, "services") or in_layer(name, "rules")
        for called, _ in calls(tree)
        if clocks.search(called)
    ]

    assert wrong == []


def test_nobody_uses_django_signals():
    wrong = [
        f"{name}: {imported}"
        for name, tree in modules()
        for imported in imports(tree)
        if re.match(r"django\.dispatch|django\.(\w+\.)*signals", imported)
    ]

    assert wrong == []


def test_money_never_becomes_a_float():
    wrong = [
        f"{name}:{call.lineno}"
        for name, tree in modules()
        for called, call in calls(tree)
        if called == "float" and MONEY.search(ast.unparse(call))
    ]
    wrong += [name for name, field in our_fields() if isinstance(field, models.FloatField) and MONEY.search(field.name)]

    assert wrong == []


def test_minor_units_are_big_integers():
    wrong = [
        name
        for name, field in our_fields()
        if field.name.endswith("_minor") and not isinstance(field, models.BigIntegerField)
    ]

    assert wrong == []


def test_tasks_live_in_tasks_and_handlers_in_handlers():
    wrong = [
        f"{name}: @{decorator}"
        for name, tree in modules()
        for decorator in decorators(tree)
        if (decorator.endswith(("shared_task", "app.task")) and not in_layer(name, "tasks"))
        or (decorator in ("on", "events.on") and not in_layer(name, "handlers"))
    ]

    assert wrong == []


def test_no_countdown_or_eta_is_above_14_minutes():
    wrong = [
        f"{name}:{keyword.value.lineno}"
        for name, tree in modules()
        for _, call in calls(tree)
        for keyword in call.keywords
        if keyword.arg == "eta"
        or (keyword.arg == "countdown" and not 0 <= getattr(keyword.value, "value", MAX_DELAY_S + 1) <= MAX_DELAY_S)
    ]

    assert wrong == []


def test_constraints_and_indexes_are_named_after_their_tribe():
    wrong = [
        f"{model._meta.label}: {item.name}"
        for model in our_models()
        for item in [*model._meta.constraints, *model._meta.indexes]
        if not re.fullmatch(rf"{model._meta.app_label}_[a-z0-9_]+", item.name)
    ]
    wrong += [model._meta.label for model in our_models() if model._meta.unique_together]

    assert wrong == []


def test_timestamps_end_with_at_and_dates_with_date():
    # A deadline may end with `_by`: the line waits for the merchant, accept_by says until when.
    # These two come from Django's and allauth's own base classes.
    inherited = {"last_login", "date_joined"}

    wrong = [
        name
        for name, field in our_fields()
        if isinstance(field, models.DateField) and field.name not in inherited
        if not field.name.endswith(("_at", "_by") if isinstance(field, models.DateTimeField) else "_date")
    ]

    assert wrong == []


def test_booleans_are_positive():
    wrong = [
        name
        for name, field in our_fields()
        if isinstance(field, models.BooleanField) and re.match(r"(is_)?(not|no|non|un|dis)_", field.name)
    ]

    assert wrong == []


def test_migrations_import_no_application_code():
    wrong = [
        f"{name}: {imported}"
        for name, tree in migrations()
        for imported in imports(tree)
        if imported.startswith(tuple(f"{tribe}." for tribe in TRIBES)) and ".migrations" not in imported
    ]

    assert wrong == []


def test_each_refusal_has_a_code_of_its_own():
    refusals = list(_descendants(DomainError))

    codes = [refusal.code for refusal in refusals if "code" in vars(refusal)]
    silent = [refusal.__qualname__ for refusal in refusals if "code" not in vars(refusal)]

    assert sorted(codes) == sorted(set(codes))
    assert silent == []
    assert [refusal.__qualname__ for refusal in refusals if not 400 <= refusal.http_status < 500] == []


def _descendants(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in base.__subclasses__():
        # Other tests make refusals of their own.
        if ".tests." not in child.__module__:
            yield child
        yield from _descendants(child)


def test_templates_have_no_inline_style_or_script():
    forbidden = re.compile(
        r"<style|\sstyle=|\son[a-z]+=[\"']|href=[\"']javascript:|<script(?![^>]*(\ssrc=|json))", re.IGNORECASE
    )

    wrong = [
        name_of(file)
        for file in files(".html")
        # Mail programs know only inline styles.
        if "mail" not in file.relative_to(ROOT).parts and forbidden.search(file.read_text())
    ]

    assert wrong == []


def test_set_up_runs_on_a_bare_python():
    wrong = []
    for name in (
        "backmarket/__init__.py",
        "backmarket/ops/__init__.py",
        *(f"backmarket/ops/{m}.py" for m in BOOTSTRAP),
    ):
        tree = ast.parse((ROOT / name).read_text())
        wrong += [f"{name}: {top}" for top in imports(tree) if top.split(".")[0] not in sys.stdlib_module_names]
        siblings = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level}
        wrong += [f"{name}: .{sibling}" for sibling in siblings if sibling not in BOOTSTRAP]

    assert wrong == []
