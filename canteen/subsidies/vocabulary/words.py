"""How the refusals about the lists read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {"vocabulary-unknown": _l("没有这个词表。"), "word-unknown": _l("词表里没有这一项。")},
        status=404,
    )
    code = _l("代码只能用小写字母、数字和连字符，最多 %(longest)s 个。")
    taken = _l("已经有代码为“%(word)s”的一项。请换一个代码。")
    words({f"{name}-code": code for name in ("category", "level", "voucher")})
    words({f"{name}-taken": taken for name in ("category", "level", "voucher")})
    words(
        {
            "text-missing": _l("请写出名称。"),
            "word-long": _l("名称最多 %(longest)s 个字，请缩短。"),
            "title-taken": _l("“%(title)s”已经是“%(word)s”的名称。请换一个名称。"),
            "word-used": _l(
                "“%(title)s”不能删除：%(elders)s 位老人、%(versions)s 个政策版本、%(drafts)s 份草稿用到它。可以停用。"
            ),
            "note-long": _l("名称最多 %(longest)s 个字，请缩短。"),
            "day-closed": _l("%(day)s 有按工作日算过的用餐，那个月已经结账，不能再改。"),
            "day-divided": _l(
                "%(day)s 已有 %(meals)s 餐按原来的日历算过，改了也不会重算。确定要改，请勾选“我知道”，再保存。"
            ),
            "year-odd": _l("年份要在 %(first)s 到 %(last)s 之间。"),
            "year-known": _l("%(year)s 年的日历已经有了。要改，请一天一天改。"),
            "year-incomplete": _l("%(year)s 年的放假安排不全，缺：%(missing)s。请对照通知补上。"),
            "notice-line": _l("第 %(row)s 行看不懂：要写明放假还是上班。"),
            "notice-date": _l("第 %(row)s 行的日期不对。请对照通知核对。"),
        }
    )
