"""Pages of sending."""

from flask import Blueprint

from canteen.settlement.sending import models  # noqa: F401 - the table is known with the pages

bp = Blueprint("sending", __name__)
