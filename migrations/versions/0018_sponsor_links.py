"""Links by which a sponsor reads its page, and what they were used for.

Of a link's token only the hash is kept, and only the hash of what the browser that used it first holds since. A use
names a kind of device in one word and no address.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_sponsor_links"
down_revision = "0017_sending"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sponsor_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("sponsor_id", ID, nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("browser_sha256", sa.String(length=64), nullable=True),
        sa.Column("first_used_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(browser_sha256 IS NULL) = (first_used_at IS NULL)", name=op.f("ck_sponsor_link_bound_when_used")
        ),
        sa.ForeignKeyConstraint(["sponsor_id"], ["sponsor.id"], name=op.f("fk_sponsor_link_sponsor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sponsor_link_token_sha256")),
    )
    op.create_index("ix_sponsor_link_sponsor_id", "sponsor_link", ["sponsor_id"], unique=False)
    op.create_table(
        "sponsor_link_use",
        sa.Column("id", ID, nullable=False),
        sa.Column("link_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.Column("device", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["sponsor_link.id"], name=op.f("fk_sponsor_link_use_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_link_use")),
    )
    op.create_index("ix_sponsor_link_use_link_id_at", "sponsor_link_use", ["link_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("sponsor_link_use")
    op.drop_table("sponsor_link")
