"""How the refusals about absences and visits read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "absence": _l("“已问过”的 %(field)s 一项不对。"),
            "visit-note": _l("请写一句情况，最多 %(longest)s 个字。"),
        },
        status=400,
    )
    words({"visit-unknown": _l("没有这次探访。请刷新页面。")}, status=404)
    words({"visit-done": _l("这次探访已经有人记过了，请刷新页面。")})
