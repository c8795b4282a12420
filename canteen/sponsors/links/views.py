"""Pages of the links of a sponsor."""

from flask import Blueprint

bp = Blueprint("links", __name__)
