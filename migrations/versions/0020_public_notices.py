"""Public notices of how a canteen's money was used, frozen as they were published; and their withdrawal."""

import sqlalchemy as sa
from alembic import op

revision = "0020_public_notices"
down_revision = "0019_sponsor_pictures"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLES = ("public_notice", "public_notice_withdrawal")


def upgrade() -> None:
    op.create_table(
        "public_notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("sealed_json", sa.String(), nullable=False),
        sa.Column("seal_sha256", sa.String(64), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(80), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_public_notice_ck_public_notice_counts_from_one")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_public_notice_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        sa.UniqueConstraint("canteen_id", "month", "version", name=op.f("uq_public_notice_canteen_id_month_version")),
        sa.UniqueConstraint("number", name=op.f("uq_public_notice_number")),
    )
    op.create_table(
        "public_notice_withdrawal",
        sa.Column("notice_id", ID, autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("withdrawn_by", sa.String(80), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notice.id"], name=op.f("fk_public_notice_withdrawal_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_public_notice_withdrawal")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        _guard_postgresql(table) if is_postgresql else _guard_sqlite(table)


def _guard_postgresql(table: str) -> None:
    op.execute(sa.text(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ))
    op.execute(sa.text(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ))


def _guard_sqlite(table: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(sa.text(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: publish another version instead'); END"
        ))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
