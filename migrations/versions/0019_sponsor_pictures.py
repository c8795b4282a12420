"""Pictures that sponsors may see, with the consent they rest on; and the cards of named days.

A picture's bytes go when its consent is withdrawn, and its row stays with the reason. A card is never changed: a
correction adds one with the next number.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_sponsor_pictures"
down_revision = "0018_sponsor_links"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sponsor_picture",
        sa.Column("id", ID, nullable=False),
        sa.Column("sponsor_id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=True),
        sa.Column("canteen_id", ID, nullable=True),
        sa.Column("caption", sa.String(80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("nobody_recognisable", sa.Boolean(), nullable=False),
        sa.Column("consent_by", sa.String(60), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=False),
        sa.Column("consent_until", sa.Date(), nullable=True),
        sa.Column("paper_media_type", sa.String(40), nullable=True),
        sa.Column("paper_sha256", sa.String(64), nullable=True),
        sa.Column("paper", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_by", sa.String(80), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(80), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(200), nullable=True),
        sa.CheckConstraint(
            "consent_on <= consent_until", name=op.f("ck_sponsor_picture_consent_begins_before_it_ends")
        ),
        sa.CheckConstraint(
            "nobody_recognisable OR (paper_sha256 IS NOT NULL AND consent_until IS NOT NULL)",
            name=op.f("ck_sponsor_picture_people_gave_their_consent"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (content IS NOT NULL)", name=op.f("ck_sponsor_picture_withdrawn_is_erased")
        ),
        sa.ForeignKeyConstraint(["sponsor_id"], ["sponsor.id"], name=op.f("fk_sponsor_picture_sponsor_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_sponsor_picture_fund_id")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_sponsor_picture_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_picture")),
    )
    op.create_index("ix_sponsor_picture_sponsor_id", "sponsor_picture", ["sponsor_id"])
    op.create_table(
        "named_day_card",
        sa.Column("id", ID, nullable=False),
        sa.Column("naming_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_code", sa.String(8), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("counted", JSON, nullable=False),
        sa.ForeignKeyConstraint(["naming_id"], ["naming.id"], name=op.f("fk_named_day_card_naming_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_day_card")),
        sa.UniqueConstraint("naming_id", "number", name=op.f("uq_named_day_card_naming_id_number")),
        sa.UniqueConstraint("check_code", name=op.f("uq_named_day_card_check_code")),
    )


def downgrade() -> None:
    op.drop_table("named_day_card")
    op.drop_table("sponsor_picture")
