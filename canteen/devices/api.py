"""Endpoints of the devices slice."""

from flask import Blueprint

bp = Blueprint("devices_api", __name__)
