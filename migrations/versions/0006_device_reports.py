"""What tablets tell of themselves, and outboxes that came as a file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_device_reports"
down_revision = "0005_shifts"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "device_report",
        sa.Column("device_id", ID, autoincrement=False, nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("oldest_unsent_at", INSTANT, nullable=True),
        sa.Column("empty_at", INSTANT, nullable=True),
        sa.Column("clock_error_ms", ID, nullable=False),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("storage_persisted", sa.Boolean(), nullable=True),
        sa.Column("self_test", JSON, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_report_device_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_report")),
    )
    op.create_table(
        "outbox_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_by", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_outbox_file_canteen_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_outbox_file_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_outbox_file_sha256")),
    )
    op.create_index("ix_outbox_file_canteen_state", "outbox_file", ["canteen_id", "state"], unique=False)
    op.create_table(
        "outbox_file_scan",
        sa.Column("scan_id", sa.String(length=32), nullable=False),
        sa.Column("outbox_file_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_file_id"], ["outbox_file.id"], name=op.f("fk_outbox_file_scan_outbox_file_id")
        ),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_outbox_file_scan")),
    )
    op.create_index(
        op.f("ix_outbox_file_scan_outbox_file_id"), "outbox_file_scan", ["outbox_file_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_file_scan_outbox_file_id"), table_name="outbox_file_scan")
    op.drop_table("outbox_file_scan")
    op.drop_index("ix_outbox_file_canteen_state", table_name="outbox_file")
    op.drop_table("outbox_file")
    op.drop_table("device_report")
