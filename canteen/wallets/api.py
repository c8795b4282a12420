"""Endpoints of the wallets slice."""

from flask import Blueprint

bp = Blueprint("wallets_api", __name__)
