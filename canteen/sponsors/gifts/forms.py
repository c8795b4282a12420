"""Forms of gifts and of what leaves a fund. Text in, commands out."""

import re
import unicodedata
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from canteen.sponsors.gifts import words
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.gifts.services import NewGoods, NewMoney, NewPledge
from canteen.sponsors.gifts.spending import NewExpense, NewPayOver, NewRefund
from canteen.web.fields import DatePartsField, YuanField

RECEIPT = ("receipt_code", "receipt_number", "receipt_issuer")
QUANTITY = re.compile(r"(\d{1,8})(?:\.(\d{1,3}))?")
WANT_AMOUNT = _l("请填金额，比如 50 或 50.5。")
WANT_DAY = _l("请填日期。")


def _max(longest: int) -> Length:
    return Length(max=longest, message=_l("最多 %(max)d 个字。"))


def _choices(named: dict[str, Any]) -> Any:
    return lambda: list(named.items())


class QuantityField(StringField):
    """A quantity with up to three decimals; `milli` is in thousandths."""

    milli: int = 0

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        found = QUANTITY.fullmatch(unicodedata.normalize("NFKC", self.data or "").strip())
        if found is None and self.data:
            raise ValueError(gettext("数量要写成数字，最多三位小数，比如 50 或 12.5。"))
        if found is not None:
            self.milli = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))


class BookingForm(FlaskForm):
    """What is booked once: the key is made when the form is opened, so a double click books once."""

    key = HiddenField(validators=[InputRequired(), Length(max=64)])


class MoneyForm(BookingForm):
    """Money received."""

    amount = YuanField(_l("到账金额"), [InputRequired(WANT_AMOUNT)])
    on = DatePartsField(_l("到账日期"), [InputRequired(WANT_DAY)])
    way = RadioField(
        _l("怎么来的"), [InputRequired(_l("请选择一项。"))], choices=_choices(words.WAYS), default="bank"
    )
    giver_name = StringField(
        _l("捐赠人"), [Optional(), _max(80)], description=_l("和资金的捐赠方不同时才填，比如给同一笔资金捐款的居民。")
    )
    was_pledged = BooleanField(_l("这是认捐过的钱，现在到了"))
    receipt_code = StringField(
        _l("票据代码"), [Optional(), _max(40)], description=_l("照公益事业捐赠票据上的写；还没有开票，这三项都空着。")
    )
    receipt_number = StringField(_l("票据号码"), [Optional(), _max(40)])
    receipt_issuer = StringField(_l("开票单位"), [Optional(), _max(80)])
    bank_no = StringField(_l("银行流水号"), [Optional(), _max(64)])

    def command(self, code: str) -> NewMoney:
        """What was typed, as a command."""
        # The form of a commercial sponsorship has no fields for a donation receipt.
        receipt = {name: self[name].data or "" for name in RECEIPT if name in self}
        return NewMoney(
            self.key.data, code, self.amount.data or 0, self.on.data or date.max, self.way.data, **receipt,
            bank_no=self.bank_no.data or "", giver_name=self.giver_name.data or "",
            was_pledged=self.was_pledged.data,
        )  # fmt: skip


class PledgeForm(BookingForm):
    """Money promised."""

    amount = YuanField(_l("认捐金额"), [InputRequired(WANT_AMOUNT)])
    on = DatePartsField(_l("认捐日期"), [InputRequired(WANT_DAY)])
    giver_name = StringField(_l("捐赠人"), [Optional(), _max(80)], description=_l("和资金的捐赠方不同时才填。"))

    def command(self, code: str) -> NewPledge:
        """What was typed, as a command."""
        on: date = self.on.data or date.max
        return NewPledge(self.key.data, code, self.amount.data or 0, on, self.giver_name.data or "")


class GoodsForm(BookingForm):
    """Goods received."""

    what = StringField(_l("什么东西"), [InputRequired(_l("请填是什么东西。")), _max(80)])
    quantity = QuantityField(_l("数量"), [InputRequired(_l("请填数量。"))])
    unit = StringField(
        _l("计量单位"), [InputRequired(_l("请填单位。")), _max(12)], description=_l("比如 千克、箱、台。")
    )
    amount = YuanField(_l("价值"), [InputRequired(WANT_AMOUNT)])
    basis = RadioField(
        _l("价值的依据"), [InputRequired(_l("请选择一项。"))], choices=_choices(words.BASES), default="invoice"
    )
    basis_source = StringField(
        _l("依据是哪一份"), [InputRequired(_l("请写依据：发票号、价格出处或估价人。")), _max(120)],
        description=_l("发票写号码，市场价写出处和日期，估价写谁估的。"),
    )  # fmt: skip
    on = DatePartsField(_l("收到日期"), [InputRequired(WANT_DAY)])
    giver_name = StringField(_l("捐赠人"), [Optional(), _max(80)], description=_l("和资金的捐赠方不同时才填。"))

    def command(self, code: str) -> NewGoods:
        """What was typed, as a command."""
        return NewGoods(
            self.key.data, code, self.what.data, self.quantity.milli, self.unit.data, self.amount.data or 0,
            self.basis.data, self.basis_source.data, self.on.data or date.max, self.giver_name.data or "",
        )  # fmt: skip


class ExpenseForm(BookingForm):
    """Something paid that is no meal."""

    kind = SelectField(_l("哪一种支出"), choices=_choices(words.EXPENSES))
    what = StringField(_l("为了什么"), [InputRequired(_l("请写这笔支出为了什么。")), _max(120)])
    payee = StringField(_l("收款人"), [InputRequired(_l("请填收款人。")), _max(80)])
    amount = YuanField(_l("支出金额"), [InputRequired(WANT_AMOUNT)])
    on = DatePartsField(_l("付款日期"), [InputRequired(WANT_DAY)])
    canteen = SelectField(_l("为哪个食堂"), [Optional()])
    document_no = StringField(_l("发票或单据号"), [Optional(), _max(64)])
    bank_no = StringField(_l("银行流水号"), [Optional(), _max(64)])

    def command(self, code: str) -> NewExpense:
        """What was typed, as a command."""
        return NewExpense(
            self.key.data, code, self.kind.data, self.what.data, self.payee.data, self.amount.data or 0,
            self.on.data or date.max, int(self.canteen.data) if self.canteen.data else None,
            self.document_no.data or "", self.bank_no.data or "",
        )  # fmt: skip


class PayOverForm(BookingForm):
    """Money that goes to the operator."""

    canteen = SelectField(_l("给哪个食堂"), [InputRequired(_l("请选择食堂。"))])
    month = StringField(
        _l("截至哪个月"), [InputRequired(_l("请填月份。")), _max(7)], description=_l("已经月结的月份，写成 2026-10 这样。")
    )
    amount = YuanField(_l("拨付金额"), [InputRequired(WANT_AMOUNT)])
    on = DatePartsField(_l("拨付日期"), [InputRequired(WANT_DAY)])
    bank_no = StringField(_l("银行流水号"), [Optional(), _max(64)])

    def command(self, code: str) -> NewPayOver:
        """What was typed, as a command."""
        return NewPayOver(
            self.key.data, code, int(self.canteen.data), self.month.data.strip(), self.amount.data or 0,
            self.on.data or date.max, self.bank_no.data or "",
        )  # fmt: skip


class RefundForm(BookingForm):
    """Whom what is left goes back to."""

    receiver = StringField(_l("退给谁"), [InputRequired(_l("请填收款人。")), _max(80)])
    relation = RadioField(
        _l("和这笔资金的关系"), [InputRequired(_l("请选择一项。"))], choices=_choices(words.RELATIONS), default="giver"
    )
    evidence = StringField(
        _l("凭什么退"), [InputRequired(_l("请写凭据，比如协议第几条。")), _max(200)],
        description=_l("协议第几条、来函的日期和文号。"),
    )  # fmt: skip

    def command(self, code: str) -> NewRefund:
        """What was typed, as a command."""
        return NewRefund(code, self.receiver.data, self.relation.data, self.evidence.data)


class GivingForm(FlaskForm):
    """How a fund takes gifts."""

    is_for_many = BooleanField(
        _l("向很多人收捐款"), description=_l("居民给同一笔资金零星捐款时勾选。没有备案号，就只收实名的捐款。")
    )
    raiser = StringField(_l("有公开募捐资格的组织"), [Optional(), _max(80)])
    filing_no = StringField(
        _l("募捐备案号"), [Optional(), _max(40)], description=_l("公开募捐一定要有。邀请捐款的地方都会印上它。")
    )
    pledge_ceiling = YuanField(
        _l("认捐的钱最多先用"), [Optional()], description=_l("空着就是：只用已经到账的钱。")
    )

    def giving(self) -> Giving:
        """What was typed, as a value."""
        return Giving(
            self.pledge_ceiling.data, self.is_for_many.data, self.raiser.data or None, self.filing_no.data or None
        )


class ReverseForm(FlaskForm):
    """Why something is reversed."""

    reason = StringField(_l("冲正的原因"), [InputRequired(_l("请写冲正的原因。")), _max(200)])


FORMS: dict[str, type[BookingForm]] = {
    "money": MoneyForm, "pledge": PledgeForm, "goods": GoodsForm, "expense": ExpenseForm, "pay-over": PayOverForm,
    "refund": RefundForm,
}  # fmt: skip
