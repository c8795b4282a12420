"""Let an office extend the lists that rules speak in, with their history."""

import sqlalchemy as sa
from alembic import op

revision = "0011_vocabulary"
down_revision = "0010_policy_drafts"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("category", sa.Column("retired_at", INSTANT, nullable=True))
    op.add_column(
        "voucher_kind", sa.Column("title_en", sa.String(length=80), nullable=False, server_default="")
    )
    op.add_column("voucher_kind", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("voucher_kind", sa.Column("retired_at", INSTANT, nullable=True))
    op.create_table(
        "level",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_level")),
    )
    op.create_table(
        "vocabulary_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("vocabulary", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary_change")),
    )
    op.create_index(
        "ix_vocabulary_change_vocabulary_code", "vocabulary_change", ["vocabulary", "code"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_postgresql() -> None:
    op.execute(sa.text(
        "CREATE TRIGGER vocabulary_change_append_only BEFORE UPDATE OR DELETE ON vocabulary_change "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ))
    op.execute(sa.text(
        "CREATE TRIGGER vocabulary_change_no_truncate BEFORE TRUNCATE ON vocabulary_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ))


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(sa.text(
            f"CREATE TRIGGER vocabulary_change_no_{act.lower()} BEFORE {act} ON vocabulary_change BEGIN "
            "SELECT RAISE(ABORT, 'vocabulary_change is append-only: write a new change instead'); END"
        ))


def downgrade() -> None:
    op.drop_table("vocabulary_change")
    op.drop_table("level")
    with op.batch_alter_table("voucher_kind") as voucher_kind:
        voucher_kind.drop_column("retired_at")
        voucher_kind.drop_column("position")
        voucher_kind.drop_column("title_en")
    with op.batch_alter_table("category") as category:
        category.drop_column("retired_at")
