"""What a tablet holds for three days, and the hint that tells two elders of one name apart."""

import sqlalchemy as sa
from alembic import op

revision = "0004_day_sheet"
down_revision = "0003_check_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
