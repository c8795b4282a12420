"""Pages of the devices slice."""

from flask import Blueprint

bp = Blueprint("devices", __name__)
