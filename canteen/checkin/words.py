"""How the refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "already-cancelled": _l("这一餐已经撤销过了。"),
            "cancel-id-reused": _l("这个撤销编号已经用在另一餐上。"),
            "nothing-to-cancel": _l("这条记录没有用餐，不用撤销。"),
            "too-late": _l("已超过十分钟，请负责人在后台撤销。"),
        }
    )
    words(
        {
            "cancel-id": _l("cancel_id 是 32 位小写十六进制数字。"),
            "cash-meal": _l("现金餐的 %(field)s 一项不对，请检查餐次、份数和价格。"),
            "not-a-card": _l("没扫清楚，或者这不是就餐卡。请再放一次。"),
            "seen-at": _l("seen_at 要写成 2026-11-20T04:00:00Z 这样。"),
            "bad-request": _l("请求内容不完整，请检查后再送。"),
            "reason-missing": _l("请写明原因，最多 %(longest)s 个字。"),
        },
        status=400,
    )
    words({"not-this-till": _l("这一餐是别的平板记的，请在那台平板上撤销，或请负责人处理。")}, status=403)
    words({"meal-unknown": _l("没有这一餐。")}, status=404)
