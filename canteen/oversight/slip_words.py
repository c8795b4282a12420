"""How slips and what is wrong with them read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

STATE_NAMES = {
    "waiting": _l("待核准"),
    "approved": _l("已核准"),
    "rejected": _l("没有成一餐"),
    "refused": _l("已退回"),
}


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "slip-number-taken": _l("这个单号已经录过了，请核对纸单上的号。"),
            "slip-decided": _l("这一行已经有人处理过了，请刷新页面。"),
            "slip-own": _l("这张单是您自己录的，请另一位同事来核准。"),
            "slip-no-rule": _l("这一天还没有适用的补贴政策或价格，请先载入，再来核准。"),
            "slip-closed": _l("这位老人的账户当天已经停用，不能核准；请退回这一行，写明原因。"),
        }
    )
    words(
        {
            "slip-none": _l("请至少填一行：单号和是哪位老人。"),
            "slip-many": _l("一次最多录 %(most)s 行，请分开录。"),
            "slip-number": _l("每一行都要有单号，最多 20 个字。"),
            "slip-twice": _l("同一位老人在这张单上有两行，请核对。"),
            "slip-period": _l("这个食堂不供应这一餐。"),
            "slip-date": _l("日期要在今天或以前，最多一年。"),
            "slip-print": _l("一次打印 1 到 %(most)s 个号。"),
            "picture-large": _l("照片太大，请选 12 MB 以内的照片。"),
            "picture-kind": _l("这个文件不是照片，请选 JPG、PNG 或 WebP。"),
        },
        status=400,
    )
    words(
        {"slip-unknown": _l("没有这一行纸条。"), "picture-gone": _l("这张照片的文件不在了，请找当时的纸单。")}, status=404
    )
