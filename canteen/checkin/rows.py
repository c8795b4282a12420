"""An outcome written down as rows: pure, the same for both databases.

The keys are those of `check_in_record`: `scan`, `event`, and with a meal also `meal`, `postings`, `shares`,
`accounts`, `wallet_fen`, `funds` (drawn on their own rows), `slices` (of funds, drawn on instead), `vouchers`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from canteen.checkin.answers import answer_of
from canteen.checkin.deciding import Outcome, Scene, Served
from canteen.checkin.facts import Diner, Found
from canteen.checkin.records import BadRecord
from canteen.checkin.serving_time import LEASE
from canteen.checkin.standing import Place
from canteen.checkin.strips import Strip, of_record
from canteen.core.calendar import age_on
from canteen.core.division import Division, GrantShare, Share, Step
from canteen.core.entry import (
    COURIER,
    GRANTS,
    Billing,
    Entry,
    Posting,
    account_kind,
    meal_postings,
    payer_postings,
)
from canteen.core.errors import Corrupt

Rows = dict[str, Any]


def rows_of(scene: Scene, outcome: Outcome, device: tuple[int, str]) -> Rows:
    """Every row of one check-in; `device` is its number and how the audit names it."""
    record, place, moment, found = scene.record, scene.place, scene.moment, scene.found
    device_id, actor = device
    elder, code = outcome.elder, outcome.code
    rows: Rows = {
        "standing": found.standing,
        "scan": {
            "scan_id": record.scan_id, "device_id": device_id, "canteen_id": place.id,
            "content_sha256": record.content_sha256, "claim": record.claim, "boot_id": record.boot_id,
            "seq": record.seq, "decision": record.decision, "seen_at": record.seen_at,
            "received_at": moment.received_at, "service_on": moment.service_on, "meal_period": record.meal_period,
            "elder_id": None if elder is None else elder.id, "state": outcome.state, "code": code,
            "answer": answer_of(record.scan_id, outcome, moment.service_on, _strip(scene)),
        },
        "event": {
            "at": moment.received_at, "act": "check-in", "actor": actor, "canteen_id": place.id,
            "subject": f"scan:{record.scan_id}", "detail": {"state": outcome.state, "code": code},
        },
    }  # fmt: skip
    if outcome.meal is not None and elder is not None:
        rows |= meal_rows(scene, outcome.meal, elder)
        rows["accounts"] = accounts_of(rows["postings"])
    return rows


def _strip(scene: Scene) -> Strip:
    return of_record(scene.place, scene.on, scene.is_workday, scene.record.meal_period, scene.found.funds)


def bad_record_rows(bad: BadRecord, place: Place, received_at: datetime, device: tuple[int, str], answer: Any) -> Rows:
    """The rows of a record that could not be read: kept under its id, so that it too has one outcome for ever."""
    device_id, actor = device
    on = received_at.astimezone(place.zone).date()
    return {
        "scan": {
            "scan_id": bad.scan_id, "device_id": device_id, "canteen_id": place.id,
            "content_sha256": bad.content_sha256, "claim": {"fault": bad.fault}, "boot_id": "", "seq": -1,
            "decision": "", "seen_at": received_at, "received_at": received_at, "service_on": on,
            "meal_period": "", "elder_id": None, "state": "REJECTED", "code": "BAD_RECORD", "answer": answer,
        },
        "event": {
            "at": received_at, "act": "check-in", "actor": actor, "canteen_id": place.id,
            "subject": f"scan:{bad.scan_id}", "detail": {"state": "REJECTED", "code": "BAD_RECORD"},
        },
    }  # fmt: skip


def contact(received_at: datetime) -> Rows:
    """That a device was heard from, and how long it may now work without the network."""
    return {"at": received_at, "lease_until": received_at + LEASE}


def meal_rows(scene: Scene, meal: Served, elder: Diner) -> Rows:
    """The meal with its shares and postings, and what is taken from wallet, funds and vouchers."""
    place, found = scene.place, scene.found
    fund_ids = {fund.code: fund.id for fund in found.funds}
    authority = "" if meal.programme is None else meal.programme.authority
    billing = Billing(authority, place.code, elder.id, fund_ids)
    vouchers = _from_vouchers(meal.division, found.vouchers)
    rows: Rows = {
        "meal": _meal(scene, meal, elder, vouchers),
        "postings": [_posting(posting) for posting in postings_of(scene, meal, billing)],
        "shares": list(_shares(meal, fund_ids)),
    }
    if meal.part.wallet_fen:
        rows["wallet_fen"] = meal.part.wallet_fen
    rows |= _from_funds(meal.division, found)
    if vouchers:
        rows["vouchers"] = [{"id": voucher_id, "fen": fen} for voucher_id, fen in vouchers]
    return rows


def postings_of(scene: Scene, meal: Served, billing: Billing) -> tuple[Posting, ...]:
    """The entry's lines, grants beside the price included. Raises Corrupt if they do not sum to zero."""
    lines = list(meal_postings(meal.price_fen, meal.division.shares, meal.part, billing))
    for grant in meal.division.grants:
        lines += payer_postings(grant.payer, grant.fen, grant.levels, billing)
        lines.append(Posting(COURIER if grant.payee == "courier" else GRANTS, -grant.fen))
    return Entry("meal", scene.place.id, scene.on, meal.month, tuple(lines)).postings


def accounts_of(postings: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The accounts that these postings are booked to."""
    codes = sorted({posting["account_code"] for posting in postings})
    return [{"code": code, "kind": account_kind(code)} for code in codes]


def step_row(step: Step) -> dict[str, Any]:
    """One line of the trace as it is kept: what says nothing is left out."""
    row: dict[str, Any] = {"rule": step.rule_id, "matched": step.matched, "paid_fen": step.paid_fen}
    if step.failed is not None:
        row["failed"] = step.failed
    if step.cut_by is not None:
        row["cut_by"] = step.cut_by
    if step.passed_over:
        row["passed_over"] = True
    return row


def _meal(scene: Scene, meal: Served, elder: Diner, vouchers: Sequence[tuple[int, int]]) -> Rows:
    record, place, moment = scene.record, scene.place, scene.moment
    part, programme = meal.part, meal.programme
    age_counts = "birthday" if programme is None else programme.age_counts
    return {
        "kind": meal.kind, "elder_id": elder.id, "canteen_id": place.id, "service_on": moment.service_on,
        "meal_period": record.meal_period, "month": meal.month, "channel": record.channel,
        "price_fen": meal.price_fen, "elder_fen": meal.elder_fen, "wallet_fen": part.wallet_fen,
        "cash_fen": part.cash_fen, "absorbed_fen": part.absorbed_fen, "credit_fen": part.credit_fen,
        "programme_code": None if programme is None else programme.id,
        "version_on": None if programme is None else meal.division.version_effective,
        "authority": None if programme is None else programme.authority,
        "age_years": None if elder.born_on is None else age_on(elder.born_on, moment.service_on, age_counts),
        "facts": frozen_facts(elder, vouchers), "trace": [step_row(step) for step in meal.division.trace],
        "served_at": moment.happened_at,
    }  # fmt: skip


def frozen_facts(elder: Diner, vouchers: Sequence[tuple[int, int]] = ()) -> Rows:
    """What a statement needs of the elder as it stood then; what is not known is left out."""
    facts = elder.facts
    kept: Rows = {
        "born_on": None if facts.born_on is None else facts.born_on.isoformat(),
        "categories": sorted(facts.categories),
        "disability_grade": facts.disability_grade,
        "care_level": facts.care_level,
        "pension": facts.pension,
        "monthly_income_fen": facts.monthly_income_fen,
        "household_division": facts.household_division,
        "residence_division": facts.residence_division,
        "living": facts.living,
        "distance_m": facts.distance_m,
        "community": elder.community,
        "is_listed": elder.is_listed,
        "vouchers": [list(drawn) for drawn in vouchers] or None,
    }
    return {key: value for key, value in kept.items() if value is not None}


def _posting(line: Posting) -> Rows:
    return {
        "account_code": line.account,
        "amount_fen": line.amount_fen,
        "elder_id": line.elder_id,
        "fund_id": line.fund_id,
    }


def _shares(meal: Served, fund_ids: dict[str, int]) -> Iterable[Rows]:
    """One row a paying rule, the elder's own, what the canteen absorbs, and the grants."""
    for share in meal.division.shares:
        if share.payer != "elder" and share.fen:
            fund_id = fund_ids.get(share.fund or "") if share.payer.startswith("sponsor:") else None
            yield _share(share.payer, share.fen, share.rule_id, share.levels, fund_id)
    yield _share("elder", meal.elder_fen)
    if meal.part.absorbed_fen:
        yield _share("operator:absorbed", meal.part.absorbed_fen)
    for grant in meal.division.grants:
        fund_id = fund_ids.get(grant.fund or "") if grant.payer.startswith("sponsor:") else None
        row = _share(grant.payer, grant.fen, grant.grant_id, grant.levels, fund_id)
        yield row | {"is_grant": True, "payee": grant.payee}


def _share(
    payer: str, fen: int, rule_id: str | None = None, levels: Any = (), fund_id: int | None = None
) -> Rows:
    return {
        "is_grant": False, "rule_id": rule_id, "payer": payer, "payee": None, "fund_id": fund_id,
        "levels": dict(levels) or None, "amount_fen": fen,
    }  # fmt: skip


def _drawing(division: Division) -> Iterable[Share | GrantShare]:
    yield from division.shares
    yield from division.grants


def _from_funds(division: Division, found: Found) -> Rows:
    """What is taken off funds and slices; either is left out where it pays nothing."""
    drawn: dict[str, int] = {}
    for part in _drawing(division):
        if part.fund is not None and part.payer.startswith("sponsor:"):
            drawn[part.fund] = drawn.get(part.fund, 0) + part.fen
    rows: Rows = {}
    for fund in found.funds:
        row: Rows = {"id": fund.id, "fen": drawn.get(fund.code, 0)}
        if not row["fen"]:
            continue
        if fund.slice_no is None:
            rows.setdefault("funds", []).append(row | {"daily": fund.has_day_ceiling})
        else:
            rows.setdefault("slices", []).append(row | {"slice_no": fund.slice_no})
    return rows


def _from_vouchers(division: Division, held: Sequence[tuple[int, str, int]]) -> list[tuple[int, int]]:
    """Which vouchers are used and how much of each; those that expire first, first."""
    wanted: dict[str, int] = {}
    for part in _drawing(division):
        if part.fund is not None and part.payer.startswith("voucher:"):
            wanted[part.fund] = wanted.get(part.fund, 0) + part.fen
    used = []
    for voucher_id, kind, left_fen in held:
        fen = min(left_fen, wanted.get(kind, 0))
        if fen:
            used.append((voucher_id, fen))
            wanted[kind] -= fen
    if any(wanted.values()):
        raise Corrupt("a division drew more on vouchers than the elder holds")
    return used
