"""Statements of a fund for a quarter, a year or a range of days.

They stand among the sealed statements under the text of their period; a month's statement has none. The column is
added as it is and not filled: sealed rows are never written again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_fund_reports"
down_revision = "0015_fund_slices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statement", sa.Column("period", sa.String(length=24), nullable=True))
    op.create_index("uq_statement_fund_period", "statement", ["fund_id", "period"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_statement_fund_period", table_name="statement")
    op.drop_column("statement", "period")
