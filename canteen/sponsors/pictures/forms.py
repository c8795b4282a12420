"""Forms of pictures. Text in, commands out."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from canteen.sponsors.agreements.forms import paper_of
from canteen.sponsors.pictures.services import Consent, NewPicture
from canteen.web.fields import DatePartsField


def _most(longest: int) -> Length:
    return Length(max=longest, message=_l("最多 %(max)d 个字。"))


class PictureForm(FlaskForm):
    """A picture with its consent."""

    picture = FileField(
        _l("照片"), [FileRequired(_l("请选一张照片。"))],
        description=_l("JPEG、PNG 或 WebP，最大 15 MB。拍摄地点等信息会去掉。"),
    )  # fmt: skip
    caption = StringField(
        _l("照片说明"), [InputRequired(_l("请写照片说明。")), _most(80)], description=_l("比如：重阳节那天的午餐。不要写老人的姓名。")
    )
    fund = SelectField(_l("哪笔资金"), [Optional()])
    canteen = SelectField(_l("哪个食堂"), [Optional()])
    nobody_recognisable = BooleanField(_l("照片里认不出任何人"), description=_l("只有饭菜、背影或远景。勾选以后可以没有同意书。"))
    consent_by = StringField(
        _l("谁同意的"), [InputRequired(_l("请填是谁同意的。")), _most(60)], description=_l("照片里的人；认不出人的照片，填食堂里谁同意的。")
    )
    consent_on = DatePartsField(_l("哪天同意的"), [InputRequired(_l("请填哪天同意的。"))])
    consent_until = DatePartsField(
        _l("同意到哪天为止"), [Optional()], description=_l("认得出人的照片一定要填；过了这一天就不再显示。")
    )
    paper = FileField(
        _l("同意书扫描件"), [Optional()], description=_l("PDF、JPEG 或 PNG，最大 10 MB。认得出人的照片一定要有。")
    )

    def new_picture(self, sponsor_id: int) -> NewPicture:
        """What was typed, as a value."""
        sent: Any = self.picture.data
        place = int(self.canteen.data) if self.canteen.data else None
        return NewPicture(sponsor_id, sent.read(), self.caption.data or "", self.fund.data or "", place)

    def consent(self) -> Consent:
        """What was typed, as a value."""
        return Consent(
            self.consent_by.data or "", self.consent_on.data or date.max, self.consent_until.data,
            self.nobody_recognisable.data, paper_of(self.paper),
        )  # fmt: skip


class WithdrawPictureForm(FlaskForm):
    """A picture that is taken away."""

    reason = StringField(_l("为什么撤下"), [InputRequired(_l("请写明为什么撤下。")), _most(200)])
