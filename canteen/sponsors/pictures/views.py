"""Pages of the pictures that sponsors may see."""

from flask import Blueprint

import canteen.sponsors.pictures.queries  # noqa: F401 - its tables

bp = Blueprint("pictures", __name__)
