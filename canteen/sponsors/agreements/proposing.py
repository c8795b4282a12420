"""Proposing a rule by which a fund pays: a draft of a policy with the rule at the place chosen.

A fund pays only through a rule of a programme. The draft goes the way of every draft: its examples are computed in
the editor, and a second person publishes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.services import raise_revision
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.sponsors.agreements import queries
from canteen.sponsors.agreements.checking import text
from canteen.sponsors.agreements.models import AgreementFund, AgreementRule
from canteen.sponsors.agreements.paying import paying_parts
from canteen.sponsors.models import Fund
from canteen.subsidies.drafts import services as drafts
from canteen.subsidies.drafts.content import versions_of
from canteen.subsidies.editor.cards import free_id, ids_of
from canteen.subsidies.editor.ids import id_for
from canteen.subsidies.queries import read_mapping

DAYS = ("every", "birthday", "named")
"""When the rule pays: always, on the elder's birthday, on the one day of the fund."""


@dataclass(frozen=True, slots=True)
class RuleWish:
    """A rule to be proposed. `before`: the id of the rule that stands next; empty: it stands last.

    `fixed_fen` None: it pays all that is left. `named_on`: the one day of a fund that has no days yet; None: the fund
    has them.
    """

    programme: str
    fund: str
    title: str
    before: str = ""
    fixed_fen: int | None = None
    days: str = "every"
    named_on: date | None = None


def version_to_copy(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The version of a programme that a new one begins from: the one in force, else the first to come."""
    versions = sorted(versions_of(values), key=lambda version: version["effective"])
    begun = [version for version in versions if version["effective"] <= today(drafts.OFFICE_ZONE)]
    return begun[-1] if begun else versions[0]


def following(version: Mapping[str, Any], before: str) -> Sequence[Mapping[str, Any]]:
    """The rules that decide when the fund is empty: those that stand behind the place chosen.

    Raises Refusal `rule-place` where there is no such rule.
    """
    written: Sequence[Mapping[str, Any]] = version.get("rule", [])
    return written[_place(written, before) :]


def propose_rule(agreement_id: int, wish: RuleWish, actor: str) -> int:
    """Begin a draft of a programme's next version, with the rule in it. Answers the draft's number.

    Raises Refusal `fund-not-agreed` where the agreement does not feed the fund, `fund-days` where a rule for a named
    day is wanted and the fund has other days or other rules, `named-day-missing`, `named-day-past`,
    `named-day-outside`, `rule-place`, `rule-title`, `rule-amount`,
    `programme-unknown`.
    """
    title = text(wish.title, 80, "rule-title")
    if wish.fixed_fen is not None and wish.fixed_fen <= 0:
        raise Refusal("rule-amount", "每餐付的金额要大于 0；付剩下的全部就空着。")
    with reading() as session:
        fund_id = _fund(session, agreement_id, wish)
        version = version_to_copy(read_mapping(session, wish.programme))
        following(version, wish.before)
    draft_id = drafts.begin_copy(wish.programme, actor, version["effective"])
    made: list[str] = []
    try:
        drafts.change_draft(draft_id, 1, lambda values: _inserted(values, wish, title, made), actor)
    except Refusal:
        # The programme changed between the two: no draft without its rule is left behind.
        drafts.discard(draft_id, actor)
        raise
    with transaction() as session:
        _keep_to_its_day(session, fund_id, wish, actor)
        session.add(
            AgreementRule(
                agreement_id=agreement_id, fund_id=fund_id, draft_id=draft_id, rule=made[0], begun_by=actor[:80],
                begun_at=now(),
            )
        )  # fmt: skip
        detail = {"draft": draft_id, "fund": wish.fund}
        record(session, "agreement-rule", actor, f"agreement:{agreement_id}", detail=detail)
    return draft_id


def written_rule(wish: RuleWish, title: str, rule_id: str) -> dict[str, Any]:
    """The rule as a programme's file has it."""
    pays: Any = "all"
    if wish.fixed_fen is not None:
        pays = {"fixed": f"{wish.fixed_fen // 100}.{wish.fixed_fen % 100:02d}"}
    rule: dict[str, Any] = {"id": rule_id, "title": title, "payer": "sponsor", "fund": wish.fund}
    if wish.days == "birthday":
        rule["when"] = {"birthday": True}
    return {**rule, "pays": pays}


def _inserted(values: dict[str, Any], wish: RuleWish, title: str, made: list[str]) -> dict[str, Any]:
    at = len(values["version"]) - 1  # a copy stands last
    rule_id = free_id(id_for(title), ids_of(values, at))
    written: list[Any] = values["version"][at].setdefault("rule", [])
    written.insert(_place(written, wish.before), written_rule(wish, title, rule_id))
    made[:] = [rule_id]
    return values


def _place(written: Sequence[Mapping[str, Any]], before: str) -> int:
    if not before:
        return len(written)
    spots = [spot for spot, rule in enumerate(written) if rule.get("id") == before]
    if not spots:
        raise Refusal("rule-place", "没有这条规则，补贴政策可能刚改过。请重新选位置。")
    return spots[0]


def _fund(session: Session, agreement_id: int, wish: RuleWish) -> int:
    rows = (
        select(Fund)
        .join(AgreementFund, AgreementFund.fund_id == Fund.id)
        .where(AgreementFund.agreement_id == agreement_id, Fund.code == wish.fund)
    )
    fund = session.scalars(rows).first()
    if fund is None:
        raise Refusal("fund-not-agreed", "这份协议不给这笔资金供款，请先在协议里加上它。")
    if wish.days not in DAYS:
        raise Refusal("rule-place", "请选哪些天付。")
    if wish.days == "named":
        _check_day(session, agreement_id, fund, wish)
    return fund.id


def _check_day(session: Session, agreement_id: int, fund: Fund, wish: RuleWish) -> None:
    """A programme names no dates: the rule of one day is that of a fund which has this day alone."""
    has_no_days = fund.begins_on is None and fund.ends_on is None
    if wish.named_on is None and has_no_days:
        raise Refusal("named-day-missing", "请选是哪个冠名日。")
    on = wish.named_on or fund.begins_on
    if not has_no_days and not fund.begins_on == fund.ends_on == on:
        raise _other_days()
    if on is None or (has_no_days and _is_used(session, fund.code)):
        # Its other rules would stop paying on every other day.
        raise _other_days()
    if on < today(drafts.OFFICE_ZONE):
        raise Refusal("named-day-past", "这个冠名日已经过去了，请选以后的一天。")
    agreed = queries.agreement(session, agreement_id)
    if not agreed.begins_on <= on <= agreed.ends_on:
        raise Refusal("named-day-outside", "这一天不在协议的起止日期里，请重新选。")


def _other_days() -> Refusal:
    return Refusal(
        "fund-days", "冠名日要有自己的一笔资金：这笔资金的起止日期不是那一天，或者别的规则在用它。请另开一笔。"
    )


def _is_used(session: Session, code: str) -> bool:
    """Whether a published rule or grant, or the draft of one, pays from this fund already."""
    drafted = select(AgreementRule.id).join(Fund, Fund.id == AgreementRule.fund_id).where(Fund.code == code)
    is_drafted = session.scalars(drafted).first() is not None
    return is_drafted or bool(paying_parts(session, {code}, today(drafts.OFFICE_ZONE)))


def _keep_to_its_day(session: Session, fund_id: int, wish: RuleWish, actor: str) -> None:
    """Give a fund of one named day that day as its first and last."""
    fund = session.get_one(Fund, fund_id, with_for_update={"key_share": True}, populate_existing=True)
    if wish.days != "named" or fund.begins_on is not None or fund.ends_on is not None:
        return
    fund.begins_on = fund.ends_on = wish.named_on
    raise_revision(session)
    detail = {"begins_on": str(wish.named_on), "ends_on": str(wish.named_on)}
    record(session, "fund-terms", actor, f"fund:{fund.code}", detail=detail)

