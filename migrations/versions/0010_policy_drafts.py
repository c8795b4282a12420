"""Keep drafts of policies and what became of each.

That two people publish is said by the database itself, and so is that the history of a version is written once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_policy_drafts"
down_revision = "0009_lines_by_payer"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Not JSONB, which forgets the order of keys: the fen that a split leaves over go by that order.
WRITTEN = sa.JSON(none_as_null=True)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "programme_draft",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("mapping", WRITTEN, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("base", WRITTEN, nullable=True),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("canteens", WRITTEN, nullable=False),
        sa.Column("bind_from", sa.Date(), nullable=True),
        sa.Column("hands", WRITTEN, nullable=False),
        sa.Column("begun_by", sa.String(length=80), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("ticks", WRITTEN, nullable=False),
        sa.CheckConstraint(
            "state <> 'published' OR "
            "(submitted_by IS NOT NULL AND decided_by IS NOT NULL AND decided_by <> submitted_by)",
            name=op.f("ck_programme_draft_two_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_draft")),
    )
    op.create_index("ix_programme_draft_state", "programme_draft", ["state"], unique=False)
    op.create_table(
        "binding_proposal",
        sa.Column("id", ID, nullable=False),
        sa.Column("programme_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)",
            name=op.f("ck_binding_proposal_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_binding_proposal_programme_id")
        ),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_binding_proposal_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_proposal")),
    )
    op.create_index("ix_binding_proposal_programme_id", "binding_proposal", ["programme_id"], unique=False)
    op.create_index("ix_binding_proposal_canteen_id", "binding_proposal", ["canteen_id"], unique=False)
    op.create_table(
        "policy_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("programme_code", sa.String(length=60), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("draft_id", ID, nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("detail", WRITTEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_event")),
    )
    op.create_index(
        "ix_policy_event_programme_code", "policy_event", ["programme_code", "id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_postgresql() -> None:
    op.execute(sa.text(
        "CREATE TRIGGER policy_event_append_only BEFORE UPDATE OR DELETE ON policy_event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ))
    op.execute(sa.text(
        "CREATE TRIGGER policy_event_no_truncate BEFORE TRUNCATE ON policy_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ))


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(sa.text(
            f"CREATE TRIGGER policy_event_no_{act.lower()} BEFORE {act} ON policy_event BEGIN "
            "SELECT RAISE(ABORT, 'policy_event is append-only: write a new act instead'); END"
        ))


def downgrade() -> None:
    for table in ("policy_event", "binding_proposal", "programme_draft"):
        op.drop_table(table)
