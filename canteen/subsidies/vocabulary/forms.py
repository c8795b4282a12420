"""What is typed on the pages of the lists: a word, a day of the calendar, a year's notice."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from canteen.web.fields import DatePartsField

LONGEST_NOTICE = 4_000


class TitlesForm(FlaskForm):
    """How a word reads in both languages."""

    title = StringField(_l("中文名称"), [InputRequired(_l("请写中文名称。"))])
    title_en = StringField(_l("英文名称"), [Optional()], description=_l("英文页面用；不写就显示中文。"))


class WordForm(TitlesForm):
    """A new word with its code, which never changes."""

    code = StringField(
        _l("代码"),
        [InputRequired(_l("请写代码。"))],
        description=_l("小写字母、数字和连字符，例如 war-veteran。规则里用它，以后不能改。"),
    )


class DayForm(FlaskForm):
    """One day of the calendar."""

    day = DatePartsField(_l("哪一天"), [InputRequired(_l("请写日期。"))])
    kind = RadioField(
        _l("这一天"),
        choices=[("work", _l("上班")), ("off", _l("休息"))],
        validators=[InputRequired(_l("请选上班或休息。"))],
    )
    note = StringField(
        _l("名称"),
        [Optional(), Length(max=40, message=_l("名称最多 40 个字。"))],
        description=_l("例如 国庆节。"),
    )
    confirmed = BooleanField(_l("我知道：已经算过的用餐不会重算"))


class YearForm(FlaskForm):
    """A year's notice, pasted as it was published."""

    year = StringField(_l("年份"), [Regexp(r"[0-9]{4}\Z", message=_l("请写年份，例如 2027。"))])
    notice = TextAreaField(
        _l("放假通知"),
        [
            InputRequired(_l("请贴上放假通知。")),
            Length(max=LONGEST_NOTICE, message=_l("通知太长，最多 4000 个字。")),
        ],
        description=_l(
            "把国务院办公厅的放假通知贴在这里，每个节日一行，例如：元旦：1月1日（周五）至3日（周日）放假。"
        ),
    )

    def year_typed(self) -> int:
        """The year of a form that was validated."""
        return int(self.year.data or 0)
