"""The pages of this slice under one name; `views` brings them together."""

from flask import Blueprint

from canteen.core.roles import Role

bp = Blueprint("oversight", __name__)

WHO = (Role.MANAGER, Role.ADMINISTRATOR)
"""Who decides: the person in charge of a canteen, and the administrator."""
