"""The page of rules: which signals are looked for, and from which figure on."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.views import my_canteen, my_canteens
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading
from canteen.oversight import words
from canteen.oversight.blueprint import WHO, bp
from canteen.oversight.signals.rules import DISTRICT, RULES, settings
from canteen.oversight.signals.services import set_rule
from canteen.web.access import requires
from canteen.web.refusals import sentence


@bp.get("/review/rules")
@requires(*WHO)
def rules() -> str:
    """The rules as they hold in a canteen; the district's for the administrator."""
    return _page(_scope(request.args.get("canteen")))


@bp.post("/review/rules")
@requires(*WHO)
def keep_rules() -> BaseResponse | tuple[str, int]:
    """Keep all switches and thresholds; what is no good is said and the others are kept."""
    scope, faults = _scope(request.form.get("canteen")), {}
    for code in RULES:
        typed = request.form.get(f"threshold-{code}", "").strip()
        try:
            if not typed.isdecimal() or len(typed) > 6:
                rule = RULES[code]
                message = f"界限是 {rule.least} 到 {rule.most} 之间的整数。"
                raise Refusal("rule-threshold", message, least=rule.least, most=rule.most)
            is_on = request.form.get(f"on-{code}") == "yes"
            set_rule(scope, code, is_on=is_on, threshold=int(typed), by=current_user.actor)
        except Refusal as refusal:
            faults[code] = sentence(refusal)
    if faults:
        return _page(scope, faults), 400
    flash(_("规则已保存。"), "ok")
    return redirect(url_for("oversight.rules", canteen=scope or "district"), 303)


def _scope(code: str | None) -> str:
    """A canteen's code, or the district for an administrator who asks for it. Raises Refusal `canteen-not-yours`."""
    if current_user.role == Role.ADMINISTRATOR and (code == "district" or (not code and not my_canteens())):
        return DISTRICT
    return my_canteen(code).code


def _page(scope: str, faults: dict[str, str] | None = None) -> str:
    with reading() as session:
        found = settings(session, scope)
    return render_template(
        "oversight/rules.html", scope=scope, canteens=my_canteens(), settings=found.values(), faults=faults or {},
        may_district=current_user.role == Role.ADMINISTRATOR, names=words.RULE_NAMES, units=words.RULE_UNITS,
        typed=request.form if faults else None,
    )  # fmt: skip
