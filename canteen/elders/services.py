"""What can happen to elders: they are registered, corrected, something becomes known or ends, they die."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.db import is_postgresql, transaction
from canteen.documents.fonts import missing_characters
from canteen.elders import facts, pinyin, secrets
from canteen.elders.facts import NewFact
from canteen.elders.models import CanteenElder, Elder, ElderFact, HandCorrection
from canteen.elders.particulars import (
    Identity,
    Particulars,
    Registration,
    checked_identity,
    checked_particulars,
)

PHONE_TAIL = 4


def register_elder(canteen_id: int, registration: Registration, actor: str) -> str:
    """Register an elder and put them on this canteen's list; answers their reference.

    Raises Refusal `elder-known` (parameter `ref`) for a number that is registered already, and those of
    `checked_identity`, `checked_particulars` and `facts.checked`.
    """
    try:
        with transaction() as session:
            return register(session, canteen_id, registration, actor).ref
    except IntegrityError as error:
        raise Refusal("elder-known", "这个号码刚刚有人登记了。请查找这位老人。", ref="") from error


def register(session: Session, canteen_id: int, registration: Registration, actor: str) -> Elder:
    """The same within the caller's transaction; answers the row, with its number."""
    canteen = _canteen(session, canteen_id)
    identity = checked_identity(registration.identity, today(canteen.time_zone))
    particulars = checked_particulars(registration.particulars)
    _refuse_known(session, identity)
    elder = new_elder(identity, particulars, canteen_id)
    session.add(elder)
    session.flush()
    session.add(
        CanteenElder(
            canteen_id=canteen_id, elder_id=elder.id, distance_m=registration.distance_m, listed_at=now()
        )
    )
    for fact in registration.facts:
        add(session, elder, fact, actor)
    record(session, "elder-registered", actor, f"elder:{elder.ref}", canteen_id)
    return elder


def new_elder(identity: Identity, particulars: Particulars, canteen_id: int) -> Elder:
    """A row for somebody who was not known before, its identity number encrypted; not yet in the session."""
    ref = secrets.new_ref()
    return Elder(
        ref=ref,
        **asdict(particulars),
        **name_columns(particulars.name),
        **identity_columns(identity, ref),
        phone_tail=phone_tail(particulars.phone),
        home_canteen_id=canteen_id,
        created_at=now(),
    )


def name_columns(name: str) -> dict[str, str]:
    """The columns that follow a name: how it is sorted and found."""
    return {"name_sort": pinyin.sort_key(name), "name_initials": pinyin.initials(name)}


def identity_columns(identity: Identity, ref: str) -> dict[str, object]:
    """The columns that keep an identity: cipher, keyed indexes, mask, birth date and sex."""
    number = identity.number
    return {
        "identity_kind": identity.kind,
        "identity_cipher": secrets.encrypt(number, ref) if number else None,
        "identity_hmac": secrets.index(identity.kind, number) if number else None,
        "identity_tail_hmac": secrets.tail_index(number) if number else None,
        "identity_masked": identity.shown,
        "born_on": identity.born_on,
        "sex": identity.sex,
    }


def phone_tail(phone: str | None) -> str | None:
    """The last four digits of a phone."""
    return phone[-PHONE_TAIL:] if phone else None


def correct_elder(ref: str, particulars: Particulars, actor: str) -> None:
    """Write down corrected particulars; what changed is remembered as corrected by hand.

    A later load of an older list leaves such a field alone. Papers already sealed keep what they printed.
    Raises Refusal `elder-unknown` and those of `checked_particulars`.
    """
    kept = checked_particulars(particulars)
    if kept.printed_name:
        check_printed_name(kept.printed_name)
    with transaction() as session:
        elder = by_ref(session, ref)
        changed = {name: value for name, value in asdict(kept).items() if getattr(elder, name) != value}
        for name, value in changed.items():
            setattr(elder, name, value)
        if not changed:
            return
        if "name" in changed:
            elder.name_sort, elder.name_initials = name_columns(kept.name).values()
        elder.phone_tail = phone_tail(kept.phone)
        note_by_hand(session, elder.id, changed)
        record(session, "elder-corrected", actor, f"elder:{ref}", detail={"fields": sorted(changed)})


def set_distance(ref: str, canteen_id: int, distance_m: int | None, actor: str) -> None:
    """Say how far the elder lives from a canteen, in metres. Raises Refusal `elder-unlisted`."""
    with transaction() as session:
        elder = by_ref(session, ref)
        listed = session.get(CanteenElder, (canteen_id, elder.id))
        if listed is None:
            raise Refusal("elder-unlisted", "这位老人不在这个食堂的名单里。")
        if listed.distance_m != distance_m:
            listed.distance_m = distance_m
            note_by_hand(session, elder.id, ["distance_m"])
            record(session, "elder-distance", actor, f"elder:{ref}", canteen_id)


def list_elder(ref: str, canteen_id: int, actor: str) -> None:
    """Add an elder of another canteen to this one's list; they stay one person with one wallet."""
    with transaction() as session:
        elder = by_ref(session, ref)
        if session.get(CanteenElder, (canteen_id, elder.id)) is None:
            session.add(CanteenElder(canteen_id=canteen_id, elder_id=elder.id, listed_at=now()))
            record(session, "elder-listed", actor, f"elder:{ref}", canteen_id)


def add_fact(ref: str, fact: NewFact, actor: str) -> int:
    """Record a dated fact by hand; of kinds that hold one value at a time the running one ends before it.

    Raises Refusal `fact-known` (the same value on a shared day), `fact-overlaps` (it would cover one that
    begins on the same day or later), and those of `facts.checked`.
    """
    with transaction() as session:
        elder = by_ref(session, ref)
        row = add(session, elder, fact, actor)
        note_by_hand(session, elder.id, [correction_field(fact.kind, fact.value)])
        record(session, "fact-added", actor, f"elder:{ref}", detail={"fact": row.id, "kind": fact.kind})
        return row.id


def add(session: Session, elder: Elder, fact: NewFact, actor: str) -> ElderFact:
    """The same within the caller's transaction, not noted as a correction by hand."""
    fact = facts.checked(fact)
    _make_room(session, elder, fact)
    row = ElderFact(
        elder_id=elder.id,
        **asdict(fact),
        source="hand",
        recorded_at=now(),
        recorded_by=actor,
    )
    session.add(row)
    session.flush()
    return row


def _make_room(session: Session, elder: Elder, fact: NewFact) -> None:
    """End what the new fact follows, and refuse what it would contradict."""
    for earlier in session.scalars(_standing(elder.id, fact.kind)):
        if not facts.overlap(earlier, fact):
            continue
        if fact.kind not in facts.SINGLE:
            if earlier.value == fact.value:
                raise Refusal("fact-known", "这几天里已经有同样的一条。请先结束或撤回那一条。")
            continue
        if earlier.from_on >= fact.from_on:
            message = "从这一天或更晚起已经有另一条。请先撤回那一条，或改日期。"
            raise Refusal("fact-overlaps", message)
        if earlier.value == fact.value:
            raise Refusal("fact-known", "这几天里已经有同样的一条。请先结束或撤回那一条。")
        earlier.until_on = facts.day_before(fact.from_on)


def end_fact(ref: str, fact_id: int, until_on: date, evidence: str | None, actor: str) -> None:
    """Say what a fact's last day is. Raises Refusal `fact-unknown`, `fact-days`, `fact-overlaps`."""
    with transaction() as session:
        elder = by_ref(session, ref)
        fact = _fact(session, elder, fact_id)
        if until_on < fact.from_on:
            raise Refusal("fact-days", "最后一天早于第一天。请核对日期；整条都不对的，请撤回。")
        _refuse_overlap(session, elder, fact, until_on)
        before, fact.until_on = fact.until_on, until_on
        if evidence:
            fact.evidence = "；".join(filter(None, [fact.evidence, " ".join(evidence.split())]))[:200]
        note_by_hand(session, elder.id, [correction_field(fact.kind, fact.value)])
        detail = {
            "fact": fact_id,
            "before": before.isoformat() if before else None,
            "after": until_on.isoformat(),
        }
        record(session, "fact-ended", actor, f"elder:{ref}", detail=detail)


def _refuse_overlap(session: Session, elder: Elder, fact: ElderFact, until_on: date) -> None:
    """A fact made longer may not run into the next one of its kind."""
    longer = NewFact(fact.kind, fact.value, fact.from_on, until_on)
    for other in session.scalars(_standing(elder.id, fact.kind)):
        is_same_thing = fact.kind in facts.SINGLE or other.value == fact.value
        if other.id != fact.id and is_same_thing and facts.overlap(other, longer):
            raise Refusal("fact-overlaps", "这样会和另一条重叠。请先撤回那一条，或改日期。")


def withdraw_fact(ref: str, fact_id: int, actor: str) -> None:
    """Take back a fact that was never true; it stays on record. Raises Refusal `fact-unknown`."""
    with transaction() as session:
        elder = by_ref(session, ref)
        fact = _fact(session, elder, fact_id)
        fact.withdrawn_at = now()
        note_by_hand(session, elder.id, [correction_field(fact.kind, fact.value)])
        record(session, "fact-withdrawn", actor, f"elder:{ref}", detail={"fact": fact_id, "kind": fact.kind})


def register_death(ref: str, died_on: date, evidence: str, actor: str) -> None:
    """Note that an elder died: from then on nothing is charged to anyone for them, and the wallet is frozen.

    Raises Refusal `death-known`, `death-date` (after today or before birth), `evidence-missing`.
    """
    stated = " ".join(evidence.split())[:200]
    if not stated:
        raise Refusal("evidence-missing", "请填写依据，比如死亡证明编号，或谁在哪天告知。")
    with transaction() as session:
        elder = by_ref(session, ref)
        if elder.died_on is not None:
            raise Refusal("death-known", "已经登记过了。日期不对的，请先撤销，再重新登记。")
        zone = _canteen(session, elder.home_canteen_id).time_zone
        if died_on > today(zone) or (elder.born_on and died_on < elder.born_on):
            raise Refusal("death-date", "日期不能晚于今天，也不能早于出生。请核对日期。")
        elder.died_on, elder.standing_changed_at = died_on, now()
        detail = {"died_on": died_on.isoformat(), "evidence": stated}
        record(session, "elder-died", actor, f"elder:{ref}", elder.home_canteen_id, detail)


def withdraw_death(ref: str, reason: str, actor: str) -> None:
    """Take back a death that was noted by mistake.

    Raises Refusal `death-unknown`, `reason-missing`, and `account-closed` where the account was settled.
    """
    stated = " ".join(reason.split())[:200]
    if not stated:
        raise Refusal("reason-missing", "请填写原因，比如登记错了人。")
    with transaction() as session:
        elder = by_ref(session, ref)
        if elder.died_on is None:
            raise Refusal("death-unknown", "没有登记过去世，不用撤销。")
        if elder.closed_on is not None:
            raise Refusal("account-closed", "账户已经结清，不能撤销。请联系系统管理员。")
        before, elder.died_on, elder.standing_changed_at = elder.died_on, None, now()
        detail = {"before": before.isoformat(), "reason": stated}
        record(session, "elder-death-withdrawn", actor, f"elder:{ref}", elder.home_canteen_id, detail)


def show_identity(ref: str, actor: str) -> str:
    """The whole identity number; the view itself is put on record. Raises Refusal `identity-none`."""
    with transaction() as session:
        elder = by_ref(session, ref)
        if elder.identity_cipher is None:
            raise Refusal("identity-none", "这位老人没有登记证件号码。")
        record(session, "identity-viewed", actor, f"elder:{ref}", elder.home_canteen_id)
        return secrets.decrypt(elder.identity_cipher, elder.ref)


def record_printed_name(ref: str, printed_name: str, actor: str) -> None:
    """How papers print a name whose characters their font lacks.

    Raises Refusal `elder-unknown`, `printed-name` for an empty one or one that cannot be printed either.
    """
    kept = " ".join(printed_name.split())
    check_printed_name(kept)
    with transaction() as session:
        elder = by_ref(session, ref)
        elder.printed_name = kept
        record(session, "printed-name", actor, f"elder:{elder.ref}", elder.home_canteen_id)


def check_printed_name(name: str) -> None:
    """Raises Refusal `printed-name` for a name that the papers' font cannot print either."""
    lacking = missing_characters(name)
    if not name or lacking:
        message = f"打印用姓名里不能有字库没有的字：{'、'.join(lacking)}。请换成同音字或拼音。"
        raise Refusal("printed-name", message, characters="、".join(lacking))


def by_ref(session: Session, ref: str) -> Elder:
    """The elder's row, locked; every use case locks the elder before anything else of theirs."""
    elder = session.scalars(select(Elder).where(Elder.ref == ref).with_for_update()).first()
    if elder is None:
        raise Refusal("elder-unknown", "没有这位老人。")
    return elder


def _canteen(session: Session, canteen_id: int) -> Canteen:
    canteen = session.get(Canteen, canteen_id)
    if canteen is None:
        raise Refusal("canteen-unknown", "没有这个食堂。")
    return canteen


def _refuse_known(session: Session, identity: Identity) -> None:
    if not identity.number:
        return
    index = secrets.index(identity.kind, identity.number)
    known = session.scalars(select(Elder).where(Elder.identity_hmac == index)).first()
    if known is not None:
        raise Refusal("elder-known", "这个号码已经登记过了。", ref=known.ref)


def _standing(elder_id: int, kind: str) -> Select[ElderFact]:
    return (
        select(ElderFact)
        .where(ElderFact.elder_id == elder_id, ElderFact.kind == kind, ElderFact.withdrawn_at.is_(None))
        .order_by(ElderFact.from_on)
    )


def _fact(session: Session, elder: Elder, fact_id: int) -> ElderFact:
    fact = session.get(ElderFact, fact_id, with_for_update=True)
    if fact is None or fact.elder_id != elder.id or fact.withdrawn_at is not None:
        raise Refusal("fact-unknown", "没有这一条，或者已经撤回了。")
    return fact


def correction_field(kind: str, value: str) -> str:
    """What a correction of a fact is remembered by: the kind, and for categories which one."""
    return f"category:{value}"[:40] if kind == "category" else kind


def note_by_hand(session: Session, elder_id: int, names: Iterable[str], at: datetime | None = None) -> None:
    """Remember which fields a person corrected, and when last. Joins a transaction."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    rows = [{"elder_id": elder_id, "field": name, "corrected_at": at or now()} for name in names]
    if not rows:
        return
    statement = insert(HandCorrection).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["elder_id", "field"], set_={"corrected_at": statement.excluded.corrected_at}
        )
    )
