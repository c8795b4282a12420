"""How the refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "menu-past": _l("这一天已经过去，菜单和价格不能再改。"),
            "menu-dishes": _l("一餐最多写 %(most)s 道菜，请删去几道。"),
            "menu-dish-long": _l("一道菜名最多 %(longest)s 个字，请写短一点，或分成两行。"),
            "menu-price": _l("套餐价格要大于 0，最多 1000 元。"),
        }
    )
