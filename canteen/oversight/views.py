"""The page of what waits for a person's decision."""

from flask import Blueprint

bp = Blueprint("oversight", __name__)
