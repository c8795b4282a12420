"""Pages of a fund's statements."""

from flask import Blueprint

bp = Blueprint("reports", __name__)
