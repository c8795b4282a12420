"""How the refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "canteen-taken": _l("代码“%(canteen)s”已经有食堂用了，请换一个。"),
            "canteen-code": _l("食堂代码用字母、数字、点、横线和下划线，不以符号开头，最多 40 个。"),
            "canteen-name": _l("请填食堂名称。"),
            "canteen-area": _l("地区类型只能是城镇或农村。"),
            "canteen-division": _l("行政区划代码要写 2 到 12 位数字，比如区县 6 位 620102。"),
            "canteen-price": _l("套餐价格要大于 0，最多 1000 元。"),
            "canteen-phone": _l("电话只能是数字、加号、横线和括号，比如 0931-8461234。"),
            "canteen-uscc": _l("统一社会信用代码是 18 位数字和大写字母，请对照营业执照核对。"),
            "canteen-zone": _l("没有叫“%(zone)s”的时区，请写 Asia/Shanghai 这样。"),
            "text-too-long": _l("这一项最多 %(longest)s 个字，请缩短。"),
            "hours-form": _l("供餐时间“%(part)s”看不懂，请写成 10:30-13:00 这样。"),
            "hours-period": _l("没有“%(part)s”这个餐次。"),
            "hours-twice": _l("有一餐写了两次：“%(part)s”。一餐只能有一段时间。"),
            "hours-midnight": _l("供餐时间“%(part)s”的结束不晚于开始；一餐不能跨过半夜。"),
            "hours-overlap": _l("%(earlier)s和%(later)s的时间重叠，请错开。"),
            "hours-none": _l("至少要有一餐的供餐时间。"),
            "worker-unknown": _l("有一位不是在职的负责人或收银员，请重新打开页面再选。"),
            "no-workplace": _l("您还没有分到食堂。请系统管理员在“食堂”页面里把您加上。"),
        }
    )
    words({"canteen-unknown": _l("没有这个食堂。请从列表里重新选择。")}, status=404)
    words({"canteen-not-yours": _l("这个食堂不归您管。需要的话，请系统管理员把您加到这个食堂。")}, status=403)
