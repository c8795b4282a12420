"""The sponsor's own page."""

from flask import Blueprint

bp = Blueprint("portal", __name__)
