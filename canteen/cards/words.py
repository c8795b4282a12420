"""How the refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "card-held": _l("这位老人已经有卡了。卡丢了请按“挂失”或“补卡”。"),
            "card-none": _l("这位老人还没有卡。请先发卡。"),
            "card-already-lost": _l("这张卡已经挂失了。"),
            "card-not-lost": _l("这张卡没有挂失。"),
            "card-key": _l("尾号 %(tail)s 的卡是用旧密钥做的，印不出来。请给它补卡。"),
            "cards-none": _l("没有要打印的卡。请换一个筛选，或先发卡。"),
            "elder-deceased": _l("已登记去世，不能办卡，也不能充值。"),
            "account-ended": _l("账户已注销，不能办卡，也不能充值。"),
            "serials-used-up": _l("这个食堂的卡号用完了。请联系维护人员。"),
            "public-host": _l("公开网址不能印在卡上：最多 22 个字母、数字、点和横线。请改好设置再印。"),
            "not-printable": _l("字体里没有这些字：%(characters)s。请在老人页面登记打印用的姓名，再印。"),
            "rendering-failed": _l("PDF 没有做成。请少选一些卡，再试一次。"),
            "slips-none": _l("这些卡都已经有家庭码了。家里丢了小条，请在老人的卡页面换一个。"),
            "card-lost-unprinted": _l("这张卡已挂失。请先解挂，或者补卡。"),
            "family-code-none": _l("还没有家庭码。请先换一个家庭码。"),
        }
    )
    words({"card-unknown": _l("没有这个卡号。请核对卡上的号码。")}, status=404)
