"""Refuse UPDATE and DELETE on what is written once, in the database itself.

The journal, the audit trail and sealed statements are evidence: a correction is a new row. A trigger
says so even to a person with a database prompt.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_append_only"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

TABLES = (
    "account", "entry", "posting", "closed_month", "audit_event", "audit_link", "meal_share",
    "month_close", "statement", "paper", "adjustment",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()
    op.execute(sa.text("INSERT INTO revision (name, number) VALUES ('standing', 1)"))


def _guard_postgresql() -> None:
    op.execute(sa.text(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ))
    for table in TABLES:
        op.execute(sa.text(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ))
        op.execute(sa.text(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ))


def _guard_sqlite() -> None:
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            op.execute(sa.text(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, '{table} is append-only: post a reversal instead'); END"
            ))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION refuse_change() CASCADE"))
    else:
        for table in TABLES:
            op.execute(sa.text(f"DROP TRIGGER {table}_no_update"))
            op.execute(sa.text(f"DROP TRIGGER {table}_no_delete"))
    op.execute(sa.text("DELETE FROM revision WHERE name = 'standing'"))
