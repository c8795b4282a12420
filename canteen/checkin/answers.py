"""What a tablet is told of one record. The same values are kept with the scan and given again for ever.

`message` is the till's default Chinese line; the till words the codes itself in the language it shows.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from canteen.checkin.deciding import Outcome, Served
from canteen.checkin.facts import Diner, FirstMeal
from canteen.checkin.strips import Strip, joined_names
from canteen.core.calendar import age_on

MESSAGES = {
    ("MEAL", None): "可以用餐",
    ("MEAL", "GUEST"): "可以用餐，欢迎来用餐",
    ("MEAL", "LIMIT"): "可以用餐，补贴次数或额度已用完",
    ("MEAL", "RULE"): "可以用餐，按现行政策计算",
    ("MEAL", "LATE"): "已补记，记入未结的月份",
    ("MEAL", "FULL_PRICE"): "可以用餐，这一份按原价",
    ("MEAL", "DUPLICATE_OTHER"): "已记下，这餐在别的食堂用过",
    ("REJECTED", "DUPLICATE_SAME"): "本餐已用过，没有重复扣款",
    ("REJECTED", "DECEASED"): "这个账户已停用，请负责人处理",
    ("REJECTED", "REVOKED"): "这张卡不能用",
    ("EXCEPTION", "REVOKED"): "这张卡已停用，等负责人核对",
    ("REJECTED", "ID_REUSED"): "记录编号重复，请联系负责人",
    ("REJECTED", "BAD_RECORD"): "这条记录不完整，请联系负责人",
    ("EXCEPTION", "CLOCK"): "时间对不上，等负责人核对",
    ("EXCEPTION", "WINDOW"): "现在不是供餐时间",
    ("EXCEPTION", "NO_RULE"): "这一天还没有适用的补贴政策或价格，等负责人核对",
    ("EXCEPTION", "UNKNOWN"): "系统里没有这张卡",
    ("EXCEPTION", "EXPIRED"): "名单太旧，等负责人核对",
    ("EXCEPTION", "SERVED_ANYWAY"): "已记下，先用餐，稍后核对",
    ("EXCEPTION", "DEVICE_REVOKED"): "这台平板已停用，记录等负责人核对",
}
REVOKED_WORDS = {"lost": "这张卡已经挂失", "replaced": "这是旧卡，已换新卡", "closed": "这个账户已停用"}
BREAKS = re.compile(r"[、，,；;/\s]+")
NO_MEAL: Mapping[str, Any] = {
    "meal_no": None, "price_fen": None, "elder_fen": None, "wallet_fen": None, "cash_fen": None,
    "balance_fen": None, "shares": [],
}  # fmt: skip


def answer_of(scan_id: str, outcome: Outcome, on: date, strip: Strip) -> dict[str, Any]:
    """The answer to a record that was decided now; `commit_no` and the number of its meal come with the write."""
    answer = {
        "scan_id": scan_id,
        "state": outcome.state,
        "code": outcome.code,
        "commit_no": None,
        **NO_MEAL,
        "notices": list(outcome.notices),
        "strip": joined_names(strip.donors) if outcome.meal else None,
        "message": _message(outcome),
        "elder": _elder(outcome.elder, on),
    }
    if outcome.meal is not None and outcome.elder is not None:
        answer |= _money(outcome.meal, outcome.elder.balance_fen) | _further(strip)
    if outcome.first is not None:
        answer["first"] = _first(outcome.first)
        if outcome.meal is None:
            answer["meal_no"] = outcome.first.meal_no
    if outcome.reason is not None:
        answer["reason"] = outcome.reason
    return answer


def refused_record(shown_id: str | None, code: str, fault: str | None = None) -> dict[str, Any]:
    """The answer to a record that breaks the form or uses an id again."""
    answer = {
        "scan_id": shown_id, "state": "REJECTED", "code": code, "commit_no": None, **NO_MEAL, "notices": [],
        "strip": None, "message": MESSAGES["REJECTED", code], "elder": None,
    }  # fmt: skip
    return answer | ({"fault": fault} if fault else {})


def served_anyway(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer once a tablet says that it served what the server had not made a meal."""
    message = MESSAGES["EXCEPTION", "SERVED_ANYWAY"]
    return {**answer, **NO_MEAL, "state": "EXCEPTION", "code": "SERVED_ANYWAY", "strip": None, "message": message}


def shares_of(meal: Served) -> list[dict[str, Any]]:
    """Who pays: every payer of more than nothing, in the order of the programme's rules, adding up to the price."""
    totals = dict(meal.division.by_payer())
    totals.pop("elder", None)
    shares: list[dict[str, Any]] = [{"payer": payer, "fen": fen} for payer, fen in totals.items()]
    if meal.elder_fen:
        shares.append({"payer": "elder", "fen": meal.elder_fen})
    if meal.part.absorbed_fen:
        shares.append({"payer": "operator:absorbed", "fen": meal.part.absorbed_fen})
    return shares


def dump(document: object) -> bytes:
    """JSON in one form only, so that the same answer is the same bytes whichever database kept it."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def utc_text(instant: datetime) -> str:
    """An instant as devices read it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def labels_of(diet: str | None) -> list[str]:
    """Diet and allergen labels, one each."""
    return [label for label in BREAKS.split(diet or "") if label]


def _money(meal: Served, balance_fen: int) -> dict[str, Any]:
    part = meal.part
    return {
        "price_fen": meal.price_fen,
        "elder_fen": part.wallet_fen + part.cash_fen,
        "wallet_fen": part.wallet_fen,
        "cash_fen": part.cash_fen,
        "balance_fen": balance_fen - part.wallet_fen,
        "shares": shares_of(meal),
    }


def _further(strip: Strip) -> dict[str, Any]:
    """What few answers have to say of the strip: commercial sponsors, and whose money has ended."""
    said = strip.document()
    return {key: said[key] for key in ("strip_sponsors", "used_up") if said[key]}


def _message(outcome: Outcome) -> str:
    if outcome.code == "REVOKED" and outcome.reason in REVOKED_WORDS:
        return REVOKED_WORDS[outcome.reason]
    return MESSAGES[outcome.state, outcome.code]


def _elder(elder: Diner | None, on: date) -> dict[str, Any] | None:
    if elder is None:
        return None
    return {
        "ref": elder.ref,
        "name": elder.name,
        "age_years": None if elder.born_on is None else age_on(elder.born_on, on),
        "tail": None if elder.serial is None else elder.serial[-4:],
        "labels": labels_of(elder.diet),
    }


def _first(first: FirstMeal) -> dict[str, Any]:
    return {"meal_no": first.meal_no, "at": utc_text(first.served_at), "window": first.window}
