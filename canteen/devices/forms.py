"""Forms of devices."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class LostForm(FlaskForm):
    """Why a device will never be heard from again."""

    reason = StringField(
        _l("怎么丢的或坏的"),
        [InputRequired(_l("请写明平板怎么丢的或坏的。")), Length(max=200, message=_l("最多 200 个字。"))],
        description=_l("比如“11 月 20 日掉进水里，开不了机”。月结时会列出这台平板可能缺的记录。"),
    )


class NameForm(FlaskForm):
    """What a device is called: by the window that it stands at."""

    name = StringField(
        _l("名字"),
        [InputRequired(_l("请给平板起个名字。")), Length(max=40, message=_l("最多 40 个字。"))],
        description=_l("比如“1 号窗口”。收银台和报表上都这样叫它。"),
    )
