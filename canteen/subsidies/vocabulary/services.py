"""What can happen to a word of a list: added, renamed, moved, retired, offered again, removed.

A code never changes. A word that anything uses or ever used stays for ever; it can be retired.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.canteens.services import raise_revision
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import is_postgresql, transaction
from canteen.subsidies.models import Category, WorkingDay
from canteen.subsidies.queries import calendar_years
from canteen.subsidies.vocabulary import shipped
from canteen.subsidies.vocabulary.history import write
from canteen.subsidies.vocabulary.lists import WordList, list_of
from canteen.subsidies.vocabulary.models import Level
from canteen.subsidies.vocabulary.queries import removed_codes
from canteen.subsidies.vocabulary.uses import Use, uses
from canteen.subsidies.working_days import shipped_days

_CODE = re.compile(r"[a-z0-9][a-z0-9-]*")


def add_word(name: str, code: str, title: str, title_en: str, by: str) -> None:
    """Add a word at the end of a list.

    Raises Refusal `vocabulary-unknown`, `<list>-code`, `<list>-taken`, `text-missing`, `word-long`, `title-taken`.
    """
    words = list_of(name)
    if not _CODE.fullmatch(code) or len(code) > words.longest_code:
        message = f"代码只能用小写字母、数字和连字符，最多 {words.longest_code} 个。"
        raise Refusal(f"{name}-code", message, word=code, longest=words.longest_code)
    titles = _titles(words, title, title_en)
    with transaction() as session:
        if session.get(words.model, code) is not None:
            raise Refusal(f"{name}-taken", f"已经有代码为“{code}”的一项。", word=code)
        _refuse_same_title(session, words, code, titles["title"])
        session.add(words.model(code=code, position=_end(session, words), **titles))
        write(session, name, code, "added", None, titles, by)


def add_category(code: str, title: str, title_en: str, by: str) -> None:
    """Add a category of elders. Raises as `add_word` does: `category-code`, `category-taken`, …"""
    add_word("category", code, title, title_en, by)


def rename_word(name: str, code: str, title: str, title_en: str, by: str) -> None:
    """Give a word other titles; its code, and what was decided by it, stay.

    Raises Refusal `vocabulary-unknown`, `word-unknown`, `text-missing`, `word-long`, `title-taken`.
    """
    words = list_of(name)
    titles = _titles(words, title, title_en)
    with transaction() as session:
        row = _locked(session, words, code)
        _refuse_same_title(session, words, code, titles["title"])
        before = {"title": row.title, "title_en": row.title_en}
        if before == titles:
            return
        row.title, row.title_en = titles["title"], titles["title_en"]
        write(session, name, code, "renamed", before, titles, by)


def move_word(name: str, code: str, places: int, by: str) -> None:
    """Move a word up (below zero) or down among those that are offered; at the end of the list it stays.

    Raises Refusal `vocabulary-unknown`, `word-unknown`.
    """
    words = list_of(name)
    with transaction() as session:
        _locked(session, words, code)
        offered = _offered(session, words)
        codes = [row.code for row in offered]
        if code not in codes:
            return
        at = codes.index(code)
        to = min(max(at + places, 0), len(codes) - 1)
        if to == at:
            return
        codes.insert(to, codes.pop(at))
        for row in offered:
            row.position = codes.index(row.code)
        write(session, name, code, "moved", {"place": at + 1}, {"place": to + 1}, by)


def retire_word(name: str, code: str, by: str) -> None:
    """Offer a word in no form any more; who holds it keeps it. Raises Refusal `word-unknown`."""
    words = list_of(name)
    with transaction() as session:
        row = _locked(session, words, code)
        if row.retired_at is None:
            row.retired_at = now()
            write(session, name, code, "retired", None, None, by)


def restore_word(name: str, code: str, by: str) -> None:
    """Offer a retired word again. Raises Refusal `word-unknown`."""
    words = list_of(name)
    with transaction() as session:
        row = _locked(session, words, code)
        if row.retired_at is not None:
            row.retired_at, row.position = None, _end(session, words)
            write(session, name, code, "restored", None, None, by)


def remove_word(name: str, code: str, by: str) -> None:
    """Take a word that nothing ever used off its list. Raises Refusal `word-unknown`, `word-used`."""
    words = list_of(name)
    with transaction() as session:
        row = _locked(session, words, code)
        _refuse_used(uses(session, words).get(code, Use()), row.title)
        before = {"title": row.title, "title_en": row.title_en}
        session.delete(row)
        session.flush()
        write(session, name, code, "removed", before, None, by)


def _refuse_used(use: Use, title: str) -> None:
    if use.is_used:
        raise Refusal(
            "word-used",
            f"“{title}”不能删除：{use.elders} 位老人、{len(use.versions)} 个政策版本、"
            f"{len(use.drafts)} 份草稿用到它。可以停用。",
            title=title,
            elders=use.elders,
            versions=len(use.versions),
            drafts=len(use.drafts),
        )


def _locked(session: Session, words: WordList, code: str) -> Any:
    row = session.scalars(select(words.model).where(words.model.code == code).with_for_update()).first()
    if row is None:
        raise Refusal("word-unknown", "词表里没有这一项。", word=code)
    return row


def _titles(words: WordList, title: str, title_en: str) -> dict[str, str]:
    titles = {"title": " ".join(title.split()), "title_en": " ".join(title_en.split())}
    if not titles["title"]:
        raise Refusal("text-missing", "请写出名称。")
    for text in titles.values():
        if len(text) > words.longest_title:
            message = f"名称最多 {words.longest_title} 个字。"
            raise Refusal("word-long", message, longest=words.longest_title)
    return titles


def _refuse_same_title(session: Session, words: WordList, code: str, title: str) -> None:
    same = select(words.model.code).where(words.model.title == title, words.model.code != code)
    other = session.scalars(same).first()
    if other is not None:
        raise Refusal("title-taken", f"“{title}”已经是“{other}”的名称。", title=title, word=other)


def _offered(session: Session, words: WordList) -> list[Any]:
    model = words.model
    rows = select(model).where(model.retired_at.is_(None)).order_by(model.position, model.code)
    return list(session.scalars(rows))


def _end(session: Session, words: WordList) -> int:
    return max((row.position for row in _offered(session, words)), default=-1) + 1


def seed_vocabulary() -> None:
    """Fill in the shipped words and working days that are not there; what an office changed stays."""
    with transaction() as session:
        for words, model, rows in (
            ("category", Category, shipped.CATEGORIES),
            ("level", Level, shipped.LEVELS),
        ):
            removed = removed_codes(session, words)
            missing = [
                {"code": code, "title": title, "title_en": title_en, "position": position}
                for position, (code, title, title_en) in enumerate(rows)
                if code not in removed
            ]
            _insert_missing(session, model, missing)
        known = set(calendar_years(session))
        days = [
            {"day": day, "is_workday": is_workday, "note": note}
            for day, is_workday, note in shipped_days()
            if day.year not in known
        ]
        if days:
            _insert_missing(session, WorkingDay, days)
            raise_revision(session)


def _insert_missing(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    if rows:
        session.execute(insert(model).on_conflict_do_nothing(), rows)
