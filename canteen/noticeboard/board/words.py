"""How the refusals of the board's link read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words({"board-none": _l("这个食堂的大屏没有在用的链接。")})
