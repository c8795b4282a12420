"""How the refusals about programmes and vocabularies read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words({"programme-unknown": _l("没有这个补贴项目。")}, status=404)
    words(
        {
            "programme-too-long": _l("有一段文字太长，最多 %(longest)s 个字。"),
            "age-counts-used": _l("补贴项目“%(programme)s”已有用餐，不能再改 age_counts。请用新的编号发布。"),
            "version-used": _l("补贴项目“%(programme)s”的这个版本已有用餐，不能再改。请另发一个从以后某天起施行的版本。"),
            "category-code": _l("类别代码只能用小写字母、数字和连字符，最多 40 个。"),
            "category-taken": _l("已经有代码为“%(category)s”的类别。"),
        }
    )
