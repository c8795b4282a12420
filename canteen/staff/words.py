"""How the refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "password-old": _l("现在的密码不对。请再填一次。"),
            "password-same": _l("新密码和现在的一样，请换一个。"),
            "password-short": _l("密码太短了，至少要 %(shortest)s 个字。"),
            "password-long": _l("密码太长了，最多 %(longest)s 个字。"),
            "password-simple": _l("这个密码太好猜了，请换几个不相干的词连起来。"),
            "password-named": _l("密码里不要用自己的姓名或登录名。"),
            "login-form": _l("登录名用 2 到 40 个小写字母或数字，中间可以有点和横线。"),
            "login-taken": _l("这个登录名已经有人用了，请换一个。"),
            "name-missing": _l("请填写姓名。"),
            "name-long": _l("姓名最多 60 个字。"),
            "self-dismissal": _l("不能让自己离职。请另一位系统管理员来办。"),
            "last-administrator": _l("这是最后一位系统管理员。请先添加另一位，再改这一位。"),
            "pin-form": _l("请填 8 位数字。"),
            "pin-simple": _l("这个密码太好猜了。不要用生日、连号或重复的数字。"),
            "badge-role": _l("民政工作人员不在窗口收银，不用工作牌。"),
            "badge-none": _l("这个人现在没有工作牌。"),
            "badge-twice": _l("刚刚已经发了一张。请再看一下。"),
            "language-unknown": _l("没有这种语言。"),
        }
    )
    words(
        {"sign-in-locked": _l("试错的次数太多了。请等 %(minutes)s 分钟再试，或者请系统管理员重置密码。")},
        status=429,
    )
    words({"pin-wrong": _l("密码不对。请再试一次，或扫工作牌。")}, status=403)
    words({"sign-in-wrong": _l("登录名或密码不对。请再试一次。")}, status=401)
    words({"staff-unknown": _l("没有这位工作人员，或者已经离职了。")}, status=404)
