"""The pages of this slice under one name; `views` brings them together."""

from flask import Blueprint

from canteen.core.roles import Role

bp = Blueprint("subsidies", __name__)

READERS = (Role.ADMINISTRATOR, Role.OFFICER, Role.MANAGER)
"""Who may read policies: everyone in the office."""

AUTHORS = (Role.ADMINISTRATOR, Role.OFFICER)
"""Who drafts and publishes them; always two people."""
