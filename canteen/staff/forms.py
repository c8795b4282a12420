"""Forms of signing in and of keeping the list of those who work here. Text in, typed values out."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from canteen.core.roles import Role
from canteen.staff.passwords import LONGEST, SHORTEST
from canteen.web.filters import ROLE_NAMES

ROLE_DUTIES = {
    Role.ADMINISTRATOR: _l("系统管理员：管人员、食堂、设备和设置"),
    Role.MANAGER: _l("食堂负责人：管老人、卡、菜单、更正和月结"),
    Role.CASHIER: _l("收银员：在窗口刷卡、充值"),
    Role.OFFICER: _l("民政工作人员：查看、抽查和审批"),
}
assert ROLE_DUTIES.keys() == ROLE_NAMES.keys()


def _choices() -> list[tuple[str, str]]:
    return [(role.value, str(ROLE_DUTIES[role])) for role in Role]


class SignInForm(FlaskForm):
    """Login and password."""

    login = StringField(
        _l("登录名"), [InputRequired(_l("请填写登录名。")), Length(max=60, message=_l("登录名太长了。"))]
    )
    password = PasswordField(
        _l("密码"), [InputRequired(_l("请填写密码。")), Length(max=LONGEST, message=_l("密码太长了。"))]
    )


class PasswordForm(FlaskForm):
    """A new password, twice, and the old one."""

    old = PasswordField(_l("现在的密码"), [InputRequired(_l("请填写现在的密码。"))])
    new = PasswordField(
        _l("新密码"),
        [InputRequired(_l("请填写新密码。"))],
        description=_l(
            "至少 %(shortest)s 个字。用三四个不相干的词连起来，又好记又难猜，"
            "比如“红伞 早班车 桂花糕”这样的（不要照抄）。",
            shortest=SHORTEST,
        ),
    )
    again = PasswordField(
        _l("再填一次新密码"),
        [InputRequired(_l("请再填一次新密码。")), EqualTo("new", _l("两次填的新密码不一样，请再填一次。"))],
    )


class PinForm(FlaskForm):
    """Eight digits for the till, twice, and the password that shows who chooses them."""

    pin = PasswordField(
        _l("8 位收银密码"),
        [InputRequired(_l("请填 8 位数字。"))],
        description=_l("8 位数字，不要用生日、连号或重复的数字。"),
    )
    again = PasswordField(
        _l("再填一次收银密码"),
        [InputRequired(_l("请再填一次收银密码。")), EqualTo("pin", _l("两次填的不一样，请再填一次。"))],
    )
    password = PasswordField(_l("登录密码"), [InputRequired(_l("请填写登录密码。"))])


class NewStaffForm(FlaskForm):
    """A person who begins to work here."""

    name = StringField(
        _l("姓名"), [InputRequired(_l("请填写姓名。")), Length(max=60, message=_l("姓名最多 60 个字。"))]
    )
    login = StringField(
        _l("登录名"),
        [InputRequired(_l("请填写登录名。")), Length(max=40, message=_l("登录名太长了。"))],
        description=_l("小写字母或数字，比如姓名的拼音 chenguihua。以后不能改。"),
    )
    role = RadioField(_l("身份"), [InputRequired(_l("请选择身份。"))], choices=_choices)


class RoleForm(FlaskForm):
    """Another role for a person."""

    role = RadioField(_l("身份"), [InputRequired(_l("请选择身份。"))], choices=_choices)


class NameForm(FlaskForm):
    """A person's name, corrected."""

    name = StringField(
        _l("姓名"), [InputRequired(_l("请填写姓名。")), Length(max=60, message=_l("姓名最多 60 个字。"))]
    )
