"""The card of a named day."""

from flask import Blueprint

import canteen.noticeboard.named_day.queries  # noqa: F401 - its tables

bp = Blueprint("named_day", __name__)
