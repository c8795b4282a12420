"""Forms of sponsors' funds. Text in, commands out."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from canteen.sponsors.services import CODE, LONGEST_NAME, LONGEST_PURPOSE, NewFund, Terms
from canteen.web.fields import DatePartsField, YuanField

TOO_LONG = Length(max=LONGEST_NAME, message=_l("最多 %(max)d 个字。"))


class TermsForm(FlaskForm):
    """What a fund agrees to pay for."""

    canteens = SelectMultipleField(
        _l("定向食堂"), [Optional()], coerce=int, description=_l("一个都不选，就是所有食堂。")
    )
    begins_on = DatePartsField(_l("开始日期"), [Optional()])
    ends_on = DatePartsField(_l("结束日期"), [Optional()])
    per_meal = YuanField(_l("每餐最多"), [Optional()])
    per_day = YuanField(_l("每天最多"), [Optional()])
    is_for_named_guests = BooleanField(_l("只资助名单上的老人"))
    purpose = StringField(_l("用途"), [Optional(), Length(max=LONGEST_PURPOSE, message=_l("最多 %(max)d 个字。"))])
    budget = YuanField(
        _l("预算"), [Optional()], description=_l("打算用多少；真正付款只用已经到账的钱。")
    )

    def terms(self) -> Terms:
        """What was typed, as a value."""
        return Terms(
            begins_on=self.begins_on.data, ends_on=self.ends_on.data, per_meal_fen=self.per_meal.data,
            per_day_fen=self.per_day.data, is_for_named_guests=self.is_for_named_guests.data,
            canteen_ids=frozenset(self.canteens.data or ()), purpose=self.purpose.data or "",
            budget_fen=self.budget.data,
        )  # fmt: skip


class NewFundForm(TermsForm):
    """A fund with its first gift."""

    sponsor = StringField(_l("捐赠方全称"), [InputRequired(_l("请填捐赠方的名称。")), TOO_LONG])
    display_name = StringField(
        _l("对外署名"),
        [Optional(), TOO_LONG],
        description=_l("按约定原样显示，比如“爱心人士”；空着就用全称。"),
    )
    code = StringField(
        _l("代码"),
        [
            InputRequired(_l("请填代码。")),
            Regexp(f"^{CODE.pattern}$", message=_l("只能用字母、数字、点、横线和下划线，不以符号开头。")),
        ],
        description=_l("补贴政策里用它称呼这笔资金，比如 weida，以后不能改。"),
    )
    gift = YuanField(
        _l("第一笔到账"),
        [InputRequired(_l("请填到账金额。"))],
        description=_l("钱还没有到，或者有票据要记，就填 0，添加以后再记到账。"),
    )

    def command(self, on: date) -> NewFund:
        """What was typed, as a command."""
        return NewFund(
            self.code.data, self.sponsor.data, self.gift.data or 0, on, self.display_name.data or "",
            terms=self.terms(),
        )  # fmt: skip


class GuestsForm(FlaskForm):
    """A list of named guests."""

    file = FileField(
        _l("受助名单"),
        [FileRequired(_l("请选择 .xlsx 或 .csv 文件。"))],
        description=_l("一列姓名，一列身份证号或卡号。新名单代替旧名单；没有登记的人不列入，会逐行告诉您。"),
    )
