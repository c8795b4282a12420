"""Pages of the canteens slice."""

from flask import Blueprint

bp = Blueprint("canteens", __name__)
