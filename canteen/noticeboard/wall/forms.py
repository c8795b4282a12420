"""The forms of public notices: what stands under one, and why one is taken back."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from canteen.noticeboard.wall.services import LONGEST_PUBLISHER, LONGEST_REASON


class PublishForm(FlaskForm):
    """Who publishes and whom to call; `seen` is the hash of what stood above the form."""

    seen = HiddenField()
    publisher = StringField(
        _l("公布单位"),
        [
            InputRequired(_l("请填公布单位。")),
            Length(max=LONGEST_PUBLISHER, message=_l("公布单位最多 80 个字。")),
        ],
        description=_l("印在公示下面，旁边盖章。"),
    )
    hotline = StringField(
        _l("监督电话"),
        [InputRequired(_l("请填监督电话。")), Length(max=20, message=_l("监督电话最多 20 个字。"))],
        description=_l("有疑问的人打这个电话。可以是街道或民政的。"),
    )
    is_meant = BooleanField(
        _l("我核对过了，发布以后只能撤回，不能再改"), [InputRequired(_l("请先勾选，再发布。"))]
    )


class WithdrawForm(FlaskForm):
    """Why a notice is taken back; everybody reads it."""

    reason = TextAreaField(
        _l("撤回的原因"),
        [
            InputRequired(_l("请写明撤回的原因。")),
            Length(max=LONGEST_REASON, message=_l("原因最多 200 个字。")),
        ],
        description=_l("会公开，请不要写个人的姓名和情况。"),
    )
