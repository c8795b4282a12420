"""Pages of the month's end."""

from flask import Blueprint

bp = Blueprint("settlement", __name__)
