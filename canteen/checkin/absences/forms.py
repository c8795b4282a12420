"""The form of a visit that was made."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField


class VisitForm(FlaskForm):
    """How the elder is, in a sentence."""

    note = StringField(_l("情况"))
