"""The pages of this slice under one name; `views` brings them together."""

from flask import Blueprint

from canteen.core.roles import Role

bp = Blueprint("subsidies", __name__)

AUTHORS = (Role.ADMINISTRATOR, Role.OFFICER)
"""Who drafts and publishes policies, always two people; everyone in the office may read them."""
