"""Pages of the sponsors slice."""

from flask import Blueprint

bp = Blueprint("sponsors", __name__)
