"""Pages of the pictures that sponsors may see."""

from flask import Blueprint

bp = Blueprint("pictures", __name__)
