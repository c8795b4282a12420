"""The filter of the card list."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import Optional

from canteen.cards.queries import CardFilter

LAYOUTS = {"8-up": _l("每页 8 张"), "10-up": _l("每页 10 张"), "single": _l("一页一张（制卡机）")}


class FilterForm(FlaskForm):
    """Which cards, and how they are laid out."""

    class Meta:
        """A filter changes nothing and stands in the address."""

        csrf = False

    new = SelectField(_l("打印情况"), [Optional()], choices=[("1", _l("还没打印的")), ("", _l("全部"))])
    community = SelectField(_l("社区"), [Optional()], choices=[])

    def wanted(self, last_id: int | None = None, limit: int | None = None) -> CardFilter:
        """The filter as the queries take it."""
        only_new = self.new.data == "1"
        return CardFilter(only_new, self.community.data or "", last_id=last_id, limit=limit)
