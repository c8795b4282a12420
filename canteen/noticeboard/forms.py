"""The one form of the card's page: the family's six digits."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField


class FamilyCodeForm(FlaskForm):
    """Whatever is typed is tried as it is: a wrong form and a wrong code get the same answer."""

    code = StringField(_l("家庭码（六位数字）"))
