"""Forms of sponsors and agreements. Text in, commands out."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from canteen.sponsors.agreements.givers import Giver
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.sponsors.agreements.papers import Paper
from canteen.sponsors.agreements.proposing import RuleWish
from canteen.sponsors.agreements.services import Terms
from canteen.sponsors.agreements.words import HOLDER_NAMES, KIND_NAMES, NATURE_NAMES, OBJECT_NAMES
from canteen.web.fields import DatePartsField, YuanField

MEAL_NAMES = {"": _l("每一餐"), "breakfast": _l("早餐"), "lunch": _l("午餐"), "dinner": _l("晚餐")}
DAY_NAMES = {
    "every": _l("每一餐都付"),
    "birthday": _l("只在老人生日那天付"),
    "named": _l("只在一个冠名日付，比如重阳节"),
}


def _most(longest: int) -> Length:
    return Length(max=longest, message=_l("最多 %(max)d 个字。"))


class GiverForm(FlaskForm):
    """A sponsor's particulars."""

    name = StringField(_l("捐赠方全称"), [InputRequired(_l("请填捐赠方的名称。")), _most(80)])
    kind = RadioField(
        _l("捐赠方是"),
        [InputRequired(_l("请选捐赠方是哪一种。"))],
        choices=lambda: list(KIND_NAMES.items()),
    )
    uscc = StringField(_l("统一社会信用代码"), [Optional()], description=_l("只有单位填，18 位。"))
    contact_name = StringField(_l("联系人"), [Optional(), _most(60)])
    contact_phone = StringField(_l("联系电话"), [Optional(), _most(30)])
    contact_address = StringField(_l("联系地址"), [Optional(), _most(120)])
    contact_email = StringField(
        _l("电子邮箱"), [Optional(), _most(254)], description=_l("对账单发到这里；只写一个。")
    )

    def giver(self) -> Giver:
        """What was typed, as a value."""
        return Giver(
            self.name.data, self.kind.data, self.uscc.data or "", self.contact_name.data or "",
            self.contact_phone.data or "", self.contact_address.data or "", self.contact_email.data or "",
        )  # fmt: skip


class NewGiverForm(GiverForm):
    """A new sponsor, with the name that is shown."""

    display_name = StringField(
        _l("对外署名"),
        [Optional()],
        description=_l("按约定原样显示，最多 26 个字；空着：单位和个人用全称，其他用“爱心人士”。"),
    )


class NameForm(FlaskForm):
    """Another display name."""

    display_name = StringField(_l("新的对外署名"), [InputRequired(_l("请填对外署名。"))])
    from_on = DatePartsField(
        _l("从哪天起用"),
        [InputRequired(_l("请填从哪天起用。"))],
        description=_l("已经封存的单据保留原来的署名。"),
    )


class AgreementForm(FlaskForm):
    """What was agreed."""

    number = StringField(_l("协议编号"), [InputRequired(_l("请填协议编号。")), _most(40)])
    nature = RadioField(
        _l("性质"),
        [InputRequired(_l("请选是捐赠还是商业赞助。"))],
        choices=lambda: list(NATURE_NAMES.items()),
        description=_l("商业赞助不发感谢状，不开捐赠票据，不列入捐赠。"),
    )
    amount = YuanField(_l("协议金额"), [InputRequired(_l("请填协议金额。"))])
    signed_on = DatePartsField(_l("签订日期"), [InputRequired(_l("请填签订日期。"))])
    begins_on = DatePartsField(_l("开始日期"), [InputRequired(_l("请填开始日期。"))])
    ends_on = DatePartsField(_l("结束日期"), [InputRequired(_l("请填结束日期。"))])
    holder_kind = RadioField(
        _l("善款由谁持有"),
        [InputRequired(_l("请选由谁持有善款。"))],
        choices=lambda: list(HOLDER_NAMES.items()),
        description=_l("营利性运营方不能接受捐赠。"),
    )
    holder_name = StringField(
        _l("持有方全称"), [InputRequired(_l("请填善款持有方的全称。")), _most(80)]
    )
    holder_uscc = StringField(
        _l("持有方统一社会信用代码"), [Optional()], description=_l("村（居）集体没有代码的，可以空着。")
    )
    wording_by = StringField(_l("署名文字由谁审定"), [Optional(), _most(60)])
    wording_on = DatePartsField(_l("审定日期"), [Optional()])
    goods_declared = BooleanField(_l("捐赠方声明：与烟草制品和法律禁止宣传的产品无关"))
    relatives_declared = BooleanField(_l("捐赠方声明：受助人里没有捐赠人的亲属"))
    shows_amount = BooleanField(_l("捐赠方同意公开金额"))

    def terms(self) -> Terms:
        """What was typed, as a value."""
        return Terms(
            number=self.number.data, nature=self.nature.data, holder_kind=self.holder_kind.data,
            holder_name=self.holder_name.data, holder_uscc=self.holder_uscc.data or "",
            signed_on=self.signed_on.data or date.max, begins_on=self.begins_on.data or date.min,
            ends_on=self.ends_on.data or date.max, amount_fen=self.amount.data or 0,
            wording_by=self.wording_by.data or "", wording_on=self.wording_on.data,
            goods_declared=self.goods_declared.data, relatives_declared=self.relatives_declared.data,
            shows_amount=self.shows_amount.data,
        )  # fmt: skip


class NewAgreementForm(AgreementForm):
    """A new agreement, with its scan."""

    paper = FileField(_l("协议扫描件"), [Optional()], description=_l("PDF、JPEG 或 PNG，最大 10 MB。"))


class PaperForm(FlaskForm):
    """A scan that comes later."""

    paper = FileField(
        _l("扫描件"),
        [FileRequired(_l("请选择一个文件。"))],
        description=_l("PDF、JPEG 或 PNG，最大 10 MB。"),
    )


class AllotForm(FlaskForm):
    """How much goes to a fund."""

    fund = SelectField(_l("资金"), [InputRequired(_l("请选一笔资金。"))])
    amount = YuanField(
        _l("分给这笔资金"), [InputRequired(_l("请填金额。"))], description=_l("写 0 就不再由这份协议供款。")
    )


class LeaveForm(FlaskForm):
    """Consent and approval."""

    consent_by = StringField(_l("场所由谁同意"), [Optional(), _most(60)])
    consent_on = DatePartsField(_l("同意日期"), [Optional()])
    approval_by = StringField(_l("批准机关"), [Optional(), _most(80)])
    approval_no = StringField(_l("批准文号"), [Optional(), _most(60)])
    approval_on = DatePartsField(_l("批准日期"), [Optional()])
    paper = FileField(_l("批准文件"), [Optional()], description=_l("PDF、JPEG 或 PNG，最大 10 MB。"))

    def leave(self) -> Leave:
        """What was typed, as a value."""
        return Leave(
            self.consent_by.data or "", self.consent_on.data, self.approval_by.data or "",
            self.approval_no.data or "", self.approval_on.data,
        )  # fmt: skip


class NamingForm(LeaveForm):
    """A right of naming."""

    object = RadioField(
        _l("用名字冠什么"),
        [InputRequired(_l("请选用名字冠什么。"))],
        choices=lambda: list(OBJECT_NAMES.items()),
    )
    display_name = StringField(
        _l("显示的名字"),
        [InputRequired(_l("请填对外署名。"))],
        description=_l("冠名食堂时填食堂的名字，比如“维达老地方”；其他写捐赠方怎么署名。最多 26 个字，原样显示。"),
    )
    canteen = SelectField(
        _l("哪个食堂"), [Optional()], description=_l("感谢墙和对账单不用选。"), coerce=int
    )
    meal = SelectField(
        _l("哪一餐"),
        [Optional()],
        choices=lambda: list(MEAL_NAMES.items()),
        description=_l("只有冠名餐才选。"),
    )
    named_on = DatePartsField(_l("冠名日"), [Optional()], description=_l("只有冠名一天才填，比如重阳节那天。"))
    begins_on = DatePartsField(_l("开始日期"), [InputRequired(_l("请填开始日期。"))])
    ends_on = DatePartsField(_l("结束日期"), [InputRequired(_l("请填结束日期。"))])
    needs_approval = BooleanField(
        _l("房屋或项目主要由捐赠人出资，要县级以上政府批准"),
        description=_l("《公益事业捐赠法》第十四条。批准文件齐了才显示。"),
    )

    def wish(self) -> Wish:
        """What was typed, as a value."""
        return Wish(
            self.object.data, self.display_name.data, self.begins_on.data or date.min,
            self.ends_on.data or date.max, self.canteen.data or None, self.meal.data or None, self.named_on.data,
            self.needs_approval.data,
        )  # fmt: skip


class WithdrawForm(FlaskForm):
    """A name that is shown no more."""

    from_on = DatePartsField(_l("从哪天起不再显示"), [InputRequired(_l("请填从哪天起不再显示。"))])
    reason = StringField(_l("原因"), [InputRequired(_l("请写明不再显示的原因。")), _most(200)])


class ProgrammeForm(FlaskForm):
    """Which policy shall pay."""

    class Meta:
        csrf = False

    programme = SelectField(_l("补贴项目"), [InputRequired(_l("请选一个补贴项目。"))])


class RuleForm(FlaskForm):
    """A rule to be proposed."""

    fund = SelectField(_l("资金"), [InputRequired(_l("请选一笔资金。"))])
    title = StringField(_l("规则名称"), [InputRequired(_l("请填规则的名称。")), _most(80)])
    amount = YuanField(_l("每餐付"), [Optional()], description=_l("空着：付剩下的全部。"))
    days = RadioField(
        _l("哪些天付"),
        [InputRequired(_l("请选哪些天付。"))],
        choices=lambda: list(DAY_NAMES.items()),
        default="every",
    )
    named_day = SelectField(
        _l("哪个冠名日"),
        [Optional()],
        description=_l("只有选了“只在一个冠名日付”才填。每个冠名日用自己的一笔资金，起止日期会定在那一天。"),
    )
    before = SelectField(
        _l("排在哪里"), [Optional()], description=_l("排在前面的先付；资金用完以后，由后面的规则接着算。")
    )

    def wish(self, programme: str) -> RuleWish:
        """What was typed, as a value."""
        day = date.fromisoformat(self.named_day.data) if self.named_day.data else None
        return RuleWish(
            programme, self.fund.data, self.title.data, self.before.data or "", self.amount.data, self.days.data,
            day if self.days.data == "named" else None,
        )  # fmt: skip


def paper_of(field: Any) -> Paper | None:
    """The file that was chosen, if one was."""
    sent = field.data
    return Paper(sent.filename, sent.read()) if sent else None
