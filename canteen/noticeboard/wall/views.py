"""The thank-you wall and the public notice."""

from flask import Blueprint

bp = Blueprint("wall", __name__)
