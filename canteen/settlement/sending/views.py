"""Pages of what was sent."""

from flask import Blueprint

bp = Blueprint("sending", __name__)
