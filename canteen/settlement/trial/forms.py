"""What a person chooses for a trial: a canteen, a month and, of several new versions, one."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from canteen.canteens.queries import CanteenRow
from canteen.web.filters import day
from canteen.web.filters import month as month_words


class TrialForm(FlaskForm):
    """One month of one canteen. Several forms stand on a page, so the fields' ids have a prefix."""

    canteen = SelectField(_l("食堂"), id="trial-canteen")
    month = SelectField(_l("按哪个月的就餐"), id="trial-month")
    version = SelectField(_l("哪个版本"), id="trial-version", validate_choice=False)

    def offer(self, canteens: Sequence[CanteenRow], months: Sequence[str], versions: Sequence[date]) -> None:
        """Say what may be chosen; the running month stands last and says that it is not over."""
        self.canteen.choices = [(canteen.code, canteen.name) for canteen in canteens]
        running = months[-1]
        self.month.choices = [
            (month, _l("%(month)s（还没有过完）", month=month_words(month)) if month == running else month_words(month))
            for month in months
        ]
        self.version.choices = [(on.isoformat(), _l("%(day)s 起", day=day(on))) for on in versions]

    def chosen_version(self) -> date | None:
        """The first day of the version to try; None for the one that is tried by default."""
        try:
            return date.fromisoformat(self.version.data or "")
        except ValueError:
            return None
