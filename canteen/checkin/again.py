"""A use case that two processes run into at once is tried again, with jitter."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from canteen.db import transaction

TRIES = 6
AGAIN = ("40001", "40P01", "23505")
"""Serialization failure, deadlock, and a unique index in which somebody else was first."""

Result = TypeVar("Result")


def in_transaction(act: Callable[[Session], Result]) -> Result:
    """Run an act in a write transaction of its own."""
    for attempt in range(TRIES - 1):
        try:
            with transaction() as session:
                return act(session)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in AGAIN:
                raise
            time.sleep(random.uniform(0.2, 1.0) * 0.01 * 2**attempt)  # noqa: S311 - no secret
    with transaction() as session:
        return act(session)
