"""The pages of this slice under one name; `views` brings them together."""

from flask import Blueprint

from canteen.core.roles import Role

bp = Blueprint("sponsors", __name__)

AUTHORS = (Role.ADMINISTRATOR, Role.OFFICER)
"""Who writes sponsors, agreements and rights of naming; everyone in the office reads them."""
