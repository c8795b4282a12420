"""What a person types on the pages of drafts: a new programme, a file, a reason, canteens and a day."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from canteen.canteens.queries import CanteenRow
from canteen.web.fields import DatePartsField


class NewProgrammeForm(FlaskForm):
    """The head of a programme that has nothing else yet."""

    title = StringField(
        _l("名称"),
        [InputRequired(_l("请写名称。")), Length(max=120, message=_l("最多 120 个字。"))],
        description=_l("和通知里的叫法一样。"),
    )
    code = StringField(
        _l("项目编号"),
        [
            InputRequired(_l("请写编号。")),
            Length(max=60, message=_l("编号最多 60 个字符。")),
            Regexp(r"[a-z0-9-]+\Z", message=_l("编号只能用小写字母、数字和连字符。")),
        ],
        description=_l("小写字母、数字和连字符，例如 beicheng-lunch。发布以后不能改。"),
    )
    authority = StringField(
        _l("主管部门"),
        [InputRequired(_l("请写主管部门。")), Length(max=120, message=_l("最多 120 个字。"))],
        description=_l("政府补贴的结算单交给它，例如 某某区民政局。"),
    )
    source = StringField(
        _l("出处"),
        [InputRequired(_l("请写出处。")), Length(max=400, message=_l("最多 400 个字。"))],
        description=_l("规定登在哪里：文件或书刊的名称。"),
    )


class ImportForm(FlaskForm):
    """A programme as a TOML file."""

    file = FileField(
        _l("补贴项目的文件（.toml）"),
        [FileRequired(_l("请先选一个文件。"))],
        description=_l("导入只是起草，不会马上生效。文件里有问题也可以先打开，再逐条改。"),
    )


class ReasonForm(FlaskForm):
    """Why something is sent back or withdrawn."""

    reason = TextAreaField(
        _l("原因"), [InputRequired(_l("请写明原因。")), Length(max=400, message=_l("最多 400 个字。"))]
    )


class BindForm(FlaskForm):
    """A canteen, and the day from which a programme shall govern it."""

    canteen = SelectField(_l("食堂"))
    from_on = DatePartsField(_l("从哪一天起"), [InputRequired(_l("请写日期。"))])

    def offer(self, canteens: Sequence[CanteenRow]) -> None:
        """The canteens to choose from."""
        self.canteen.choices = [(canteen.code, canteen.name) for canteen in canteens]


class CanteensForm(FlaskForm):
    """Where a programme that binds no canteen yet shall govern once it is published."""

    canteens = SelectMultipleField(_l("发布时绑定这些食堂"))
    bind_from = DatePartsField(
        _l("从哪一天起"), [Optional()], description=_l("不写：从它的第一个版本施行日起。")
    )

    def offer(self, canteens: Sequence[CanteenRow]) -> None:
        """The canteens to choose from."""
        self.canteens.choices = [(canteen.code, canteen.name) for canteen in canteens]
