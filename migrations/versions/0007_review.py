"""Signals of the review tray, decisions on them, paper slips and sign sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0007_review"
down_revision = "0006_device_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
