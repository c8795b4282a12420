"""Forms of wallets: top-up, refund, closing. Text in, commands out."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from canteen.wallets.closings import LONGEST, NewClosing
from canteen.wallets.services import PAID_OUT, NewRefund, NewTopUp
from canteen.wallets.words import METHOD_NAMES, RECEIVER_NAMES
from canteen.web.fields import YuanField

WANT_AMOUNT = _l("请填金额，比如 50 或 50.5。")
WANT_METHOD = _l("请选择方式。")


def _paid_out() -> list[tuple[str, str]]:
    return [(method, str(METHOD_NAMES[method])) for method in PAID_OUT]


def _longest(name: str) -> Length:
    return Length(max=LONGEST[name], message=_l("最多 %(max)d 个字。"))


class TopUpForm(FlaskForm):
    """An amount paid in. The key is made when the form is opened, so a double click books once."""

    key = HiddenField(validators=[InputRequired()])
    amount = YuanField(_l("充值金额"), [InputRequired(WANT_AMOUNT)])
    method = RadioField(
        _l("付款方式"),
        [InputRequired(WANT_METHOD)],
        choices=lambda: list(METHOD_NAMES.items()),
        default="cash",
    )

    def command(self, elder_id: int, canteen_id: int, actor: str) -> NewTopUp:
        """What was typed, as a command."""
        return NewTopUp(self.key.data, elder_id, canteen_id, self.amount.data or 0, self.method.data, actor)


class RefundForm(FlaskForm):
    """An amount paid back, with the reason."""

    key = HiddenField(validators=[InputRequired()])
    amount = YuanField(_l("退款金额"), [InputRequired(WANT_AMOUNT)])
    method = RadioField(_l("退款方式"), [InputRequired(WANT_METHOD)], choices=_paid_out, default="cash")
    reason = StringField(
        _l("退款原因"), [InputRequired(_l("请写退款原因。")), Length(max=200, message=_l("最多 200 个字。"))]
    )

    def command(self, elder_id: int, canteen_id: int, actor: str) -> NewRefund:
        """What was typed, as a command."""
        fen = self.amount.data or 0
        return NewRefund(self.key.data, elder_id, canteen_id, fen, self.method.data, self.reason.data, actor)


class ClosingForm(FlaskForm):
    """Who gets the balance, and what shows that it is theirs."""

    receiver = RadioField(
        _l("余额退给谁"),
        [InputRequired(_l("请选择余额退给谁。"))],
        choices=lambda: list(RECEIVER_NAMES.items()),
    )
    receiver_name = StringField(_l("代办人或继承人姓名"), [Optional(), _longest("receiver_name")])
    relation = StringField(
        _l("和老人的关系"), [Optional(), _longest("relation")], description=_l("比如儿子、女儿、居委会。")
    )
    evidence = StringField(
        _l("证明"),
        [Optional(), _longest("evidence")],
        description=_l("看过什么：委托书、死亡证明、户口簿、继承说明。不要写身份证号。"),
    )
    method = RadioField(_l("退款方式"), [InputRequired(WANT_METHOD)], choices=_paid_out, default="cash")

    def command(self, elder_id: int, actor: str) -> NewClosing:
        """What was typed, as a command."""
        return NewClosing(
            elder_id, self.receiver.data, self.method.data, actor,
            self.receiver_name.data or "", self.relation.data or "", self.evidence.data or "",
        )  # fmt: skip
