"""How the editor's own refusals read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words({"card-unknown": _l("没有这张卡片。请回到草稿，再打开一次。")}, status=404)
