"""How codes, decisions and refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

CODES = {
    "CLOCK": _l("平板时间对不上"),
    "WINDOW": _l("不在供餐时间"),
    "NO_RULE": _l("没有适用的政策或价格"),
    "UNKNOWN": _l("系统里没有这张卡"),
    "EXPIRED": _l("平板太久没联网"),
    "REVOKED": _l("挂失、换掉或停用的卡"),
    "SERVED_ANYWAY": _l("先用餐，稍后核对"),
    "DEVICE_REVOKED": _l("停用的平板上传的"),
}
RULINGS = {
    "match": _l("对上老人"),
    "subsidised": _l("资助有效"),
    "full-price": _l("原价本人付"),
    "absorbed": _l("食堂承担"),
    "not-a-meal": _l("不是一餐"),
}


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "not-waiting": _l("这条记录已经有人处理过了，请刷新页面。"),
            "ruling-not-offered": _l("这种情况不能这样决定，请另选一项。"),
            "own-record": _l("这条记录是您自己收的，请另一位同事来决定。"),
            "elder-deceased": _l("这一天在登记的去世日期之后，只能由食堂承担或记为不是一餐。"),
            "slot-taken": _l("老人这一餐已经用过了。可以按原价由本人付、由食堂承担，或记为不是一餐。"),
            "no-rule-yet": _l("这一天还没有适用的补贴政策或价格，请先载入，再来决定。"),
            "no-price": _l("这一天还没有价格，请先在菜单、食堂或补贴项目里写上。"),
            "ruling-taken-back": _l("这个决定已经撤回过了。"),
        }
    )
    words(
        {
            "elder-needed": _l("请写明是哪位老人：卡尾号、姓名或编号。"),
            "elder-several": _l("有 %(count)s 位老人都对得上，请写完整的姓名或卡号。"),
            "nothing-chosen": _l("请先勾选要处理的记录，再选一项决定。"),
        },
        status=400,
    )
    words({"scan-unknown": _l("没有这条记录。"), "ruling-unknown": _l("没有这个决定。")}, status=404)
