"""Forms of elders: text in, a registration, particulars, a fact or a death out."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from canteen.core.names import FORMS_OF_ADDRESS
from canteen.elders.facts import NewFact
from canteen.elders.particulars import RESIDENT, Identity, Particulars, Registration
from canteen.elders.roster.values import NotUnderstood, read_distance
from canteen.elders.words import (
    GRADE_NAMES,
    IDENTITY_NAMES,
    LIVING_NAMES,
    PENSION_NAMES,
    SEX_NAMES,
    offered_categories,
)
from canteen.web.fields import DatePartsField, YuanField


def _given(day: date | None) -> date:
    """The day of a field that had to be filled in."""
    if day is None:
        raise ValueError("a required day is read before its form was validated")
    return day


def _longest(number: int) -> Length:
    return Length(max=number, message=_l("最多 %(max)d 个字。"))


def _offered(names: dict[str, Any], first: object = None) -> list[tuple[str, Any]]:
    return ([("", first)] if first is not None else []) + list(names.items())


def _is_distance(_form: object, field: Any) -> None:
    try:
        read_distance(field.data)
    except NotUnderstood:
        raise StopValidation(_l("距离填公里数，比如 1.2。")) from None


class ParticularsForm(FlaskForm):
    """What may be corrected at any time."""

    name = StringField(_l("姓名"), [InputRequired(_l("请填写姓名。")), _longest(60)])
    phone = StringField(_l("联系电话"), [Optional(), _longest(30)])
    emergency_contact = StringField(
        _l("紧急联系人"), [Optional(), _longest(80)], description=_l("姓名和电话，比如 张小明 13800000000。")
    )
    community = StringField(_l("社区（村）"), [Optional(), _longest(80)])
    address = StringField(_l("住址"), [Optional(), _longest(200)], description=_l("小区、楼栋、单元、室。"))
    diet = StringField(
        _l("饮食"), [Optional(), _longest(120)], description=_l("软食、低盐、低糖、忌口或过敏。")
    )
    outside_card_no = StringField(
        _l("原有卡号"), [Optional(), _longest(40)], description=_l("市民卡等别处发的卡。")
    )
    form_of_address = SelectField(
        _l("称呼"),
        choices=[("", _l("按性别和年龄")), *((word, word) for word in FORMS_OF_ADDRESS)],
        default="",
        description=_l("收银台怎么称呼，跟在姓后面。"),
    )
    hint = StringField(
        _l("同名提示"),
        [Optional(), _longest(6)],
        description=_l("名单里有同名的老人时，用最多 6 个字分清，比如 3号楼。收银台上看得见，不写病情和困难情况。"),
    )

    printed_name = StringField(
        _l("打印用姓名"),
        [Optional(), _longest(60)],
        description=_l("只有姓名里有打印字库没有的字时才填，比如用同音字或拼音。"),
    )

    def particulars(self) -> Particulars:
        """What was typed."""
        typed = {
            name: getattr(self, name).data or None for name in Particulars.__slots__ if hasattr(self, name)
        }
        typed.pop("name", None)
        return Particulars(name=self.name.data or "", **typed)


class RegistrationForm(ParticularsForm):
    """A new elder; the identity number comes first, and fills in birth date and sex."""

    canteen = SelectField(_l("食堂"), coerce=int)
    identity_kind = RadioField(_l("证件"), choices=_offered(IDENTITY_NAMES), default=RESIDENT)
    identity_number = StringField(
        _l("证件号码"),
        [_longest(60)],
        description=_l("身份证填 18 位号码，空格和小写 x 都可以；出生日期和性别由号码得出。"),
    )
    born_on = DatePartsField(_l("出生日期"), [Optional()], description=_l("只有其他证件才要填。"))
    sex = RadioField(
        _l("性别"), [Optional()], choices=_offered(SEX_NAMES), description=_l("只有其他证件才要选。")
    )
    categories = SelectMultipleField(_l("人员类别"), [Optional()], choices=offered_categories)
    disability_grade = SelectField(
        _l("残疾等级"), choices=_offered(GRADE_NAMES, _l("没有或不清楚")), default=""
    )
    living = SelectField(_l("居住情况"), choices=_offered(LIVING_NAMES, _l("不清楚")), default="")
    pension = SelectField(_l("养老金"), choices=_offered(PENSION_NAMES, _l("不清楚")), default="")
    household_division = StringField(
        _l("户籍区划"), [Optional(), _longest(12)], description=_l("行政区划代码，比如 620102。")
    )
    residence_division = StringField(
        _l("居住区划"), [Optional(), _longest(12)], description=_l("行政区划代码，比如 620102。")
    )
    distance = StringField(_l("家到食堂的距离"), [Optional(), _is_distance])
    evidence = StringField(
        _l("类别的证明"),
        [Optional(), _longest(200)],
        description=_l("证件名称和编号，比如 低保证 620102-0001。"),
    )

    def registration(self, on: date) -> Registration:
        """What was typed, facts holding from the day of registration."""
        identity = Identity(
            self.identity_kind.data, self.identity_number.data, self.born_on.data, self.sex.data or None
        )
        return Registration(identity, self.particulars(), self._facts(on), read_distance(self.distance.data))

    def _facts(self, on: date) -> tuple[NewFact, ...]:
        evidence = self.evidence.data or None
        single = ("disability_grade", "living", "pension", "household_division", "residence_division")
        stated = [("category", code) for code in self.categories.data or ()]
        stated += [(kind, getattr(self, kind).data.strip()) for kind in single if getattr(self, kind).data]
        return tuple(NewFact(kind, value, on, None, evidence) for kind, value in stated)


class FactForm(FlaskForm):
    """One dated fact. Which field holds the value depends on the kind; the page shows only that one."""

    category = SelectField(_l("人员类别"), choices=offered_categories)
    living = SelectField(_l("居住情况"), choices=_offered(LIVING_NAMES))
    disability_grade = SelectField(_l("残疾等级"), choices=_offered(GRADE_NAMES))
    pension = SelectField(_l("养老金"), choices=_offered(PENSION_NAMES))
    care_level = SelectField(_l("护理等级"), choices=[(str(n), str(n)) for n in range(6)])
    monthly_income_fen = YuanField(_l("家庭人均月收入"))
    household_division = StringField(_l("户籍区划"), description=_l("行政区划代码，比如 620102。"))
    residence_division = StringField(_l("居住区划"), description=_l("行政区划代码，比如 620102。"))
    hospital = StringField(_l("医院"), [Optional(), _longest(80)])
    away = StringField(_l("去向"), [Optional(), _longest(80)])
    care_home = StringField(_l("机构名称"), [Optional(), _longest(80)])
    from_on = DatePartsField(_l("第一天"), [InputRequired(_l("请填写从哪天起。"))])
    until_on = DatePartsField(
        _l("最后一天"), [Optional()], description=_l("这一天也算在内。还在继续的不填。")
    )
    evidence = StringField(
        _l("证明"), [Optional(), _longest(200)], description=_l("证件名称和编号，或谁在哪天告知。")
    )

    def fact(self, kind: str) -> NewFact:
        """The fact that was typed; amounts become whole fen."""
        value = getattr(self, kind).data
        text = "" if value is None else str(value).strip()
        return NewFact(kind, text, _given(self.from_on.data), self.until_on.data, self.evidence.data or None)


class EndFactForm(FlaskForm):
    """The last day of a fact."""

    until_on = DatePartsField(
        _l("最后一天"), [InputRequired(_l("请填写最后一天。"))], description=_l("这一天也算在内。")
    )
    evidence = StringField(_l("证明"), [Optional(), _longest(200)])

    @property
    def last_day(self) -> date:
        """The day that was typed."""
        return _given(self.until_on.data)


class DistanceForm(FlaskForm):
    """How far an elder lives from a canteen."""

    distance = StringField(
        _l("家到食堂的距离"), [Optional(), _is_distance], description=_l("公里数，比如 1.2。")
    )


class DeathForm(FlaskForm):
    """A death, with what it rests on."""

    died_on = DatePartsField(_l("去世日期"), [InputRequired(_l("请填写去世日期。"))])
    evidence = StringField(
        _l("依据"), [InputRequired(_l("请填写依据，比如死亡证明编号，或谁在哪天告知。")), _longest(200)]
    )

    @property
    def day(self) -> date:
        """The day that was typed."""
        return _given(self.died_on.data)


class ReasonForm(FlaskForm):
    """Why something is taken back."""

    reason = StringField(_l("原因"), [InputRequired(_l("请填写原因，比如登记错了人。")), _longest(200)])


class UploadForm(FlaskForm):
    """A roster and whose list it is."""

    canteen = SelectField(_l("食堂"), coerce=int)
    file = FileField(
        _l("名单文件"),
        [FileRequired(_l("请选择名单文件。"))],
        description=_l(".xlsx 或 .csv，最大 30 MB。第一行不必是表头，前 10 行里有就行。"),
    )
