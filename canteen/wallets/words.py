"""How kinds, methods and refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

METHOD_NAMES = {
    "cash": _l("现金"),
    "wechat": _l("微信"),
    "alipay": _l("支付宝"),
    "transfer": _l("银行转账"),
    "family": _l("代充（家属）"),
}
RECEIVER_NAMES = {"elder": _l("本人"), "proxy": _l("代办人"), "heir": _l("继承人")}
MOVEMENTS = {
    "top-up": _l("充值"),
    "refund": _l("退款"),
    "meal": _l("用餐"),
    "promise": _l("按看到的价格退差额"),
    "reversal": _l("冲正"),
    "adjustment": _l("调整"),
}


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "top-up-limit": _l("一次最多充 %(most)s 元。"),
            "wallet-ceiling": _l("钱包最多存 %(most)s 元，现在最多还能充 %(room)s 元。"),
            "wallet-frozen": _l("已登记去世，钱包已冻结。余额请用“销户”退给继承人。"),
            "amount-zero": _l("金额要大于 0。"),
            "method-unknown": _l("没有这种付款方式。退款只能用现金或转账。"),
            "refund-reason": _l("请写退款原因，最多 200 个字。"),
            "refund-too-much": _l("钱包里只有 %(held)s 元，退不了这么多。"),
            "key-reused": _l("这个编号已经用在另一笔上，内容不一样。请重新打开页面再办。"),
            "key-form": _l("编号要用 1 到 64 个字母、数字、点、横线、下划线或冒号。"),
            "voucher-kind": _l("服务券种类的代码最多 60 个字符，不能有冒号，比如 gulou-year。"),
            "voucher-limit": _l("一张服务券最多 10000 元，请核对金额。"),
            "voucher-expired": _l("最后有效日已经过了，请核对日期。"),
            "already-reversed": _l("这笔充值已经更正过了。"),
            "reversal-too-much": _l("这笔钱已经用掉一部分，钱包里只有 %(held)s 元，不能整笔冲正。"),
            "closing-waits": _l("已经有一份销户申请在等人复核。"),
            "closing-settled": _l("这份销户申请已经办过了。"),
            "same-person": _l("提出的人不能自己复核。请另一位工作人员来办。"),
            "receiver-unknown": _l("请选择余额退给谁：本人、代办人或继承人。"),
            "receiver-elder": _l("已登记去世，余额只能退给继承人。"),
            "receiver-heir": _l("没有登记去世，不能退给继承人。请选本人或代办人，或先登记去世。"),
            "receiver-details": _l("退给代办人或继承人，要填姓名、关系和证明。"),
            "card-lost": _l("这张卡已挂失。请先解挂，或者补卡。"),
            "card-replaced": _l("这是旧卡，已经换过了。请用新卡。"),
            "card-closed": _l("这张卡已注销，钱包也已结清。"),
            "card-not-clear": _l("没扫清楚，请再扫一次。"),
        }
    )
    words({"top-up-unknown": _l("没有这笔充值。")}, status=404)
    words({"closing-unknown": _l("没有这份销户申请。")}, status=404)
