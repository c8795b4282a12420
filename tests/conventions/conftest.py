"""One application for all that only looks at it: templates, messages, routes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from canteen.app import create_app
from canteen.config import Settings


@pytest.fixture(scope="session")
def looked_at(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application that no test changes, on an empty database that no test writes to."""
    home = tmp_path_factory.mktemp("looked-at")
    app = create_app(Settings(home=home, database_url=f"sqlite:///{sqlite_template}"))
    with app.app_context():
        yield app
