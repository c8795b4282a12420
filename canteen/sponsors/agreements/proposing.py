"""Proposing a rule by which a fund pays: a draft of a policy with the rule at the place chosen.

A fund pays only through a rule of a programme. The draft goes the way of every draft: its examples are computed in
the editor, and a second person publishes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.sponsors.agreements.checking import text
from canteen.sponsors.agreements.models import AgreementFund, AgreementRule
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

    `fixed_fen` None: it pays all that is left.
    """

    programme: str
    fund: str
    title: str
    before: str = ""
    fixed_fen: int | None = None
    days: str = "every"


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
    day is wanted and the fund has more days than that one, `rule-place`, `rule-title`, `rule-amount`,
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
    if wish.days == "named" and (fund.begins_on is None or fund.begins_on != fund.ends_on):
        raise Refusal("fund-days", "冠名日的规则靠资金的起止日期：请先把这笔资金的开始和结束都定在那一天。")
    if wish.days not in DAYS:
        raise Refusal("rule-place", "请选哪些天付。")
    return fund.id

