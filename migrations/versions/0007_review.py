"""Signals of the review tray, decisions on them, paper slips and sign sheets.

A slip is taken in by no device. On PostgreSQL the function that gathers what is known of a check-in began its
look at the device, and found nothing where there was none; it now begins at nothing and joins the device. Its text
is taken from the database, so that whatever an earlier migration made of it is kept.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_review"
down_revision = "0006_device_reports"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)

FROM_DEVICE = "FROM device d WHERE d.id = p_device_id"
FROM_NOTHING = "FROM (SELECT 1) AS nothing LEFT JOIN device d ON d.id = p_device_id"


def upgrade() -> None:
    op.create_table(
        "signal",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("meal_period", sa.String(length=10), nullable=True),
        sa.Column("elder_id", ID, nullable=True),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_signal_canteen_id")),
        sa.ForeignKeyConstraint(["elder_id"], ["elder.id"], name=op.f("fk_signal_elder_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_signal_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("key", name=op.f("uq_signal_key")),
    )
    op.create_index("ix_signal_canteen_state", "signal", ["canteen_id", "state"], unique=False)
    op.create_table(
        "signal_ruling",
        sa.Column("id", ID, nullable=False),
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("ruling", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("meals", JSON, nullable=False),
        sa.Column("ruled_by", sa.String(length=80), nullable=False),
        sa.Column("ruled_at", INSTANT, nullable=False),
        sa.Column("reversed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_signal_ruling_signal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_ruling")),
    )
    op.create_index("ix_signal_ruling_signal_id", "signal_ruling", ["signal_id"], unique=False)
    op.create_table(
        "signal_rule",
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "rule", name=op.f("pk_signal_rule")),
    )
    op.create_table(
        "signal_look",
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("seen", JSON, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_signal_look_canteen_id")),
        sa.PrimaryKeyConstraint("canteen_id", name=op.f("pk_signal_look")),
    )
    op.create_table(
        "slip_sheet",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("meal_period", sa.String(length=10), nullable=False),
        sa.Column("witness", sa.String(length=60), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("picture", sa.String(length=32), nullable=True),
        sa.Column("picture_sha256", sa.String(length=64), nullable=True),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_slip_sheet_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_sheet")),
        sa.UniqueConstraint("canteen_id", "number", name=op.f("uq_slip_sheet_canteen_id_number")),
    )
    op.create_table(
        "slip",
        sa.Column("id", ID, nullable=False),
        sa.Column("sheet_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("elder_id", ID, nullable=False),
        sa.Column("cash_fen", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("meal_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["slip_sheet.id"], name=op.f("fk_slip_sheet_id")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_slip_canteen_id")),
        sa.ForeignKeyConstraint(["elder_id"], ["elder.id"], name=op.f("fk_slip_elder_id")),
        sa.ForeignKeyConstraint(["meal_id"], ["meal.id"], name=op.f("fk_slip_meal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("canteen_id", "number", name=op.f("uq_slip_canteen_id_number")),
        sa.UniqueConstraint("meal_id", name=op.f("uq_slip_meal_id")),
    )
    op.create_index("ix_slip_sheet_id", "slip", ["sheet_id"], unique=False)
    op.create_table(
        "slip_series",
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("next_slip", sa.Integer(), nullable=False),
        sa.Column("next_sheet", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_slip_series_canteen_id")),
        sa.PrimaryKeyConstraint("canteen_id", name=op.f("pk_slip_series")),
    )
    _begin_at(FROM_DEVICE, FROM_NOTHING)


def downgrade() -> None:
    _begin_at(FROM_NOTHING, FROM_DEVICE)
    for table in ("slip_series", "slip", "slip_sheet", "signal_look", "signal_rule", "signal_ruling", "signal"):
        op.drop_table(table)


def _begin_at(before: str, after: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    found = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'check_in_facts'"
    text = connection.execute(sa.text(found)).scalar_one()
    if before not in text:
        raise RuntimeError("check_in_facts does not read the device where this migration expects it")
    connection.exec_driver_sql(text.replace(before, after).replace("%", "%%"))
