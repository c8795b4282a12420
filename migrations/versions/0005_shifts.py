"""Staff badges, shifts at a till, its cash close, and the portions the kitchen cooked."""

import sqlalchemy as sa
from alembic import op

revision = "0005_shifts"
down_revision = "0004_day_sheet"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(sa.dialects.postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("revoked_at IS NULL")

# What a close counted is evidence like the journal: never changed, only followed by the next close.
EVIDENCE = ("shift_event", "cash_close", "closed_scan", "closed_entry", "portions_cooked")


def upgrade() -> None:
    _badges()
    _shifts()
    _closes()
    op.create_table(
        "portions_cooked",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.String(80), nullable=False, unique=True),
        sa.Column("canteen_id", ID, sa.ForeignKey("canteen.id"), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("meal_period", sa.String(10), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("noted_by", sa.String(80), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
    )
    op.create_index("ix_portions_cooked_canteen_service_on", "portions_cooked", ["canteen_id", "service_on"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _badges() -> None:
    op.create_table(
        "staff_badge",
        sa.Column("id", ID, primary_key=True),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("issued_by", sa.String(80), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
    )
    op.create_index(
        "uq_staff_badge_live", "staff_badge", ["staff_id"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_table(
        "staff_pin",
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
    )


def _shifts() -> None:
    op.create_table(
        "till_shift",
        sa.Column("id", ID, primary_key=True),
        sa.Column("shift_id", sa.String(32), nullable=False, unique=True),
        sa.Column("device_id", ID, sa.ForeignKey("device.id"), nullable=False),
        sa.Column("canteen_id", ID, sa.ForeignKey("canteen.id"), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("meal_period", sa.String(10), nullable=True),
        sa.Column("float_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_till_shift_device_id", "till_shift", ["device_id"])
    op.create_table(
        "shift_event",
        sa.Column("id", ID, primary_key=True),
        sa.Column("event_id", sa.String(32), nullable=False, unique=True),
        sa.Column("device_id", ID, sa.ForeignKey("device.id"), nullable=False),
        sa.Column("canteen_id", ID, sa.ForeignKey("canteen.id"), nullable=False),
        sa.Column("shift_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("badge_sha256", sa.String(64), nullable=True),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("note", sa.String(200), nullable=True),
        sa.Column("answer", JSON, nullable=False),
    )
    op.create_index("ix_shift_event_shift_id", "shift_event", ["shift_id"])


def _closes() -> None:
    op.create_table(
        "cash_close",
        sa.Column("id", ID, primary_key=True),
        sa.Column("close_id", sa.String(32), nullable=False, unique=True),
        sa.Column("device_id", ID, sa.ForeignKey("device.id"), nullable=False),
        sa.Column("canteen_id", ID, sa.ForeignKey("canteen.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("shift_id", sa.String(32), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("float_fen", sa.BigInteger(), nullable=False),
        sa.Column("expected_fen", sa.BigInteger(), nullable=False),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("difference_fen", sa.BigInteger(), nullable=False),
        sa.Column("denominations", JSON, nullable=True),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("note", sa.String(200), nullable=True),
        sa.Column("no_meals_reason", sa.String(200), nullable=True),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("closed_by", sa.String(80), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("entry_id", ID, sa.ForeignKey("entry.id"), nullable=True),
        sa.UniqueConstraint("device_id", "number", name="uq_cash_close_device_id"),
    )
    op.create_index("ix_cash_close_canteen_service_on", "cash_close", ["canteen_id", "service_on"])
    for table, column, target in (
        ("closed_scan", "scan_row_id", "scan.id"),
        ("closed_entry", "entry_id", "entry.id"),
    ):
        op.create_table(
            table,
            sa.Column(column, ID, sa.ForeignKey(target), primary_key=True, autoincrement=False),
            sa.Column("cash_close_id", ID, sa.ForeignKey("cash_close.id"), nullable=False),
        )
        op.create_index(f"ix_{table}_cash_close_id", table, ["cash_close_id"])


def _guard_postgresql() -> None:
    for table in EVIDENCE:
        op.execute(sa.text(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ))


def _guard_sqlite() -> None:
    for table in EVIDENCE:
        for act in ("UPDATE", "DELETE"):
            op.execute(sa.text(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, '{table} is append-only'); END"
            ))


def downgrade() -> None:
    for table in (
        "closed_entry", "closed_scan", "cash_close", "shift_event", "till_shift", "portions_cooked",
        "staff_pin", "staff_badge",
    ):
        op.drop_table(table)
