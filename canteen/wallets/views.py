"""Pages of the wallets slice."""

from flask import Blueprint

bp = Blueprint("wallets", __name__)
