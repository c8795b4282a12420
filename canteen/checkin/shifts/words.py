"""How the refusals of shifts and closes read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

METHODS = {
    "cash": _l("现金"), "wechat": _l("微信"), "alipay": _l("支付宝"), "transfer": _l("银行转账"), "family": _l("代充（家属）"),
}  # fmt: skip
COUNTS = {"cancelled": _l("撤销"), "by_hand": _l("手工查找"), "offline": _l("离线"), "waiting": _l("待核对")}


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "event-id-reused": _l("这个编号已经用在另一件事上，内容不一样。"),
            "shift-elsewhere": _l("这一班是别的平板开的。"),
            "close-id-reused": _l("这个编号已经用在另一次日结上，内容不一样。"),
            "figures-changed": _l("刚才又有新的记录，数字变了。请再看一遍，重新点一次现金。"),
            "note-missing": _l("现金对不上，请在备注里写一句原因，再日结。"),
            "no-meals-reason": _l("今天没有用餐记录。请写停餐原因。"),
            "portions-number": _l("出餐数是 0 到 %(most)s 的整数。"),
            "portions-day": _l("请选今天或以前的日期。"),
        }
    )
    words(
        {
            "shift-event": _l("请求里的 %(field)s 一项不对。"),
            "cash-close": _l("日结里的 %(field)s 一项不对。"),
        },
        status=400,
    )
    words({"badge-unknown": _l("系统里没有这张工作牌。可能是旧的，请负责人换一张。")}, status=404)
