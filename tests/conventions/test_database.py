"""Tables and migrations: one head, models and migrations alike, no float where money is."""

import ast
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Double, Float, Numeric
from sqlalchemy.types import TypeEngine

from canteen.config import ROOT
from canteen.db import Model, db

for models in sorted((ROOT / "canteen").glob("*/models.py")):
    import_module(f"canteen.{models.parent.name}.models")

MIGRATIONS = ROOT / "migrations"
VERSIONS = sorted((MIGRATIONS / "versions").glob("*.py"))


def test_there_is_one_migration_head_and_the_head_file_names_it() -> None:
    heads = ScriptDirectory(str(MIGRATIONS)).get_heads()

    assert len(heads) == 1
    assert (MIGRATIONS / ".current-alembic-head").read_text(encoding="utf-8").strip() == heads[0]


def test_models_equal_migrations(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Model.metadata) == []


def test_no_column_is_a_float(sqlite_app: Flask) -> None:
    columns = [column for table in Model.metadata.tables.values() for column in table.columns]

    assert columns
    assert [str(column) for column in columns if is_fraction(column.type)] == []


def test_a_float_would_be_found() -> None:
    assert is_fraction(Float()) and is_fraction(Double()) and is_fraction(Numeric(10, 2))


def is_fraction(kind: TypeEngine[object]) -> bool:
    return isinstance(kind, Float | Numeric)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.name)
def test_a_migration_stands_alone_and_never_rewrites_the_books(path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text(encoding="utf-8")
    imported = [
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]

    assert [module for module in imported if (module or "").split(".")[0] == "canteen"] == []
    for words in ("UPDATE posting ", "UPDATE entry ", "UPDATE statement "):
        assert words.lower() not in text.lower()
