"""Runs the migrations over the application's own engine, one transaction for the whole upgrade."""

from alembic import context
from flask import current_app

from canteen.db import Model


def run_migrations() -> None:
    """Upgrade or downgrade through the write engine."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Model.metadata, compare_type=True,
                          render_as_batch=engine.dialect.name == "sqlite")
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
