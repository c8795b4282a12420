"""The canteen's own recordings of what the till says, who was asked after, and whom to visit.

A recording lies in the database, so that a backup holds it and a second server has it. Of a phrase at most two are
kept: the one in use and the one before it, which can be taken back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_voice"
down_revision = "0007_review"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "voice_clip",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("phrase", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_voice_clip_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_clip")),
    )
    op.create_index("uq_voice_clip_place", "voice_clip", ["canteen_id", "phrase", "place"], unique=True)
    op.create_table(
        "voice_choice",
        sa.Column("canteen_id", ID, nullable=False, autoincrement=False),
        sa.Column("speaks_amounts", sa.Boolean(), nullable=False),
        sa.Column("speaks_sponsor", sa.Boolean(), nullable=False),
        sa.Column("shows_amounts", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_voice_choice_canteen_id")),
        sa.PrimaryKeyConstraint("canteen_id", name=op.f("pk_voice_choice")),
    )
    op.create_table(
        "absence_tick",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("device_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("elder_id", ID, nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("meal_period", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cashier_ref", sa.String(length=80), nullable=True),
        sa.Column("ticked_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_absence_tick_device_id")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_absence_tick_canteen_id")),
        sa.ForeignKeyConstraint(["elder_id"], ["elder.id"], name=op.f("fk_absence_tick_elder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_tick")),
        sa.UniqueConstraint("key", name=op.f("uq_absence_tick_key")),
    )
    op.create_index(
        "ix_absence_tick_meal", "absence_tick", ["canteen_id", "service_on", "meal_period", "elder_id"]
    )
    op.create_table(
        "visit_round",
        sa.Column("canteen_id", ID, nullable=False, autoincrement=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("meal_period", sa.String(length=10), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_visit_round_canteen_id")),
        sa.PrimaryKeyConstraint("canteen_id", "service_on", "meal_period", name=op.f("pk_visit_round")),
    )
    op.create_table(
        "visit_task",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("elder_id", ID, nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("meal_period", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("done_by", sa.String(length=80), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_visit_task_canteen_id")),
        sa.ForeignKeyConstraint(["elder_id"], ["elder.id"], name=op.f("fk_visit_task_elder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_task")),
    )
    op.create_index(
        "uq_visit_task_meal", "visit_task", ["canteen_id", "elder_id", "service_on", "meal_period"], unique=True
    )
    op.create_index("ix_visit_task_canteen_id_state", "visit_task", ["canteen_id", "state"])


def downgrade() -> None:
    for table in ("visit_task", "visit_round", "absence_tick", "voice_choice", "voice_clip"):
        op.drop_table(table)
