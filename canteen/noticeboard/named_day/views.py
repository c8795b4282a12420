"""The card of a named day."""

from flask import Blueprint

bp = Blueprint("named_day", __name__)
