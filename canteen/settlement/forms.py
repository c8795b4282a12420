"""The forms of the month's end: who closes, and the code of a paper."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length


class CloseForm(FlaskForm):
    """Two names as printed, and that it is meant."""

    prepared_by = StringField(
        _l("制表人"),
        [InputRequired(_l("请写制表人的姓名。")), Length(max=30, message=_l("姓名最多 30 个字。"))],
    )
    checked_by = StringField(
        _l("复核人"),
        [InputRequired(_l("请写复核人的姓名。")), Length(max=30, message=_l("姓名最多 30 个字。"))],
        description=_l("最好是另一个人。两个姓名照这里写的印在结算单上。"),
    )
    is_meant = BooleanField(
        _l("我核对过了，月结以后这个月不能再改"), [InputRequired(_l("请先勾选，再月结。"))]
    )


class CheckCodeForm(FlaskForm):
    """The eight characters printed on a paper; how they are typed does not matter."""

    code = StringField(
        _l("核验码"),
        [InputRequired(_l("请输入纸上的 8 位核验码。"))],
        description=_l("印在每一页的下方，8 位字母和数字。"),
    )

    def typed(self) -> str:
        """The code as it was printed: upper case, no gaps, look-alike letters as the digits they were."""
        plain = "".join((self.code.data or "").upper().split()).replace("-", "")
        return plain.translate(str.maketrans("ILO", "110"))
