"""Forms of links."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from canteen.sponsors.links.services import LONGEST_LABEL, MOST_DAYS, USUAL_DAYS


class LinkForm(FlaskForm):
    """A new link."""

    label = StringField(
        _l("给谁"),
        [
            InputRequired(_l("请写明链接给谁。")),
            Length(max=LONGEST_LABEL, message=_l("最多 %(max)d 个字。")),
        ],
        description=_l("比如“陈女士的手机”。只有办公室看得到。"),
    )
    days = IntegerField(
        _l("有效期"),
        [
            InputRequired(_l("请填有效期，1 到 365 天。")),
            NumberRange(1, MOST_DAYS, message=_l("有效期要在 1 到 365 天之间。")),
        ],
        default=USUAL_DAYS,
    )
