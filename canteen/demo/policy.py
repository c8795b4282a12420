"""A new notice on the officer's desk: drafted and submitted, it waits for a second person."""

from datetime import date
from typing import Any

from sqlalchemy import select

from canteen.db import reading
from canteen.staff.models import Staff
from canteen.subsidies.drafts.queries import read_draft
from canteen.subsidies.drafts.readiness import readiness
from canteen.subsidies.drafts.services import begin_copy, change_draft, submit

PROGRAMME = "demo-district"
OFFICER = "minzheng"


def draft_a_notice() -> None:
    """Raise what is paid from 80 on, from the first of the next month."""
    by = _officer()
    draft_id = begin_copy(PROGRAMME, by)
    with reading() as session:
        revision = read_draft(session, draft_id).revision
    revision = change_draft(draft_id, revision, _raised, by)
    with reading() as session:
        ticks = readiness(session, read_draft(session, draft_id)).ticks
    submit(draft_id, revision, ticks, by)


def _officer() -> str:
    with reading() as session:
        return f"staff:{session.scalars(select(Staff.id).where(Staff.login == OFFICER)).one()}"


def _raised(values: dict[str, Any]) -> dict[str, Any]:
    version = values["version"][-1]
    version["reference"] = "示民发〔2026〕示例9号"
    rule = next(rule for rule in version["rule"] if rule["id"] == "age-80")
    rule["title"] = "80周岁及以上每餐9元，每月最多220元（示例）"
    rule["pays"] = {"fixed": "9.00"}
    rule["limit"] = [{"per": "day", "meals": 1}, {"per": "month", "amount": "220.00"}]
    example = {
        "title": "82岁，15元的午餐本人付6元", "on": version["effective"], "meal": "lunch", "price": "15.00",
        "elder": {"born": date(version["effective"].year - 83, 12, 20)},  # 82 on the first of every month
        "expect": {"government": "9.00", "elder": "6.00"},
    }  # fmt: skip
    values["example"] = [*values.get("example", []), example]
    return values
